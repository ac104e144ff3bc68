"""A channel to the daemon that finds its way back, for asyncio programs: the twin of `Connection`."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Self, TypeVar

import grpc.aio

from vectray.places import Places
from vectray.v1 import embedding_pb2_grpc, models_pb2, models_pb2_grpc
from vectray_client.sdk import states
from vectray_client.sdk.channel import GREET_AGAIN_SECONDS, OPTIONS, Deadlines, Patience, Timer, address
from vectray_client.sdk.errors import DaemonUnavailable, LostConnection, translating
from vectray_client.sdk.rendezvous import check_revision, ensure_daemon
from vectray_client.sdk.states import DaemonState

Answer = TypeVar("Answer")


class AsyncConnection:
    """Open until it is closed, on the event loop that opened it."""

    def __init__(self, places: Places, deadlines: Deadlines) -> None:
        self._places = places
        self._deadlines = deadlines
        self._is_closed = False
        self._channel = grpc.aio.insecure_channel(address(places), OPTIONS)
        self.embedding = embedding_pb2_grpc.EmbeddingServiceStub(self._channel)
        self.models = models_pb2_grpc.ModelServiceStub(self._channel)

    @classmethod
    async def open(cls, places: Places, deadlines: Deadlines) -> Self:
        """Connect. Raises DaemonUnavailable or DaemonMismatch; nothing stays open then."""
        await asyncio.to_thread(ensure_daemon, places)
        connection = cls(places, deadlines)
        try:
            check_revision(await connection.state(deadlines.answer_seconds))
        except BaseException:
            await connection.close()
            raise
        return connection

    async def close(self) -> None:
        """Close it. The daemon goes on."""
        self._is_closed = True
        await self._channel.close()

    async def state(self, timeout_seconds: float) -> DaemonState:
        """Return what the daemon tells of itself and its models."""
        return await self.call(lambda: self._state(timeout_seconds))

    async def call(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """Make an idempotent call, again if the daemon was lost meanwhile."""

        async def attempt() -> AsyncGenerator[Answer, None]:
            with translating():
                answer = await call()
            yield answer

        async with contextlib.aclosing(self.persist(attempt, Patience())) as answers:
            return await anext(answers)

    async def persist(
        self, attempt: Callable[[], AsyncGenerator[Answer, None]], patience: Patience
    ) -> AsyncGenerator[Answer, None]:
        """Yield from an attempt, and from another one after each lost connection, as long as there is patience."""
        while True:
            if self._is_closed:
                raise DaemonUnavailable("The connection is closed.")
            try:
                if patience.is_tried:
                    await self._reconnect()
                async with contextlib.aclosing(attempt()) as answers:
                    async for answer in answers:
                        yield answer
            except LostConnection as loss:
                patience.bear(loss)
            else:
                return

    async def _reconnect(self) -> None:
        """Return once a daemon answers. One that is about to be gone may still listen, and the channel still remember it."""
        await asyncio.to_thread(ensure_daemon, self._places)
        timer = Timer(self._deadlines.answer_seconds)
        while True:
            try:
                return check_revision(await self._state(timer.left()))
            except LostConnection:
                if timer.left() == 0:
                    raise
            await asyncio.sleep(GREET_AGAIN_SECONDS)
            await asyncio.to_thread(ensure_daemon, self._places)

    async def _state(self, timeout_seconds: float | None) -> DaemonState:
        with translating():
            response = await self.models.List(models_pb2.ModelServiceListRequest(), timeout=timeout_seconds)
        return states.daemon_state(response)
