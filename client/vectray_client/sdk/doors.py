"""The ways to a daemon: this user's own, found or started by itself, or one at an address, which only its owner can start."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import grpc.aio

from vectray.places import Places
from vectray_client.sdk.channel import OPTIONS, unix_address
from vectray_client.sdk.errors import DaemonUnavailable
from vectray_client.sdk.programs import the_daemon
from vectray_client.sdk.rendezvous import HAS_UNIX_SOCKETS, ensure_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A daemon's TCP door, and what opens it."""

    address: str
    """HOST:PORT."""
    token: str = field(repr=False)
    certificate: bytes | None = None
    """PEM of the authorities that may vouch for the daemon; None for the usual ones."""

    @property
    def is_plain(self) -> bool:
        """Whether it is spoken to without TLS: on this machine, unless a certificate is given. Never elsewhere."""
        return self.certificate is None and _is_loopback(self.address.rpartition(":")[0])


Door = Places | Remote


def chosen_door(places: Places, address: str | None, token: str | None, certificate: Path | None) -> Door:
    """Return the door that the arguments of `connect` mean.

    Raises:
        DaemonUnavailable: the certificate cannot be read.
        ValueError: an address and a token belong together, and one of them is missing.

    """
    if address is None and token is None and certificate is None:
        return places
    if not (address and token):
        raise ValueError("a daemon at an address needs both: address and token")
    try:
        trusted = certificate.read_bytes() if certificate else None
    except OSError as error:
        raise DaemonUnavailable(f"{error.filename}: {error.strerror}.") from None
    return Remote(address=address, token=token.strip(), certificate=trusted)


def ensure_open(door: Door) -> None:
    """Start the daemon if it is this user's own and does not run.

    Raises:
        DaemonUnavailable: it cannot be started.

    """
    if isinstance(door, Places):
        ensure_up(the_daemon(door))


def channel(door: Door) -> grpc.Channel:
    """Open a channel."""
    way = own_way(door) if isinstance(door, Places) else door
    if isinstance(way, Remote):
        return grpc.secure_channel(way.address, _credentials(way), OPTIONS)
    return grpc.insecure_channel(way, OPTIONS)


def channel_async(door: Door) -> grpc.aio.Channel:
    """Open a channel for asyncio."""
    way = own_way(door) if isinstance(door, Places) else door
    if isinstance(way, Remote):
        return grpc.aio.secure_channel(way.address, _credentials(way), OPTIONS)
    return grpc.aio.insecure_channel(way, OPTIONS)


def own_way(places: Places, *, has_unix_sockets: bool = HAS_UNIX_SOCKETS) -> str | Remote:
    """Return the address of the user's own daemon: its Unix socket, or, where there are none, its TCP door.

    Raises:
        DaemonUnavailable: its address or token cannot be read.

    """
    if has_unix_sockets:
        return unix_address(places)
    try:
        return Remote(
            address=places.daemon_address.read_text("ascii").strip(),
            token=places.daemon_token.read_text("ascii").strip(),
        )
    except OSError as error:
        raise DaemonUnavailable(f"{error.filename}: {error.strerror}.") from None


def _credentials(remote: Remote) -> grpc.ChannelCredentials:
    way = (
        grpc.local_channel_credentials(grpc.LocalConnectionType.LOCAL_TCP)
        if remote.is_plain
        else grpc.ssl_channel_credentials(remote.certificate)
    )
    return grpc.composite_channel_credentials(way, grpc.access_token_call_credentials(remote.token))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
