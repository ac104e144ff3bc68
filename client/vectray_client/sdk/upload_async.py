"""One call whose request is a stream of messages, for a program with an event loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any, TypeVar

import grpc
import grpc.aio

from vectray_client.sdk.errors import DaemonUnavailable, LostConnection, translating

Message = TypeVar("Message")


async def upload(call: Any, messages: AsyncIterable[Message], *, stall_seconds: float) -> Any:  # noqa: ANN401 - gRPC's call, and its answer
    """Send `messages` one by one, so that errors of their source reach the caller, and return the answer.

    Raises:
        DaemonUnavailable: the call took no message, or gave no answer, for `stall_seconds`.
        VectrayClientError, LostConnection: what the call ended with.

    """
    try:
        async for message in messages:
            if call.done():
                break
            await _sent(call.write(message), stall_seconds)
        await _sent(call.done_writing(), stall_seconds)
        async with _patiently(stall_seconds):
            return await _answer(call)
    finally:
        call.cancel()


async def _sent(sending: Any, stall_seconds: float) -> None:  # noqa: ANN401 - a coroutine of gRPC's
    # A call that has ended takes nothing more; its answer tells why.
    with contextlib.suppress(grpc.RpcError, grpc.aio.InternalError, asyncio.InvalidStateError):
        async with _patiently(stall_seconds):
            await sending


async def _answer(call: Any) -> Any:  # noqa: ANN401 - as above
    try:
        with translating():
            return await call
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) and task.cancelling():
            raise
        raise LostConnection from None  # it is the channel that was closed


@contextlib.asynccontextmanager
async def _patiently(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise DaemonUnavailable("vectrayd does not answer.") from None
