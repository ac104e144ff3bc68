"""The real server and whatever bytes anybody can send it."""

import asyncio
import contextlib
import socket as sockets
from pathlib import Path

import grpc
import grpc.aio
import numpy as np
import pytest
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.vectrayd.transport.calls import CALLS, Call

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import models_pb2
from vectrayd.transport.doors import Address, Door
from vectrayd.transport.server import Server
from vectrayd.transport.tokens import token_of

NEVER = {
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.DATA_LOSS,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
}
VECTORS = pb.Matrix(data=np.ones(6, "<f4").tobytes(), rows=2, columns=3, element_type=pb.ELEMENT_TYPE_FLOAT32)
OPTIONS = pb.EncodeOptions(
    model="all-MiniLM-L6-v2",
    dimensions=4,
    normalize=True,
    element_type=pb.ELEMENT_TYPE_INT8,
    prompt_name="query",
)
SAMPLES: dict[str, list[Message]] = {
    "Encode": [pb.EncodeRequest(options=OPTIONS, texts=["one", "二"], lane=pb.LANE_BULK, client_name="c")],
    "EncodeStream": [
        pb.EncodeStreamRequest(open=pb.EncodeStreamRequest.Open(options=OPTIONS, lane=pb.LANE_IDLE)),
        pb.EncodeStreamRequest(
            items=pb.EncodeStreamRequest.Items(items=[pb.EncodeStreamRequest.Item(id=7, text="seven")])
        ),
    ],
    "Similarity": [
        pb.SimilarityRequest(
            queries=pb.Operand(vectors=VECTORS), documents=pb.Operand(vectors=VECTORS), metric=pb.METRIC_DOT
        ),
        pb.SimilarityRequest(
            queries=pb.Operand(texts=pb.Operand.Texts(texts=["a"])), documents=pb.Operand(vectors=VECTORS)
        ),
    ],
    "Rank": [
        pb.RankRequest(open=pb.RankRequest.Open(queries=pb.Operand(vectors=VECTORS), top_k=2)),
        pb.RankRequest(texts=pb.RankRequest.TextCandidates(texts=["a"])),
        pb.RankRequest(vectors=pb.RankRequest.VectorCandidates(vectors=VECTORS)),
    ],
    "Tokenize": [pb.TokenizeRequest(model="all-MiniLM-L6-v2", texts=["a"])],
    "EstimateEncode": [pb.EstimateEncodeRequest(texts=3, text_bytes=100, lane=pb.LANE_BULK)],
    "GetTokenizer": [models_pb2.GetTokenizerRequest(known_fingerprint="f" * 64)],
    "ServerReflectionInfo": [
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="vectray.v1.Lane"),
        reflection_pb2.ServerReflectionRequest(list_services="x"),
    ],
    "Check": [health_pb2.HealthCheckRequest(service="vectray.v1.ModelService")],
}
NAMED = models_pb2.ModelServiceGetRequest(model="all-MiniLM-L6-v2")
"""The shape of all other requests: one name, or nothing."""


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """Some bytes with a few of them changed, put in, taken out or cut off."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(changed)))
        changed[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(changed[: draw(st.integers(0, len(changed)))] if draw(st.booleans()) else changed)


def inputs(call: Call) -> st.SearchStrategy[bytes]:
    """What to send to a call: messages of it, damaged more or less, or mere noise."""
    samples = SAMPLES.get(call.method.name, [NAMED])
    return st.one_of(*(mutated(sample.SerializeToString()) for sample in samples), st.binary(max_size=64))


ROUNDS = st.tuples(*map(inputs, CALLS))


async def check_round(channel: grpc.aio.Channel, round_: tuple[bytes, ...]) -> None:
    """Send each call its input, all at once."""
    codes = await asyncio.gather(
        *(call.code(channel, data, timeout_seconds=20) for call, data in zip(CALLS, round_, strict=True))
    )
    bad = {call.path: code for call, code in zip(CALLS, codes, strict=True) if code in NEVER}
    assert bad == {}


FUZZED = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)


@given(round_=ROUNDS)
@settings(FUZZED, max_examples=150)
async def test_damaged_messages_are_answered_in_order(
    channel: grpc.aio.Channel, round_: tuple[bytes, ...]
) -> None:
    """Whatever bytes a call gets, it ends well or with an error that is the caller's: thousands of inputs, every call."""
    await check_round(channel, round_)


@pytest.mark.slow
@given(round_=ROUNDS)
@settings(FUZZED, max_examples=2000)
async def test_many_more_damaged_messages(channel: grpc.aio.Channel, round_: tuple[bytes, ...]) -> None:
    """The same law, with tens of thousands."""
    await check_round(channel, round_)


@given(junk=st.lists(st.binary(max_size=400), max_size=8), preface=st.booleans())
@settings(FUZZED, max_examples=60)
async def test_junk_on_the_socket_harms_nobody(
    channel: grpc.aio.Channel, socket: Path, junk: list[bytes], preface: bool
) -> None:
    """Bytes that are no HTTP/2, or only begin like it, and connections that say nothing: others are served."""
    silent = sockets.socket(sockets.AF_UNIX)
    silent.connect(str(socket))
    with contextlib.closing(silent), contextlib.suppress(ConnectionError):
        _, writer = await asyncio.open_unix_connection(str(socket))
        writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" if preface else b"GET / HTTP/1.1\r\n\r\n")
        for piece in junk:
            writer.write(piece)
        await writer.drain()
        writer.close()
        check = next(call for call in CALLS if call.path.endswith("/Check"))
        assert await check.code(channel) is grpc.StatusCode.OK


@pytest.mark.slow
async def test_a_silent_connection_is_closed(server: Server, tmp_path: Path) -> None:
    """Who connects over TCP and says nothing is put out after some seconds."""
    door = Door(address=Address(host="127.0.0.1", port=0), token_file=tmp_path / "token")
    port = await server.open(door, token_of(door.token_file))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(15):
        while await reader.read(1024):
            pass  # the server's own settings
    writer.close()


async def test_a_heavy_head_is_refused(channel: grpc.aio.Channel) -> None:
    """Metadata beyond 16 KiB is RESOURCE_EXHAUSTED; nothing is allocated for it."""
    encode = next(call for call in CALLS if call.path.endswith("/Encode"))
    code = await encode.code(channel, metadata=[("x-padding", "p" * 20_000)])
    assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
