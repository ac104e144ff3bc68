"""Admits texts, and keeps every model's worker busy with the slices that should be next."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vectrayd.domain.embedding import Outcome
from vectrayd.domain.errors import ModelFailed, ModelUnavailable, Overloaded, Stopping, VectrayError
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.scheduling.backlog import Backlog
from vectrayd.scheduling.jobs import Job
from vectrayd.workers.fleet import Fleet

_log = logging.getLogger(__name__)

_JOB_BYTES = 64
_MOST_ATTEMPTS = 2
"""Workers that a job may lose before it is taken for the cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits in one lane."""

    items: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What one model does now."""

    slices: int
    texts: int
    tokens_per_second: float


class Scheduler:
    """All models' queues. Every admitted text ends in exactly one outcome, whatever becomes of workers meanwhile."""

    def __init__(self, fleet: Fleet, *, streams: int, most_waiting_bytes: int) -> None:
        self._fleet = fleet
        self._streams = streams
        self._most_waiting_bytes = most_waiting_bytes
        self._waiting_bytes = 0
        self._unanswered: set[asyncio.Future[Outcome]] = set()
        self._queues: dict[str, ModelQueue] = {}
        self._stopping = False

    def submit(
        self, model: str, texts: Sequence[str], options: EncodeOptions, lane: Lane
    ) -> list[asyncio.Future[Outcome]]:
        """Admit `texts` and return their answers, in order. Cancelling an answer drops its text while it waits.

        Raises:
            Overloaded: too many bytes of text are waiting; trying again later is right.
            Stopping: the daemon is about to stop.

        """
        if self._stopping:
            raise Stopping("The daemon is stopping.")
        loop = asyncio.get_running_loop()
        jobs = [
            Job(
                text=text,
                size_bytes=len(text.encode()),
                options=options,
                lane=lane,
                answer=loop.create_future(),
            )
            for text in texts
        ]
        size_bytes = sum(map(_room, jobs))
        # A request larger than the whole room is let in when there is nothing else: it could never be otherwise.
        if self._waiting_bytes and self._waiting_bytes + size_bytes > self._most_waiting_bytes:
            raise Overloaded("Too many texts are waiting; try again in a moment.")
        for job in jobs:
            self._enter(job)
        self.queue(model).add(jobs)
        return [job.answer for job in jobs]

    def waiting(self) -> Mapping[Lane, Waiting]:
        """A stand-in."""
        return {}

    def activity(self, model: str) -> Activity:
        """A stand-in: what waits and what runs is counted together."""
        texts = self._queues[model].texts if model in self._queues else 0
        return Activity(slices=0, texts=texts, tokens_per_second=0.0)

    async def stop(self, *, grace_seconds: float) -> None:
        """Admit nothing more, give what waits `grace_seconds` to finish, answer the rest with Stopping."""
        self._stopping = True
        if self._unanswered:
            await asyncio.wait(self._unanswered, timeout=grace_seconds)
        await asyncio.gather(*(queue.stop() for queue in self._queues.values()))

    def _enter(self, job: Job) -> None:
        def leave(answer: asyncio.Future[Outcome]) -> None:
            self._unanswered.discard(answer)
            self._waiting_bytes -= _room(job)

        self._unanswered.add(job.answer)
        self._waiting_bytes += _room(job)
        job.answer.add_done_callback(leave)

    def queue(self, model: str) -> "ModelQueue":
        """Return a model's queue."""
        if model not in self._queues:
            self._queues[model] = ModelQueue(model, self._fleet, streams=self._streams)
        return self._queues[model]


class ModelQueue:
    """One model's backlog and the loops that empty it."""

    def __init__(self, model: str, fleet: Fleet, *, streams: int) -> None:
        self._model = model
        self._fleet = fleet
        self.backlog = Backlog()
        # One slice more than there are streams keeps the worker from waiting for the next; one loop that only serves interactive
        # jobs gets them to the worker, where they overtake, without waiting for any of those.
        lanes = [Lane.IDLE] * (streams + 1) + [Lane.INTERACTIVE]
        self._loops = [asyncio.create_task(self._run(last)) for last in lanes]
        self.texts = 0

    def add(self, jobs: Sequence[Job]) -> None:
        """A stand-in that counts."""
        self.texts += len(jobs)
        for job in jobs:
            job.answer.add_done_callback(self._leave)
        self.backlog.add(jobs)

    def _leave(self, _: asyncio.Future[Outcome]) -> None:
        self.texts -= 1

    async def stop(self) -> None:
        """Answer everything that waits or runs with Stopping."""
        for loop in self._loops:
            loop.cancel()
        await asyncio.wait(self._loops)
        _settle(self.backlog.take_all(), Stopping("The daemon is stopping."))

    async def _run(self, last: Lane) -> None:
        while True:
            jobs = await self.backlog.wait_slice(last=last)
            try:
                await self._encode(jobs)
            except asyncio.CancelledError:
                _settle(jobs, Stopping("The daemon is stopping."))
                raise

    async def _encode(self, jobs: list[Job]) -> None:
        first = jobs[0]
        try:
            worker = await self._fleet.worker(self._model)
            outcomes = (await worker.encode([job.text for job in jobs], first.options, first.lane)).outcomes
        except ModelFailed as error:
            self._try_again(jobs, error)
        except ModelUnavailable as error:
            # Every other waiting job would only see the same load fail again.
            _settle([*jobs, *self.backlog.take_all()], error)
        except VectrayError as error:
            _settle(jobs, error)
        except Exception as error:  # noqa: BLE001 - a job that nobody answers would be worse than any error
            _log.exception("a slice of %s failed", self._model)
            _settle(jobs, ModelFailed(f"The model could not be run ({type(error).__name__})."))
        else:
            for job, outcome in zip(jobs, outcomes, strict=True):
                job.settle(outcome)

    def _try_again(self, jobs: list[Job], error: ModelFailed) -> None:
        for job in jobs:
            job.attempts += 1
        _settle([job for job in jobs if job.attempts >= _MOST_ATTEMPTS], error)
        self.backlog.put_back([job for job in jobs if job.attempts < _MOST_ATTEMPTS])


def _room(job: Job) -> int:
    """What a waiting job is counted as, empty texts included."""
    return job.size_bytes + _JOB_BYTES


def _settle(jobs: Sequence[Job], outcome: Outcome) -> None:
    for job in jobs:
        job.settle(outcome)
