"""An asyncio loop in a thread of its own, beside a main thread that belongs to the desktop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any

_END_SECONDS = 5.0
"""For what is under way at the end."""


class LoopThread:
    """Runs one coroutine; others may have things done in its loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tray", daemon=True)
        self._work: Future[None] | None = None

    def start(self, work: Coroutine[Any, Any, None], *, ended: Callable[[], None]) -> None:
        """Begin; `ended` is called once the work is over, whatever came of it."""
        self._thread.start()
        self._work = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._work.add_done_callback(lambda _: ended())

    def call(self, do: Callable[[], object]) -> None:
        """Have something done in the loop, which must not take long. May be called from any thread; too late is no error."""
        with contextlib.suppress(RuntimeError):  # it is closed
            self._loop.call_soon_threadsafe(do)

    def end(self) -> None:
        """Cancel the work and wait for its end; raises what it has raised."""
        if self._work is None:
            return
        self._work.cancel()
        try:
            with contextlib.suppress(CancelledError):
                self._work.result(_END_SECONDS)
        finally:
            asyncio.run_coroutine_threadsafe(_others_ended(), self._loop).result(_END_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_END_SECONDS)
            self._loop.close()


async def _others_ended() -> None:
    """What the work began ends with it, each in its own good order."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
