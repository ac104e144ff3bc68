"""How a client opens its channel, and what it does when a call loses it."""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vectray.places import Places
from vectray_client.sdk.errors import DaemonUnavailable, LostConnection

_MOST_MESSAGE_BYTES = 32 * 1024 * 1024

OPTIONS: Sequence[tuple[str, str | int]] = (
    ("grpc.max_receive_message_length", _MOST_MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MOST_MESSAGE_BYTES),
    # After a restart of the daemon the first attempt should be the one that succeeds.
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 500),
    # One channel each: programs that fork or run several loops must not share one behind their back.
    ("grpc.use_local_subchannel_pool", 1),
    # Over TCP a machine may vanish without a word. The daemon bears a ping every ten seconds; Unix sockets need none.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
)

_MOST_BREAKS = 3
"""Lost connections in a row, without a single answer between them, before it is given up."""

GREET_AGAIN_SECONDS = 0.05
"""Between two attempts to reach a daemon that listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long the daemon may take before it counts as hung, in seconds."""

    answer_seconds: float = 10.0
    """For what it only has to look up."""
    loading_seconds: float = 300.0
    """For what may need a model to be imported and loaded, on a slow disk."""
    silence_seconds: float = 30.0
    """Between two messages of an open stream; the daemon sends a heartbeat every five."""

    def between_messages(self, *, is_open: bool) -> float:
        """Return the longest wait for a stream's next message; what it opens with may be a model that is loaded first."""
        return self.silence_seconds if is_open else self.loading_seconds


PATIENT = Deadlines()


def unix_address(places: Places) -> str:
    """Return the gRPC address of the daemon's socket."""
    return f"unix:{os.fspath(places.daemon_socket)}"


def client_name() -> str:
    """Return the name under which this program's work is shared out: the name that it was started by."""
    return Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "python"


class Timer:
    """The time that is left of what a call was given, over all its connections."""

    def __init__(self, seconds: float | None) -> None:
        self._until = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Return the seconds that are left, None for any number."""
        return None if self._until is None else max(0.0, self._until - time.monotonic())

    def share(self, most_seconds: float) -> float:
        """Return how much of what is left a single attempt may take."""
        left = self.left()
        return most_seconds if left is None else min(left, most_seconds)


class Patience:
    """Counts the breaks of one call, and says when they are too many. Pure."""

    def __init__(self, most_breaks: int = _MOST_BREAKS) -> None:
        self._most_breaks = most_breaks
        self._breaks = 0

    @property
    def is_tried(self) -> bool:
        """Whether the connection broke since something was answered, and must be made again."""
        return self._breaks > 0

    def renew(self) -> None:
        """Note that something was answered."""
        self._breaks = 0

    def bear(self, loss: LostConnection) -> None:
        """Note a break.

        Raises:
            DaemonUnavailable: it is one too many.

        """
        self._breaks += 1
        if self._breaks > self._most_breaks:
            raise DaemonUnavailable("The connection to vectrayd was lost.") from loss
