from pathlib import Path

import grpc
import pytest
from tests.vectray_client.sdk.fake_daemon import FakeDaemon

import vectray_client
from vectray.places import Places
from vectray_client.sdk.doors import Remote, chosen_door, own_way
from vectray_client.sdk.errors import DaemonUnavailable
from vectray_client.sdk.programs import the_daemon
from vectray_client.sdk.rendezvous import is_up

TOKEN = "t" * 43


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Nobody's yet."""
    return Places(config=tmp_path, data=tmp_path, runtime=tmp_path)


def test_without_an_address_it_is_the_users_own(places: Places) -> None:
    """Nothing said means the daemon that is found by itself."""
    assert chosen_door(places, None, None, None) is places


@pytest.mark.parametrize(("address", "token"), [("127.0.0.1:1", None), (None, TOKEN), ("127.0.0.1:1", "")])
def test_an_address_and_a_token_belong_together(
    places: Places, address: str | None, token: str | None
) -> None:
    """Half of the two is a mistake of the program."""
    with pytest.raises(ValueError, match="both"):
        chosen_door(places, address, token, None)


def test_a_certificate_that_is_not_there_is_named(places: Places) -> None:
    """A wrong path is one sentence, not another way to connect."""
    with pytest.raises(DaemonUnavailable, match=r"^/nowhere: No such file"):
        chosen_door(places, "127.0.0.1:1", TOKEN, Path("/nowhere"))


@pytest.mark.parametrize(
    ("address", "certificate", "is_plain"),
    [
        ("127.0.0.1:7", None, True),
        ("localhost:7", None, True),
        ("[::1]:7", None, True),
        ("127.0.0.1:7", b"pem", False),
        ("10.0.0.1:7", None, False),
        ("example.org:7", None, False),
        ("localhost.example.org:7", None, False),
        ("7", None, False),
    ],
)
def test_no_token_crosses_a_network_in_the_open(
    address: str, certificate: bytes | None, is_plain: bool
) -> None:
    """Whatever does not surely stay on this machine goes through TLS."""
    assert Remote(address=address, token=TOKEN, certificate=certificate).is_plain is is_plain


def test_a_token_is_not_shown() -> None:
    """A door can be printed."""
    assert TOKEN not in repr(Remote(address="127.0.0.1:7", token=TOKEN))


def test_nobody_there_is_told_at_once() -> None:
    """A daemon elsewhere cannot be started from here, so it is not waited for."""
    with pytest.raises(DaemonUnavailable, match=r"^No daemon answers at 127\.0\.0\.1:1\.$"):
        vectray_client.connect("127.0.0.1:1", token=TOKEN)


async def test_nor_by_the_twin() -> None:
    """The asyncio client says the same."""
    with pytest.raises(DaemonUnavailable, match="No daemon answers at"):
        async with vectray_client.connect_async("127.0.0.1:1", token=TOKEN):
            pass


def test_where_there_are_no_unix_sockets_files_tell_the_way(places: Places) -> None:
    """The daemon's address and token are found in this user's folders; one of them missing is a sentence."""
    with pytest.raises(DaemonUnavailable, match="No such file"):
        own_way(places, has_unix_sockets=False)
    places.daemon_address.write_text("127.0.0.1:7\n", "ascii")
    places.daemon_token.write_text(f"{TOKEN}\n", "ascii")
    assert own_way(places, has_unix_sockets=False) == Remote(address="127.0.0.1:7", token=TOKEN)
    assert own_way(places) == f"unix:{places.daemon_socket}"


def test_there_a_daemon_is_up_when_its_port_is(fake: FakeDaemon) -> None:
    """An address whose port nobody has any more is no daemon."""
    assert not is_up(the_daemon(fake.places), has_unix_sockets=False)
    server = grpc.server(None)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    fake.places.daemon_address.write_text(f"127.0.0.1:{port}\n", "ascii")
    assert is_up(the_daemon(fake.places), has_unix_sockets=False)
    server.stop(0).wait()
    assert not is_up(the_daemon(fake.places), has_unix_sockets=False)
