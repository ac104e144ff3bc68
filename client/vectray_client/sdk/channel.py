"""How a client opens its channel, and what it does when a call loses it."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import grpc

from vectray.places import Places
from vectray_client.sdk.errors import VectrayClientError, is_lost_connection, translated

_MOST_MESSAGE_BYTES = 32 * 1024 * 1024

OPTIONS: Sequence[tuple[str, str | int]] = (
    ("grpc.max_receive_message_length", _MOST_MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MOST_MESSAGE_BYTES),
    # After a restart of the daemon the first attempt should be the one that succeeds.
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 500),
    # One channel each: programs that fork or run several loops must not share one behind their back.
    ("grpc.use_local_subchannel_pool", 1),
)

RECONNECT_SECONDS = 10.0
"""For the channel to reach a daemon that is known to listen."""

_MOST_BREAKS = 3
"""Lost connections in a row, without a single answer between them, before it is given up."""


def address(places: Places) -> str:
    """Return the daemon's gRPC address."""
    return f"unix:{os.fspath(places.daemon_socket)}"


def client_name() -> str:
    """Return the name under which this program's work is shared out: the name that it was started by."""
    return Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "python"


class Patience:
    """Counts the breaks of one call, and says when they are too many. Pure."""

    def __init__(self) -> None:
        self._breaks = 0

    def renew(self) -> None:
        """Note that something was answered."""
        self._breaks = 0

    def after(self, error: grpc.RpcError) -> VectrayClientError | None:
        """Return what to raise for `error`, None if the call should be tried again."""
        self._breaks += 1
        return None if is_lost_connection(error) and self._breaks <= _MOST_BREAKS else translated(error)
