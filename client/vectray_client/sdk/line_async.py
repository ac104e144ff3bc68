"""One connection of an encode stream, for a program with an event loop."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self

import grpc
import grpc.aio

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc
from vectray_client.sdk.errors import LostConnection, translating


class AsyncLine:
    """One connection of a stream. What is sent waits here, bounded by the credit that the daemon grants."""

    def __init__(
        self,
        embedding: "embedding_pb2_grpc.EmbeddingServiceAsyncStub",  # generated for type checkers alone
        opening: pb.EncodeStreamRequest,
        *,
        timeout_seconds: float | None,
    ) -> None:
        self._outbox: asyncio.Queue[pb.EncodeStreamRequest] = asyncio.Queue()
        self._outbox.put_nowait(opening)
        self._call = embedding.EncodeStream(timeout=timeout_seconds)
        self._writing = asyncio.create_task(self._write())
        self._reading = asyncio.create_task(self._read())
        self._heard_at = asyncio.get_running_loop().time()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call.cancel()
        for task in (self._writing, self._reading):
            task.cancel()
        await asyncio.gather(self._writing, self._reading, return_exceptions=True)

    def send(self, message: pb.EncodeStreamRequest) -> None:
        """Send a message as soon as the daemon takes it."""
        self._outbox.put_nowait(message)

    async def wait(
        self, others: set[asyncio.Task[None]], *, timeout_seconds: float, silence_seconds: float
    ) -> pb.EncodeStreamResponse | None:
        """Wait for the next message; None if one of `others` ends first, or after `timeout_seconds`.

        Raises:
            LostConnection: there is none, or none came for `silence_seconds`.
            VectrayClientError: the daemon refuses the stream.

        """
        now = asyncio.get_running_loop().time
        timeout = max(0.0, min(timeout_seconds, self._heard_at + silence_seconds - now()))
        await asyncio.wait({self._reading, *others}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if self._reading.cancelled():
            raise LostConnection  # the channel was closed
        if self._reading.done():
            response = self._reading.result()
            self._reading, self._heard_at = asyncio.create_task(self._read()), now()
            return response
        if now() >= self._heard_at + silence_seconds:
            raise LostConnection
        return None

    async def _read(self) -> pb.EncodeStreamResponse:
        with translating():
            response = await self._call.read()
        if not isinstance(response, pb.EncodeStreamResponse):
            raise LostConnection  # a daemon does not end a stream that is not half-closed
        return response

    async def _write(self) -> None:
        # A call that has ended tells the reading side why.
        with contextlib.suppress(grpc.RpcError, asyncio.InvalidStateError):
            while True:
                await self._call.write(await self._outbox.get())
