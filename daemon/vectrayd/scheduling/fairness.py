"""One lane's waiting jobs, client by client, each with a fair share of the compute time. Pure.

Deficit round robin (M. Shreedhar and G. Varghese, "Efficient Fair Queuing Using Deficit Round Robin", 1995), counted in seconds of
compute: a client whose texts are long gets fewer of them through, not more of the machine.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vectrayd.scheduling.costs import Rates
from vectrayd.scheduling.jobs import Job, Ticket
from vectrayd.scheduling.slices import count_fitting

_WINDOW_JOBS = 512
"""How many jobs are put in order of length at a time. Like lengths share slices; nobody is overtaken by more than this many."""
_MOST_DEBTS = 1024
"""Clients whose overdrawn shares are remembered while they have nothing waiting."""


class Taken(NamedTuple):
    """Jobs that were taken together."""

    jobs: list[Job]
    client: str
    seconds: float
    """Of compute time that the client was charged for them."""


class ClientQueue:
    """One client's waiting jobs."""

    def __init__(self, client: str, deficit_seconds: float) -> None:
        self.client = client
        self.deficit_seconds = deficit_seconds
        """Compute time that it may still have in this round; less than nothing after an expensive slice."""
        self.count = 0
        self.size_bytes = 0
        self._arrived: deque[Job] = deque()
        self._window: list[Job] = []  # longest first; slices are cut from the end
        self._cancelled = 0

    def add(self, jobs: Sequence[Job]) -> None:
        """Let `jobs` wait behind the others."""
        self._arrived.extend(jobs)
        self._count(jobs, 1)

    def add_first(self, jobs: Sequence[Job]) -> None:
        """Let `jobs` wait before all others."""
        self._arrived.extendleft(reversed(jobs))
        self._count(jobs, 1)

    def take(self, rates: Rates, quantum_seconds: float) -> list[Job]:
        """Take the jobs of the next slice, all of equal options; none if none is left. Cancelled ones are dropped on the way."""
        while self._window or self._fill():
            count = count_fitting(self._window, rates, quantum_seconds=quantum_seconds)
            taken = self._window[-count:]
            del self._window[-count:]
            if alive := self._alive(taken):
                self._count(alive, -1)
                return alive
        return []

    def take_all(self) -> list[Job]:
        """Take all jobs that were not cancelled."""
        jobs = self._alive(self._window) + self._alive(self._arrived)
        self._count(jobs, -1)
        return jobs

    def forget(self, ticket: Ticket) -> None:
        """Note that a ticket was cancelled; such jobs are swept out when they are more than the others."""
        self.count -= ticket.waiting
        self.size_bytes -= ticket.waiting_bytes
        self._cancelled += ticket.waiting
        ticket.waiting = ticket.waiting_bytes = 0
        if self._cancelled > self.count:
            self._arrived = deque(self._alive(self._arrived))
            self._window = self._alive(self._window)
            self._cancelled = 0

    def _fill(self) -> bool:
        """Order the oldest jobs of equal options by length; the others of the window keep their place."""
        if not self._arrived:
            return False
        oldest = [self._arrived.popleft() for _ in range(min(_WINDOW_JOBS, len(self._arrived)))]
        first = oldest[0].ticket
        # Texts of one stream share the very same ticket; comparing all fields is for the others.
        fits = [job.ticket is first or job.ticket.options == first.options for job in oldest]
        if not all(fits):
            self._arrived.extendleft(
                job for job, fit in zip(reversed(oldest), reversed(fits), strict=True) if not fit
            )
            oldest = [job for job, fit in zip(oldest, fits, strict=True) if fit]
        oldest.sort(key=_size, reverse=True)
        self._window = oldest
        return True

    def _count(self, jobs: Sequence[Job], sign: int) -> None:
        for job in jobs:
            job.ticket.waiting += sign
            job.ticket.waiting_bytes += sign * job.size_bytes
            self.size_bytes += sign * job.size_bytes
        self.count += sign * len(jobs)

    @staticmethod
    def _alive(jobs: Sequence[Job] | deque[Job]) -> list[Job]:
        return [job for job in jobs if not job.ticket.is_cancelled]


class LaneQueue:
    """One lane's clients, served in turns."""

    def __init__(self, *, quantum_seconds: float) -> None:
        self._quantum_seconds = quantum_seconds
        self._clients: dict[str, ClientQueue] = {}
        self._turns: deque[ClientQueue] = deque()
        self._debts: dict[str, float] = {}
        self.waits_since = 0.0
        """When it was last served, or began to wait: seconds on the scheduler's clock."""

    def __bool__(self) -> bool:
        return any(queue.count for queue in self._turns)

    def add(self, client: str, jobs: Sequence[Job], now: float) -> None:
        """Let `jobs` wait in the client's queue."""
        self._queue(client, now).add(jobs)

    def add_first(self, client: str, jobs: Sequence[Job], now: float) -> None:
        """Let `jobs` that had been taken wait again, before the client's others."""
        self._queue(client, now).add_first(jobs)

    def forget(self, ticket: Ticket) -> None:
        """Note that `ticket` was cancelled."""
        if queue := self._clients.get(ticket.client):
            queue.forget(ticket)
            if not queue.count:
                self._retire(queue)

    def take(self, rates: Rates, now: float) -> Taken | None:
        """Take the next slice's jobs; None if none is left."""
        while self._turns:
            queue = self._turns[0]
            if queue.deficit_seconds <= 0:
                queue.deficit_seconds += self._quantum_seconds
                self._turns.rotate(-1)
                continue
            jobs = queue.take(rates, self._quantum_seconds)
            seconds = rates.seconds(len(jobs), sum(map(_size, jobs)))
            if jobs:
                self.waits_since = now
                self.charge(queue.client, seconds)
            if not queue.count:
                self._retire(queue)
            if jobs:
                return Taken(jobs, queue.client, seconds)
        return None

    def charge(self, client: str, seconds: float) -> None:
        """Take compute time from the client's share; a negative number gives back what was charged too much."""
        if queue := self._clients.get(client):
            queue.deficit_seconds -= seconds
        elif client in self._debts:
            self._debts[client] -= seconds

    def shares(self) -> Iterator[ClientQueue]:
        """The clients that have something waiting."""
        return (queue for queue in self._turns if queue.count)

    def take_all(self) -> list[Job]:
        """Take everything that waits."""
        jobs = [job for queue in self._turns for job in queue.take_all()]
        self._clients.clear()
        self._turns.clear()
        self._debts.clear()
        return jobs

    def _queue(self, client: str, now: float) -> ClientQueue:
        if not self:
            self.waits_since = now
        queue = self._clients.get(client)
        if queue is None:
            # A client that comes back still owes what it has overdrawn while others waited.
            deficit = min(self._debts.pop(client, 0.0) + self._quantum_seconds, self._quantum_seconds)
            queue = self._clients[client] = ClientQueue(client, deficit)
            self._turns.append(queue)
        return queue

    def _retire(self, queue: ClientQueue) -> None:
        self._turns.remove(queue)
        del self._clients[queue.client]
        self._debts[queue.client] = queue.deficit_seconds
        if not self._turns or len(self._debts) > _MOST_DEBTS:
            self._debts.clear()


def _size(job: Job) -> int:
    return job.size_bytes
