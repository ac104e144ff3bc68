"""Admits texts, as many as there is room for, and sees that each gets exactly one outcome."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from vectrayd.domain.embedding import Outcome
from vectrayd.domain.errors import DeadlineInfeasible, Overloaded, Stopping
from vectrayd.domain.options import Lane
from vectrayd.domain.pacing import Pacing
from vectrayd.scheduling.agenda import Agenda, Estimate, Waiting
from vectrayd.scheduling.jobs import Job, Ticket
from vectrayd.scheduling.model_queue import WATCHDOG_SECONDS, ModelQueue, Ran
from vectrayd.workers.fleet import Fleet

_LEAST_RETRY_SECONDS = 0.1
_MOST_RETRY_SECONDS = 30.0


class Activity(NamedTuple):
    """What a model does now."""

    slices: int
    """At work."""
    texts: int
    """Waiting."""
    tokens_per_second: float
    """Over the last minute."""


def _tell_nobody(_: Ran) -> None:
    """Keep no count."""


class Scheduler:
    """All models' queues. Every admitted text ends in exactly one outcome, whatever becomes of workers meanwhile."""

    def __init__(
        self,
        fleet: Fleet,
        pacing_for: Callable[[str], Pacing],
        *,
        most_waiting_bytes: int,
        watchdog_seconds: float = WATCHDOG_SECONDS,
        tell: Callable[[Ran], None] = _tell_nobody,
    ) -> None:
        self._fleet = fleet
        self._pacing_for = pacing_for
        self._most_waiting_bytes = most_waiting_bytes
        self._watchdog_seconds = watchdog_seconds
        self._tell = tell
        self._queues: dict[str, ModelQueue] = {}
        self._room_bytes = 0
        self._unanswered = 0
        self._changed = asyncio.Event()
        self._stopping = False

    def submit(self, ticket: Ticket, texts: Iterable[tuple[int, str, int]]) -> None:
        """Admit texts, each with the caller's key for it and its size in bytes; their outcomes go to `ticket.deliver`.

        Raises:
            Overloaded: too many bytes of text are waiting; trying again later is right.
            Stopping: the daemon is about to stop.

        """
        if self._stopping:
            raise Stopping("The daemon is stopping.")
        now = time.monotonic()
        jobs = [Job(key, text, size_bytes, ticket, now) for key, text, size_bytes in texts]
        if not jobs:
            return
        room_bytes = sum(job.room_bytes for job in jobs)
        # A request larger than the whole room is let in when there is nothing else: it could never be otherwise.
        if self._room_bytes and self._room_bytes + room_bytes > self._most_waiting_bytes:
            raise Overloaded(
                "Too many texts are waiting; try again in a moment.", retry_seconds=self._seconds_to_room()
            )
        self._enter(ticket, len(jobs), room_bytes)
        self._queue(ticket.model).submit(ticket, jobs)

    def cancel(self, ticket: Ticket) -> None:
        """Drop everything of `ticket` that has not been delivered; nothing will be any more."""
        if ticket.is_cancelled:
            return
        ticket.is_cancelled = True
        self._queue(ticket.model).agenda.cancel(ticket)
        self._enter(ticket, -ticket.unanswered, -ticket.room_bytes)

    async def wait_room(self) -> None:
        """Wait until something was answered, so that there may be room for more."""
        self._changed.clear()
        await self._changed.wait()

    async def stop(self, *, grace_seconds: float) -> None:
        """Admit nothing more, give what was admitted `grace_seconds` to be answered, then answer the rest with Stopping."""
        self._stopping = True
        try:
            async with asyncio.timeout(grace_seconds):
                while self._unanswered:
                    await self.wait_room()
        except TimeoutError:
            pass
        await asyncio.gather(*(queue.stop() for queue in self._queues.values()))

    def check_deadline(
        self, model: str, *, texts: int, size_bytes: int, lane: Lane, client: str, seconds: float
    ) -> None:
        """See whether texts of `size_bytes` together can be done in `seconds`.

        Raises:
            DeadlineInfeasible: by all that is known they cannot. Nothing is known before a model was run once.

        """
        queue = self._queues.get(model)
        if queue is None or not queue.agenda.costs.is_learned:
            return
        estimate = queue.agenda.estimate(texts=texts, size_bytes=size_bytes, lane=lane, client=client)
        needed = estimate.queue_seconds + estimate.compute_seconds / self._pacing_for(model).streams
        if needed > seconds:
            raise DeadlineInfeasible(
                f"The answer would take about {needed:.1f} s; the caller waits {max(seconds, 0):.1f} s.",
                retry_seconds=max(needed - seconds, _LEAST_RETRY_SECONDS),
            )

    def estimate(self, model: str, *, texts: int, size_bytes: int, lane: Lane, client: str = "") -> Estimate:
        """Tell what texts of `size_bytes` together would come to. Of a model that never ran, a guess."""
        queue = self._queues.get(model)
        agenda = queue.agenda if queue else Agenda(self._pacing_for(model))
        return agenda.estimate(texts=texts, size_bytes=size_bytes, lane=lane, client=client)

    def waiting(self) -> Mapping[Lane, Waiting]:
        """What waits for all models together, lane by lane; empty lanes are left out."""
        totals: dict[Lane, Waiting] = {}
        for queue in self._queues.values():
            for lane, (items, seconds) in queue.agenda.waiting().items():
                before = totals.get(lane, Waiting(0, 0.0))
                totals[lane] = Waiting(before.items + items, before.seconds + seconds)
        return dict(sorted(totals.items()))

    @property
    def room_bytes(self) -> int:
        """What everything that was admitted and not answered is counted as."""
        return self._room_bytes

    def activity(self, model: str) -> Activity:
        """What a model does now."""
        queue = self._queues.get(model)
        if queue is None:
            return Activity(0, 0, 0.0)
        texts = sum(waiting.items for waiting in queue.agenda.waiting().values())
        return Activity(queue.agenda.at_work, texts, queue.throughput.tokens_per_second(time.monotonic()))

    def _seconds_to_room(self) -> float:
        """Return when about a tenth of what waits will be done: nobody should find the room full again at once."""
        seconds = sum(waiting.seconds for waiting in self.waiting().values()) / 10
        return min(max(seconds, _LEAST_RETRY_SECONDS), _MOST_RETRY_SECONDS)

    def _queue(self, model: str) -> ModelQueue:
        if model not in self._queues:
            self._queues[model] = ModelQueue(
                model,
                self._fleet,
                pacing=self._pacing_for(model),
                settle=self._settle,
                tell=self._tell,
                watchdog_seconds=self._watchdog_seconds,
            )
        return self._queues[model]

    def _settle(self, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
        if all(job.ticket is jobs[0].ticket for job in jobs):
            self._deliver(jobs[0].ticket, jobs, outcomes)
            return
        pairs = sorted(zip(jobs, outcomes, strict=True), key=_by_ticket)
        for _, group in groupby(pairs, key=_by_ticket):
            some_jobs, some_outcomes = zip(*group, strict=True)
            self._deliver(some_jobs[0].ticket, some_jobs, some_outcomes)

    def _deliver(self, ticket: Ticket, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
        if ticket.is_cancelled:
            return
        self._enter(ticket, -len(jobs), -sum(job.room_bytes for job in jobs))
        ticket.deliver(jobs, outcomes)

    def _enter(self, ticket: Ticket, texts: int, room_bytes: int) -> None:
        """Count texts in, or out where the numbers are negative."""
        ticket.unanswered += texts
        ticket.room_bytes += room_bytes
        self._unanswered += texts
        self._room_bytes += room_bytes
        if texts < 0:
            self._changed.set()


def _by_ticket(pair: tuple[Job, Outcome]) -> int:
    return id(pair[0].ticket)
