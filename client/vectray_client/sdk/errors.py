"""What can go wrong between a program and the daemon.

    VectrayClientError
    ├── DaemonUnavailable   no daemon answers, and none can be started
    ├── DaemonMismatch      a daemon answers that speaks another revision of the contract
    ├── AgentUnavailable    no agent answers
    ├── AgentMismatch       an agent answers that speaks another revision of the contract
    ├── RequestRefused      the daemon or the agent says no to a whole call
    └── TextRefused         the daemon says no to one text

Messages are one sentence for a person and never quote a text.
"""

import asyncio
import contextlib
from collections.abc import Iterator

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

_RESETS = (
    "rst_stream",
    "goaway",
    "stream removed",
    "connection reset",
    "socket closed",
    "broken pipe",
    "internal error from core",  # asyncio's side of gRPC, whose call ended while it was beginning to write
)
"""In gRPC's own words for calls that ended with their server or a proxy in between, where it does not say UNAVAILABLE. The daemon's own
INTERNAL has a reason, or other words."""


class VectrayClientError(Exception):
    """Root of the tree."""


class DaemonUnavailable(VectrayClientError):
    """No daemon answers, and none can be started."""


class DaemonMismatch(VectrayClientError):
    """A daemon answers that speaks another revision of the contract."""


class AgentUnavailable(VectrayClientError):
    """No agent answers, or it has ended."""


class AgentMismatch(VectrayClientError):
    """An agent answers that speaks another revision of the contract."""


class RequestRefused(VectrayClientError):
    """The daemon or the agent says no to a whole call."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """One of the reasons that the contract lists at `ItemError.reason`; programs decide by it."""


class TextRefused(VectrayClientError):
    """The daemon says no to one text."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """As in RequestRefused."""


class LostConnection(Exception):
    """The daemon went away in the middle of a call, which may be made again. Never leaves this package."""


@contextlib.contextmanager
def translating() -> Iterator[None]:
    """Raise what `translated` makes of a failed call. Encloses calls alone, never anything of the caller's."""
    try:
        yield
    except grpc.RpcError as error:
        raise translated(error) from None


@contextlib.contextmanager
def closing_is_loss() -> Iterator[None]:
    """Raise LostConnection in whoever waits for an answer on a channel that is closed: gRPC cancels them, which is no order to end."""
    try:
        yield
    except asyncio.CancelledError:
        if _is_told_to_end():
            raise
        raise LostConnection from None


def _is_told_to_end() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def translated(error: grpc.RpcError) -> VectrayClientError | LostConnection:
    """Return what a failed call means."""
    code, words, reason = error.code(), error.details() or "", _reason(error)
    if _is_lost_connection(code, words, reason):
        return LostConnection()
    if code is grpc.StatusCode.DEADLINE_EXCEEDED and not reason:
        return DaemonUnavailable("vectrayd does not answer.")
    return RequestRefused(words or reason or code.name, reason=reason or code.name)


def _reason(error: grpc.RpcError) -> str:
    """The daemon's own word for it; empty where gRPC made the error."""
    status = rpc_status.from_call(error)
    for detail in status.details if status else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return str(info.reason)
    return ""


def _is_lost_connection(code: grpc.StatusCode, words: str, reason: str) -> bool:
    # No call is cancelled on this side while somebody waits for it: a daemon that stops does that.
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
        return True
    may_be_a_reset = code in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN) and not reason
    return may_be_a_reset and any(reset in words.casefold() for reset in _RESETS)
