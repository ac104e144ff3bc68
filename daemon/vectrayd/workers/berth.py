"""One model's place in the fleet: no worker, one that starts, or one that is ready; and why there is none."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from vectrayd.domain.errors import ModelFailed, ModelUnavailable, VectrayError
from vectrayd.domain.facts import ModelFacts
from vectrayd.workers.backoff import Trouble, after_failure, rest_seconds
from vectrayd.workers.bell import Bell
from vectrayd.workers.machine import rss_bytes
from vectrayd.workers.worker import Worker

_log = logging.getLogger(__name__)

_MOST_DEATHS = 32
"""In a row before a first answer. To find one deadly text among a slice of 512 takes eleven; more than this is the model's own fault."""


@dataclass(slots=True, eq=False)
class Launch:
    """A start as it goes on; whoever carries it out writes here."""

    began: float
    """Monotonic seconds."""
    step: str = "starting"
    """What is done now, in a few words for a person."""
    costly: bool = False
    """Whether a process was started."""
    size_bytes: int = 0
    """Memory that it is expected to take."""


class Berth:
    """At most one process of one model at a time. `launch` starts it, and is bounded in time."""

    def __init__(
        self,
        model: str,
        launch: Callable[[Launch], Awaitable[Worker]],
        *,
        bell: Bell,
        is_wanted: Callable[[], bool],
    ) -> None:
        self._model = model
        self._start = launch
        self._bell = bell
        self._is_wanted = is_wanted
        self._starting: asyncio.Task[Worker] | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._last: Worker | None = None
        self._borrowers = 0
        self._deaths = 0  # in a row, of workers that never answered
        self._last_used = -math.inf
        self.launch: Launch | None = None
        """The start that goes on now."""
        self.trouble: Trouble | None = None
        """Why the last start failed, or its worker died; None once it is ready again."""
        self.facts: ModelFacts | None = None
        """What the last worker reported of the model."""
        self.starts = 0
        """Workers that came up."""
        self.slept_seconds = 0.0
        """Sleep of the machine until the worker was started."""

    async def worker(self) -> Worker:
        """Return the ready worker; callers that come while it starts share the one start.

        Raises:
            VectrayError: it cannot be started, or is not tried again yet.

        """
        task = self._task()
        self._borrowers += 1  # nobody puts it to sleep between its start and this caller's first slice
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():  # it is the start that was called off, not this caller
                raise ModelUnavailable("The model was unloaded while it was being loaded.") from None
            raise
        finally:
            self._borrowers -= 1
            self._last_used = time.monotonic()

    @property
    def ready(self) -> Worker | None:
        """The worker that takes slices now."""
        task = self._starting
        if task is None or not task.done() or task.cancelled() or task.exception():
            return None
        return task.result() if task.result().alive else None

    @property
    def is_taken(self) -> bool:
        """Whether there is a worker, or a start, or the remains of one that nobody has noticed."""
        return self._starting is not None

    @property
    def size_bytes(self) -> int:
        """Memory that its process takes, or is expected to take once it is loaded."""
        if self.launch and self.launch.size_bytes:
            return self.launch.size_bytes
        return rss_bytes(self._last.pid) if self._last and self._last.alive else 0

    @property
    def idle_since(self) -> float | None:
        """Monotonic seconds since nobody uses the worker; None while somebody does, or there is none."""
        worker = self.ready
        if worker is None or worker.idle_since is None or self._borrowers or self._is_wanted():
            return None
        return max(worker.idle_since, self._last_used)

    def notice_death(self) -> bool:
        """Write down that the worker died, if it did; return whether it did."""
        task = self._starting
        if task is None or not task.done() or self.ready:
            return False
        self._starting = None
        if not task.cancelled() and not task.exception():
            self._note_death(task.result())
            self._bell.ring()
        return True

    def _note_death(self, worker: Worker) -> None:
        self._deaths = 0 if worker.has_encoded else self._deaths + 1
        error: VectrayError = ModelFailed(f"{worker.death} The next request starts it again.")
        failures = max(0, self._deaths - _MOST_DEATHS + 1)
        if failures:
            error = ModelUnavailable(f"{worker.death} It died {self._deaths} times before its first answer.")
        _log.warning("%s was lost: %s", self._model, error)
        rest = rest_seconds(failures) if failures else 0.0
        self.trouble = Trouble(error=error, failures=failures, until=time.monotonic() + rest)

    def retire(self, *, grace_seconds: float) -> asyncio.Task[None] | None:
        """Take the worker, or its start, out of service at once, so that whoever comes later waits for a fresh one.

        Slices at work get `grace_seconds` to be finished. Returns what is done when the process is gone; None if there was none.
        """
        task, self._starting, self.launch = self._starting, None, None
        if self._last and self._last.has_encoded:
            self._deaths = 0
        if task is not None:
            _log.info("%s is unloaded", self._model)
            self._leaving = asyncio.create_task(_end(task, self._leaving, grace_seconds=grace_seconds))
            self._bell.ring()
        return self._leaving

    def _task(self) -> asyncio.Task[Worker]:
        self.notice_death()
        if self._starting is None:
            if refusal := self._refusal():
                raise refusal
            self.launch = Launch(began=time.monotonic())
            self._starting = asyncio.create_task(self._carry_out(self.launch, self._leaving))
            self._bell.ring()
        return self._starting

    async def _carry_out(self, launch: Launch, leaving: asyncio.Task[None] | None) -> Worker:
        try:
            if leaving:
                await asyncio.shield(leaving)
            worker = await self._start(launch)
        except Exception as cause:  # noqa: BLE001 - whatever it was, callers are told and it is not tried in a loop
            raise self._note(cause, launch) from None
        else:
            self.trouble, self.facts, self._last = None, worker.facts, worker
            self.starts += 1
            seconds = time.monotonic() - launch.began
            _log.info("%s is loaded: process %d, %.1f s", self._model, worker.pid, seconds)
            return worker
        finally:
            if self.launch is launch:  # not one that was called off and replaced
                self.launch = None
            self._bell.ring()

    def _refusal(self) -> ModelUnavailable | None:
        """Return what callers are told while it rests after a failure."""
        rest = self.trouble.until - time.monotonic() if self.trouble else 0.0
        if self.trouble is None or rest <= 0:
            return None
        words = f"{self.trouble.error} It is tried again in {math.ceil(rest)} s."
        return ModelUnavailable(words, retry_seconds=rest)

    def _note(self, cause: Exception, launch: Launch) -> VectrayError:
        """Write down why a start failed; return what those are told who waited for it."""
        words = getattr(cause, "strerror", None) or type(cause).__name__
        error = (
            cause
            if isinstance(cause, VectrayError)
            else ModelUnavailable(f"The model cannot be loaded: {words}.")
        )
        # A program that asks again and again for what cannot be would fill the disk with one and the same line.
        if self.trouble is None or str(error) != str(self.trouble.error):
            _log.warning("%s could not be loaded: %s", self._model, error)
        self.trouble = after_failure(self.trouble, error, costly=launch.costly, now=time.monotonic())
        return self._refusal() or error


async def _end(
    task: asyncio.Task[Worker], before: asyncio.Task[None] | None, *, grace_seconds: float
) -> None:
    task.cancel()
    await asyncio.wait([task, before] if before else [task])
    if not task.cancelled() and not task.exception():
        await task.result().stop(grace_seconds=grace_seconds)
