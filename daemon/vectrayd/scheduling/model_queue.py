"""One model's agenda, carried out: slices to its worker, outcomes to their callers, and another worker where one was lost."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from vectrayd.domain.embedding import Encoded, Outcome
from vectrayd.domain.errors import ModelFailed, ModelUnavailable, Stopping, VectrayError
from vectrayd.domain.options import Lane
from vectrayd.domain.pacing import Pacing
from vectrayd.scheduling.agenda import Agenda
from vectrayd.scheduling.deadly import DeadlyTexts
from vectrayd.scheduling.jobs import Job, Ticket
from vectrayd.scheduling.slices import Slice
from vectrayd.scheduling.throughput import Throughput
from vectrayd.workers.fleet import Fleet
from vectrayd.workers.worker import Worker, WorkerGone

_log = logging.getLogger(__name__)

WATCHDOG_SECONDS = 60.0
"""What a slice may take beyond twenty times the expected, before its worker is taken for hung. Generous: a machine may be swapping."""
_WATCHDOG_FACTOR = 20.0
_DEADLY = "The model's process died over this text, more than once."

Settle = Callable[[Sequence[Job], Sequence[Outcome]], None]


class Ran(NamedTuple):
    """A slice that came back, for whoever keeps count."""

    model: str
    lane: Lane
    texts: int
    failed: int
    """Texts that were answered with an error."""
    tokens: int
    seconds: float
    """That it cost one stream."""
    waited_seconds: float
    """How long the oldest of its texts waited before."""


class ModelQueue:
    """Keeps one model's worker busy with the slices that should be next."""

    def __init__(
        self,
        model: str,
        fleet: Fleet,
        *,
        pacing: Pacing,
        settle: Settle,
        tell: Callable[[Ran], None],
        watchdog_seconds: float = WATCHDOG_SECONDS,
    ) -> None:
        self._model = model
        self._fleet = fleet
        self._settle = settle
        self._tell = tell
        self._watchdog_seconds = watchdog_seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self._deadly = DeadlyTexts()
        self.agenda = Agenda(pacing)
        self.throughput = Throughput()

    def submit(self, ticket: Ticket, jobs: Sequence[Job]) -> None:
        """Let `jobs` of `ticket` wait for the model."""
        now = time.monotonic()
        if self._deadly:
            deadly = [job for job in jobs if self._deadly.knows(job.text, now)]
            jobs = [job for job in jobs if job not in deadly]
            self._fail(deadly, ModelFailed(_DEADLY))
        self.agenda.add(ticket, jobs, now)
        self._start_slices()

    async def stop(self) -> None:
        """Answer everything that waits or runs with Stopping."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._fail(self.agenda.take_all(), Stopping("The daemon is stopping."))

    def _start_slices(self) -> None:
        while part := self.agenda.next_slice(time.monotonic()):
            task = asyncio.create_task(self._run(part))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, part: Slice) -> None:
        try:
            worker = await self._fleet.worker(self._model)
            encoded = await self._encode(worker, part)
        except WorkerGone as gone:
            self._try_again(part, gone)
        except ModelUnavailable as error:
            # Every other waiting job would only see the same load fail again.
            self._drop(part, error)
            self._fail(self.agenda.take_all(), error)
        except VectrayError as error:
            self._drop(part, error)
        except asyncio.CancelledError:
            self._drop(part, Stopping("The daemon is stopping."))
            raise
        except Exception as error:  # noqa: BLE001 - a job that nobody answers would be worse than any error
            # Not the traceback: it may quote a text.
            _log.error("a slice of %s failed: %s", self._model, type(error).__name__)
            self._drop(part, ModelFailed(f"The model could not be run ({type(error).__name__})."))
        else:
            self._finish(part, encoded)
        self._start_slices()

    async def _encode(self, worker: Worker, part: Slice) -> Encoded:
        worker.facts.check(part.options)  # it may be another one than the caller was told of
        limit = self._watchdog_seconds + _WATCHDOG_FACTOR * self.agenda.seconds_at_work
        try:
            async with asyncio.timeout(limit):
                return await worker.encode([job.text for job in part.jobs], part.options, part.lane)
        except TimeoutError:
            _log.warning("the worker of %s did not answer for %.0f s and is replaced", self._model, limit)
            await worker.kill()
            raise WorkerGone(blameless=False) from None

    def _finish(self, part: Slice, encoded: Encoded) -> None:
        self.agenda.finished(part, tokens=encoded.tokens, seconds=encoded.seconds)
        self.throughput.add(encoded.tokens, time.monotonic())
        failed = sum(isinstance(outcome, VectrayError) for outcome in encoded.outcomes)
        self._tell(
            Ran(
                model=self._model,
                lane=part.lane,
                texts=len(part.jobs),
                failed=failed,
                tokens=encoded.tokens,
                seconds=encoded.seconds,
                waited_seconds=part.waited_seconds,
            )
        )
        self._settle(part.jobs, encoded.outcomes)

    def _try_again(self, part: Slice, gone: WorkerGone) -> None:
        now = time.monotonic()
        if gone.is_blameless:
            self.agenda.put_back(part, now)
        else:
            given_up = self.agenda.lost(part, now)
            for job in given_up:
                self._deadly.add(job.text, now)
            self._fail(given_up, ModelFailed(_DEADLY))

    def _drop(self, part: Slice, error: VectrayError) -> None:
        self.agenda.dropped(part)
        self._fail(part.jobs, error)

    def _fail(self, jobs: Sequence[Job], error: VectrayError) -> None:
        if jobs:
            self._settle(jobs, [error] * len(jobs))
