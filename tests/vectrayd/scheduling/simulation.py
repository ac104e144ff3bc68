"""A machine with a clock of its own: callers, an agenda, and streams that take as long as they are told."""

import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.domain.pacing import Pacing
from vectrayd.runtime.waiting import PATIENCE_SECONDS
from vectrayd.scheduling.agenda import Agenda
from vectrayd.scheduling.jobs import Job, Ticket
from vectrayd.scheduling.slices import Slice

OPTIONS = EncodeOptions()


@dataclass
class Machine:
    """Runs an agenda's slices; `seconds_of` says what a slice takes on one stream."""

    seconds_of: Callable[[Slice], float]
    streams: int = 2
    now: float = 0.0
    agenda: Agenda = field(init=False)
    waits: dict[Lane, list[float]] = field(default_factory=lambda: {lane: [] for lane in Lane})
    """Seconds from arrival to answer."""
    compute: dict[str, float] = field(default_factory=dict)
    """Seconds that were spent on each client."""
    answered: int = 0
    deadly: str = ""
    """A text that kills the worker."""
    given_up: list[str] = field(default_factory=list)
    deaths: int = 0

    def __post_init__(self) -> None:
        self.agenda = Agenda(Pacing(streams=self.streams))
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._running: dict[Slice, float] = {}
        self._queued: list[tuple[float, int, Slice]] = []  # inside the worker, where lanes overtake too

    def at(self, when: float, event: Callable[[], None]) -> None:
        """Let something happen at a time."""
        heapq.heappush(self._events, (when, next(self._numbers), event))

    def submit(self, client: str, lane: Lane, texts: Sequence[str]) -> Ticket:
        """Let a client's texts arrive now; a text's answer is when its slice is done."""
        ticket = Ticket(model="m", options=OPTIONS, lane=lane, client=client, deliver=lambda _j, _o: None)
        arrived = round(self.now * 1e6)  # the key tells when the text came
        self.agenda.add(ticket, [Job(arrived, text, len(text.encode()), ticket) for text in texts], self.now)
        self._dispatch()
        return ticket

    def run(self, until: float) -> None:
        """Let time pass."""
        while self._events and self._events[0][0] <= until:
            self.now, _, event = heapq.heappop(self._events)
            event()
        self.now = until

    def _dispatch(self) -> None:
        while part := self.agenda.next_slice(self.now):
            due = self.now + PATIENCE_SECONDS[part.lane]
            heapq.heappush(self._queued, (due, next(self._numbers), part))
        while self._queued and len(self._running) < self.streams:
            _, _, part = heapq.heappop(self._queued)
            seconds = self._running[part] = self.seconds_of(part)
            self.at(self.now + seconds, lambda part=part: self._done(part))

    def _done(self, part: Slice) -> None:
        if part not in self._running:
            return  # it died meanwhile
        if any(job.text == self.deadly for job in part.jobs if self.deadly):
            self._die()
        else:
            seconds = self._running.pop(part)
            tokens = sum(2 + job.size_bytes // 4 for job in part.jobs)
            self.agenda.finished(part, tokens=tokens, seconds=seconds)
            self.answered += len(part.jobs)
            self.compute[part.client] = self.compute.get(part.client, 0.0) + seconds
            self.waits[part.lane] += [self.now - job.key / 1e6 for job in part.jobs]
        self._dispatch()

    def _die(self) -> None:
        self.deaths += 1
        lost = [*self._running, *(part for _, _, part in self._queued)]
        self._running.clear()
        self._queued.clear()
        for part in lost:
            self.given_up += [job.text for job in self.agenda.lost(part, self.now)]


def linear(*, fixed: float = 0.003, per_token: float = 1 / 10_000) -> Callable[[Slice], float]:
    """Return costs as a processor has them."""
    return lambda part: fixed + per_token * sum(2 + job.size_bytes // 4 for job in part.jobs)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of `values` do not exceed."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]
