"""Tells everybody who waits that something has changed."""

import asyncio
import contextlib


class Bell:
    """Rings for all who wait. Who remembers the count of rings misses none, whatever they did meanwhile."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self.count = 0

    def ring(self) -> None:
        """Wake all who wait."""
        self.count += 1
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait_after(self, count: int, *, timeout_seconds: float | None = None) -> None:
        """Wait until it has rung more than `count` times, or `timeout_seconds` are over."""
        if self.count == count:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_seconds):
                    await self._rung.wait()
