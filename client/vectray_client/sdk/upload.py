"""One call whose request is a stream of messages, for a program that has no event loop."""

import contextlib
import queue
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import grpc

from vectray_client.sdk.errors import DaemonUnavailable, translating

Message = TypeVar("Message")

_AHEAD = 4
"""Messages that wait for gRPC's thread."""
_LOOK_SECONDS = 0.05


def upload(
    call: Callable[[Iterator[Message]], Any], messages: Iterable[Message], *, stall_seconds: float
) -> Any:  # noqa: ANN401 - the answer to whatever is called
    """Make `call`, whose messages come from the caller's own thread, because what they are made of may be bound to it.

    Raises:
        DaemonUnavailable: it took no message, or gave no answer, for `stall_seconds`.
        VectrayClientError, LostConnection: what the call ended with.

    """
    outbox: queue.Queue[Message | None] = queue.Queue(_AHEAD)
    sending = call(iter(outbox.get, None))
    try:
        for message in messages:
            if not _put(outbox, message, sending, stall_seconds):
                break
        _put(outbox, None, sending, stall_seconds)
        with translating():
            return sending.result(timeout=stall_seconds)
    except grpc.FutureTimeoutError:
        raise DaemonUnavailable("vectrayd does not answer.") from None
    finally:
        sending.cancel()
        with contextlib.suppress(queue.Full):
            outbox.put_nowait(None)  # lets gRPC's thread go


def _put(
    outbox: "queue.Queue[Message | None]",
    message: Message | None,
    sending: Any,  # noqa: ANN401 - gRPC's own future
    stall_seconds: float,
) -> bool:
    """Hand a message to gRPC's thread; False if the call has ended meanwhile."""
    until = time.monotonic() + stall_seconds
    while not sending.done():
        try:
            outbox.put(message, timeout=_LOOK_SECONDS)
        except queue.Full:
            if time.monotonic() > until:
                raise DaemonUnavailable("vectrayd does not answer.") from None
        else:
            return True
    return False
