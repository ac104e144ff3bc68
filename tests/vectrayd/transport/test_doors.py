from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.transport.doors import Address, Door, Tls, UnsafeDoor

TLS = Tls(certificate=Path("c"), key=Path("k"))


@pytest.mark.parametrize(
    ("words", "host", "port"),
    [
        ("127.0.0.1:7777", "127.0.0.1", 7777),
        ("localhost:0", "127.0.0.1", 0),
        ("[::1]:80", "::1", 80),
        ("example.org:443", "example.org", 443),
    ],
)
def test_an_address_is_read(words: str, host: str, port: int) -> None:
    """Names, IPv4 and bracketed IPv6, each with a port."""
    assert Address.parse(words) == Address(host=host, port=port)


@pytest.mark.parametrize(
    "words", ["", "7777", ":7777", "host", "host:", "host:port", "host:65536", "::1:80", "host:-1"]
)
def test_what_is_no_address_says_so(words: str) -> None:
    """A missing host would listen to the whole network; nothing is guessed."""
    with pytest.raises(ValueError, match="HOST:PORT"):
        Address.parse(words)


@given(st.ip_addresses(), st.integers(0, 65535))
def test_an_address_says_what_it_was_read_from(host: object, port: int) -> None:
    """Printing and reading are inverse."""
    address = Address(host=str(host), port=port)
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.168.1.2", "example.org", "128.0.0.1", "127.0.0.1.example.org", "::ffff:8.8.8.8"],  # noqa: S104 - which it refuses
)
def test_beyond_this_machine_takes_tls(host: str) -> None:
    """Without a certificate the door cannot even be named; a host name is not looked up to find out."""
    address = Address(host=host, port=7777)
    with pytest.raises(UnsafeDoor, match="--tls-cert"):
        Door(address=address, token_file=Path("t"))
    assert Door(address=address, token_file=Path("t"), tls=TLS).tls is TLS


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine_takes_none(host: str) -> None:
    """A loopback address is reached by this machine's programs alone."""
    assert Door(address=Address(host=host, port=0), token_file=Path("t")).tls is None
