"""The doors that the daemon may open beside its Unix socket, and what makes them safe. Pure."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_LARGEST_PORT = 65535


class UnsafeDoor(Exception):
    """The daemon was asked to listen in a way that would let strangers in; the message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A TCP address. Port 0 means any that is free."""

    host: str
    port: int

    @classmethod
    def parse(cls, words: str) -> Self:
        """Read HOST:PORT; an IPv6 address stands in brackets.

        Raises:
            ValueError: it is no such thing.

        """
        host, colon, port = words.strip().rpartition(":")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        elif ":" in host:
            colon = ""
        if not (
            host
            and colon
            and port.isdecimal()
            and len(port) <= len(str(_LARGEST_PORT))
            and int(port) <= _LARGEST_PORT
        ):
            raise ValueError(f"An address is HOST:PORT, not {words[:100]!r}.")
        # The name may stand for two addresses, of which only one would be bound.
        return cls(host="127.0.0.1" if host == "localhost" else host, port=int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only programs on this machine can reach it. A name that would have to be looked up does not count."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The files of a server's certificate, in PEM."""

    certificate: Path
    """With the chain that clients need."""
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A TCP address that takes calls from whoever has the token."""

    address: Address
    token_file: Path
    tls: Tls | None = None

    def __post_init__(self) -> None:
        """Raises UnsafeDoor where texts and the token would cross a network that others can read."""
        if not (self.tls or self.address.is_loopback):
            raise UnsafeDoor(
                f"{self.address} can be reached from other machines: give --tls-cert and --tls-key, or listen on 127.0.0.1."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpDoor:
    """A door for HTTP requests, which web pages can make too."""

    door: Door
    hosts: frozenset[str] = frozenset()
    """Names, beside this machine's own, that requests may call it by."""
    origins: frozenset[str] = frozenset()
    """Of web pages that may send requests."""
