"""Everything that waits for one model, and what of it is next. Pure: the time is passed in.

A lane goes before all that come after it, except that none waits for ever. What was in a worker that died is tried again in halves, one
slice at a time, until the text that kills workers is alone.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from vectrayd.domain.options import Lane
from vectrayd.domain.pacing import Pacing
from vectrayd.scheduling.costs import CostModel, Rates
from vectrayd.scheduling.fairness import LaneQueue
from vectrayd.scheduling.jobs import Job, Ticket
from vectrayd.scheduling.slices import Slice

_PATIENCE_SECONDS = {Lane.NORMAL: 1.0, Lane.BULK: 2.0, Lane.IDLE: 30.0}
"""How long a lane may go unserved. With slices of 50 ms, waiting lanes keep 5 and 2.5 % of a stream however busy those before them are."""
_MOST_STRIKES = 2
"""Workers that may die over a text that is alone in its slice. A single death may be anybody's."""


class Waiting(NamedTuple):
    """What waits in a lane."""

    items: int
    seconds: float
    """Of one stream's work."""


class Estimate(NamedTuple):
    """What an amount of work would come to."""

    tokens: int
    compute_seconds: float
    """Of one stream's work."""
    queue_seconds: float
    """Until that work would begin."""


class Agenda:
    """One model's waiting jobs and the slices at work."""

    def __init__(self, pacing: Pacing) -> None:
        self._streams = pacing.streams
        self._quantum_seconds = pacing.quantum_seconds
        self._lanes = {lane: LaneQueue(quantum_seconds=pacing.quantum_seconds) for lane in Lane}
        self._suspects: deque[Slice] = deque()
        self._at_work: set[Slice] = set()
        self.costs = CostModel()

    @property
    def at_work(self) -> int:
        """Slices that were taken and not given back."""
        return len(self._at_work)

    @property
    def seconds_at_work(self) -> float:
        """Of one stream's work, expected of the slices that were taken."""
        return sum(part.seconds for part in self._at_work)

    def add(self, ticket: Ticket, jobs: Sequence[Job], now: float) -> None:
        """Let `jobs` of `ticket` wait."""
        if jobs:
            self._lanes[ticket.lane].add(ticket.client, jobs, now)

    def cancel(self, ticket: Ticket) -> None:
        """Forget the waiting jobs of a ticket that was cancelled. Those at work finish unheard."""
        self._lanes[ticket.lane].forget(ticket)

    def next_slice(self, now: float) -> Slice | None:
        """Take the slice that a worker should have next; None if there is nothing, or enough is at work."""
        lane = self._next_lane(now)
        if lane is not None:
            return self._start(lane, now)
        return self._start_suspect() if self._has_room() and not self._is_checking() else None

    def finished(self, part: Slice, *, tokens: int, seconds: float) -> None:
        """Note that a slice came back with outcomes, and what it took."""
        self._at_work.discard(part)
        self.costs.learn(texts=len(part.jobs), size_bytes=part.size_bytes, tokens=tokens, seconds=seconds)
        self._lanes[part.lane].charge(part.client, seconds - part.seconds)

    def dropped(self, part: Slice) -> None:
        """Note that a slice will not come back, and was answered otherwise."""
        self._at_work.discard(part)

    def put_back(self, part: Slice, now: float) -> None:
        """Let a slice wait again that was lost through no fault of its own."""
        self._at_work.discard(part)
        if part.is_suspect:
            self._suspects.appendleft(self._suspect(part.jobs, part))
        elif jobs := _alive(part.jobs):
            self._lanes[part.lane].add_first(part.client, jobs, now)

    def lost(self, part: Slice, now: float) -> list[Job]:
        """Note that a worker died while it had a slice; return the jobs that are given up for it. The others will be tried again."""
        if part.beside_suspect and not part.is_suspect:
            self.put_back(part, now)
            return []
        self._at_work.discard(part)
        jobs = _alive(part.jobs)
        if len(jobs) == 1:
            jobs[0].strikes += 1
            if jobs[0].strikes >= _MOST_STRIKES:
                return jobs
            self._suspects.appendleft(self._suspect(jobs, part))
        elif jobs:
            half = len(jobs) // 2
            self._suspects.extendleft(
                [self._suspect(jobs[half:], part), self._suspect(jobs[:half], part)],
            )
        return []

    def take_all(self) -> list[Job]:
        """Take everything that waits."""
        jobs = [job for part in self._suspects for job in _alive(part.jobs)]
        self._suspects.clear()
        return jobs + [job for lane in self._lanes.values() for job in lane.take_all()]

    def waiting(self) -> Mapping[Lane, Waiting]:
        """What waits, lane by lane; empty lanes are left out."""
        rates = self.costs.rates()
        totals = {lane: self._total(lane, rates) for lane in Lane}
        return {lane: total for lane, total in totals.items() if total.items}

    def estimate(self, *, texts: int, size_bytes: int, lane: Lane, client: str = "") -> Estimate:
        """Tell what texts of `size_bytes` together would come to, if `client` had them wait in `lane`."""
        rates = self.costs.rates()
        before = sum(self._total(other, rates).seconds for other in Lane if other < lane)
        shares = list(self._lanes[lane].shares())
        all_of_lane = sum(rates.seconds(share.count, share.size_bytes) for share in shares)
        own = sum(rates.seconds(share.count, share.size_bytes) for share in shares if share.client == client)
        # While a client has its share done, each of the others has as much done, and no more.
        clients = len({client, *(share.client for share in shares)})
        fair = own * clients + self._quantum_seconds * (clients - 1)
        queue_seconds = (self.seconds_at_work + before + min(all_of_lane, fair)) / self._streams
        slices = max(1.0, rates.seconds(texts, size_bytes) / self._quantum_seconds) if texts else 0.0
        compute_seconds = rates.fixed * slices + rates.seconds(texts, size_bytes) - rates.fixed
        return Estimate(self.costs.tokens(texts, size_bytes), max(compute_seconds, 0.0), queue_seconds)

    def _total(self, lane: Lane, rates: Rates) -> Waiting:
        items, size_bytes = 0, 0
        for share in self._lanes[lane].shares():
            items, size_bytes = items + share.count, size_bytes + share.size_bytes
        for part in self._suspects:
            if part.lane is lane:
                items, size_bytes = items + len(part.jobs), size_bytes + part.size_bytes
        return Waiting(items, rates.seconds(items, size_bytes) if items else 0.0)

    def _next_lane(self, now: float) -> Lane | None:
        interactive = sum(part.lane is Lane.INTERACTIVE for part in self._at_work)
        # Not held back by others at work: inside the worker interactive slices overtake.
        is_asked = interactive <= self._streams and bool(self._lanes[Lane.INTERACTIVE])
        first = Lane.INTERACTIVE if is_asked else None
        if self._suspects or self._is_checking():
            return first
        if self._has_room() or interactive == len(self._at_work):
            overdue = [lane for lane in _PATIENCE_SECONDS if self._is_overdue(lane, now)]
            if overdue:
                return overdue[-1]
        if first or not self._has_room():
            return first
        return next((lane for lane in Lane if self._lanes[lane]), None)

    def _has_room(self) -> bool:
        # One slice more than there are streams keeps the worker from waiting for the next.
        return len(self._at_work) <= self._streams

    def _is_overdue(self, lane: Lane, now: float) -> bool:
        queue = self._lanes[lane]
        return bool(queue) and now - queue.waits_since >= _PATIENCE_SECONDS[lane]

    def _is_checking(self) -> bool:
        return any(part.is_suspect for part in self._at_work)

    def _start(self, lane: Lane, now: float) -> Slice | None:
        taken = self._lanes[lane].take(self.costs.rates(), now)
        if taken is None:
            return None
        part = Slice(
            jobs=taken.jobs,
            lane=lane,
            client=taken.client,
            seconds=taken.seconds,
            waited_seconds=now - min(job.arrived for job in taken.jobs),
            beside_suspect=self._is_checking(),
        )
        self._at_work.add(part)
        return part

    def _start_suspect(self) -> Slice | None:
        while self._suspects:
            waiting = self._suspects.popleft()
            if jobs := _alive(waiting.jobs):
                for other in self._at_work:
                    other.beside_suspect = True
                part = self._suspect(jobs, waiting)
                self._at_work.add(part)
                return part
        return None

    def _suspect(self, jobs: Sequence[Job], part: Slice) -> Slice:
        seconds = self.costs.rates().seconds(len(jobs), sum(job.size_bytes for job in jobs))
        return Slice(jobs=jobs, lane=part.lane, client=part.client, seconds=seconds, is_suspect=True)


def _alive(jobs: Sequence[Job]) -> list[Job]:
    return [job for job in jobs if not job.ticket.is_cancelled]
