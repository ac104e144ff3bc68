import contextlib
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from tests.vectray_client.web.conftest import Site

from vectray_client.web.listener import bound_socket


@contextlib.contextmanager
def connected(site: Site, count: int) -> Iterator[list[socket.socket]]:
    """So many connections that say nothing."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(site.connection()) for _ in range(count)]


def test_a_port_is_kept_if_it_is_free() -> None:
    """It is taken again at once after its server has ended; one that somebody else has, or that is none, is not insisted on."""
    with bound_socket(0) as first:
        port = first.getsockname()[1]
        with bound_socket(port) as other:
            assert other.getsockname()[1] not in (0, port)
    with bound_socket(port) as again:
        assert again.getsockname() == ("127.0.0.1", port)
    for wrong in (-1, 65_536, 2**70):
        with bound_socket(wrong) as any_port:
            assert any_port.getsockname()[1] > 0


def test_only_this_machine_is_listened_to(site: Site) -> None:
    """No other address of it takes connections."""
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", site.server.port), timeout=1):  # noqa: PT011 - whatever the system says
        pass


def test_junk_harms_nobody(site: Site, page: httpx.Client) -> None:
    """Bytes that are no HTTP, and endless heads, are cut off, and others are served."""
    for junk in (
        b"\x00\xff" * 2000,
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100_000,
        b"GET /" + b"x" * 200_000,
        b"PRI * HTTP/2.0\r\n\r\n",
    ):
        with contextlib.suppress(ConnectionError):
            answer = site.raw(junk)
            assert answer[:12] in (b"", b"HTTP/1.1 400", b"HTTP/1.1 421")
            assert not answer or b"nosniff" in answer
    assert page.get("/api/settings").status_code == 200


def test_nobody_takes_all_connections(site: Site) -> None:
    """More than are kept are closed at once; when they are gone, all is well again."""
    with connected(site, 80) as held:
        until = time.monotonic() + 5
        while sum(map(is_closed, held)) < 80 - 64:
            assert time.monotonic() < until
            time.sleep(0.01)
    until = time.monotonic() + 5
    while not is_served(site):
        assert time.monotonic() < until
        time.sleep(0.01)


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side has hung up."""
    connection.settimeout(0)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def is_served(site: Site) -> bool:
    """Whether a request is answered."""
    with contextlib.closing(site.stranger()) as client, contextlib.suppress(httpx.HTTPError):
        return client.get("/api/settings").status_code == 401
    return False
