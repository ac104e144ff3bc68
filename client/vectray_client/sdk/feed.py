"""Reads an asyncio program's texts in a task of its own, so that a source that takes its time holds nothing back."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterable, Hashable, Iterable
from types import TracebackType
from typing import Generic, Self, TypeVar

from vectray_client.sdk.stream import ITEMS_PER_MESSAGE, StreamSession

Id = TypeVar("Id", bound=Hashable)
Pairs = Iterable[tuple[Id, str]] | AsyncIterable[tuple[Id, str]]


class Feed(Generic[Id]):
    """The way from a source to a session. It outlives connections: a text that is awaited must not be lost with one."""

    def __init__(self, pairs: Pairs[Id], session: StreamSession[Id]) -> None:
        self._source = _asynchronous(pairs)
        self._session = session
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reading:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._reading
        await self._source.aclose()

    def reading(self) -> set[asyncio.Task[None]]:
        """Return the task that reads on, if texts are wanted. Raises what the source raised."""
        if self._reading and self._reading.done():
            task, self._reading = self._reading, None
            task.result()
        if self._reading is None and self._session.wants_text:
            self._reading = asyncio.create_task(self._read())
        return {self._reading} if self._reading else set()

    async def _read(self) -> None:
        """Take what makes a message, but end after its first text, which shall not wait long for the others."""
        session = self._session
        while session.wants_text and not session.has_refused:
            pair = await anext(self._source, None)
            is_first = session.unsent == 0
            session.take(pair)
            if is_first or session.unsent >= ITEMS_PER_MESSAGE:
                return


async def _asynchronous(pairs: Pairs[Id]) -> AsyncGenerator[tuple[Id, str], None]:
    if isinstance(pairs, AsyncIterable):
        async for pair in pairs:
            yield pair
    else:
        for pair in pairs:
            yield pair
