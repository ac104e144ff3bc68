from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import grpc.aio
import pytest
import pytest_asyncio
from tests.certificates import make_certificate
from tests.vectrayd.transport.calls import CALLS, Call

from vectrayd.transport.doors import Address, Door
from vectrayd.transport.rules import RULES, Access
from vectrayd.transport.server import Server
from vectrayd.transport.tokens import token_of

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
LOOPBACK = Address(host="127.0.0.1", port=0)


@dataclass(frozen=True)
class Ways:
    """Channels through each of a server's doors, and the token that it asks for."""

    doors: dict[str, grpc.aio.Channel]
    token: str


@pytest_asyncio.fixture
async def ways(server: Server, socket: Path, tmp_path: Path) -> AsyncIterator[Ways]:
    """All doors of one server."""
    plain = Door(address=LOOPBACK, token_file=tmp_path / "token")
    secured = Door(address=LOOPBACK, token_file=plain.token_file, tls=make_certificate(tmp_path))
    token = token_of(plain.token_file)
    plain_port, secured_port = await server.open(plain, token), await server.open(secured, token)
    trusted = grpc.ssl_channel_credentials((tmp_path / "certificate.pem").read_bytes())
    doors = {
        "socket": grpc.aio.insecure_channel(f"unix:{socket}"),
        "tcp": grpc.aio.insecure_channel(f"127.0.0.1:{plain_port}"),
        "tls": grpc.aio.secure_channel(f"127.0.0.1:{secured_port}", trusted),
    }
    yield Ways(doors, plain.token_file.read_text("ascii").strip())
    for channel in doors.values():
        await channel.close()


def test_every_call_has_a_rule() -> None:
    """A call that is added to a service fails here until somebody decides who may make it."""
    assert set(RULES) == {call.path for call in CALLS}


@pytest.mark.parametrize("door", ["socket", "tcp", "tls"])
async def test_only_the_token_opens_a_tcp_door(ways: Ways, door: str) -> None:
    """Every call, through every door, with no, a wrong and the right token: the socket asks for none, TCP always does."""
    tokens = {
        "none": (),
        "wrong": bearer("x" * 43),
        "cut": bearer(ways.token[:-1]),
        "right": bearer(ways.token),
    }
    for call in CALLS:
        is_open = door == "socket" or RULES[call.path] is Access.ANYBODY
        for name, metadata in tokens.items():
            code = await call.code(ways.doors[door], metadata=metadata)
            assert (code is not UNAUTHENTICATED) == (is_open or name == "right"), (call.path, name, code)
            assert code is not grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    "metadata",
    [
        [],
        [("authorization", "TOKEN")],
        [("authorization", "bearer TOKEN")],
        [("authorization", "Basic TOKEN")],
        [("authorization", "Bearer TOKEN "), ("authorization", "Bearer TOKEN")],
        [("authorization", "Bearer ")],
        [("x-authorization", "Bearer TOKEN")],
    ],
)
async def test_nothing_else_passes_for_the_token(ways: Ways, metadata: list[tuple[str, str]]) -> None:
    """Other schemes, other headers, two headers and other letters are refused, not half understood."""
    given = [(key, value.replace("TOKEN", ways.token)) for key, value in metadata]
    encode = next(call for call in CALLS if call.path.endswith("/Encode"))
    assert await encode.code(ways.doors["tcp"], metadata=given) is UNAUTHENTICATED


async def test_a_call_that_nobody_knows_needs_the_token_too(ways: Ways) -> None:
    """What has no rule is not open; with the token it is UNIMPLEMENTED."""
    unknown = Call(path="/vectray.v1.EmbeddingService/Guess", method=CALLS[0].method)
    assert await unknown.code(ways.doors["tcp"]) is UNAUTHENTICATED
    code = await unknown.code(ways.doors["tcp"], metadata=bearer(ways.token))
    assert code is grpc.StatusCode.UNIMPLEMENTED


async def test_a_refused_call_is_not_read(ways: Ways) -> None:
    """A stranger is turned away at once; what they have not yet sent is not waited for."""
    call = ways.doors["tcp"].stream_stream("/vectray.v1.EmbeddingService/EncodeStream")(timeout=5)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call.read()
    assert caught.value.code() is UNAUTHENTICATED


def bearer(token: str) -> list[tuple[str, str]]:
    """Metadata with a token."""
    return [("authorization", f"Bearer {token}")]
