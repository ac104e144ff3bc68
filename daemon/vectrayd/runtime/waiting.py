"""Work that waits inside a worker, until one of its threads takes it."""

import heapq
import queue
import threading
import time
from dataclasses import dataclass
from typing import Generic, TypeVar

from vectrayd.domain.options import Lane

Work = TypeVar("Work")

PATIENCE_SECONDS = {Lane.INTERACTIVE: 0.0, Lane.NORMAL: 0.5, Lane.BULK: 1.0, Lane.IDLE: 2.0}
"""By how much later work may be overtaken. The supervisor sends only a few slices ahead, so this matters beside a flood of queries alone."""


@dataclass(frozen=True, slots=True, eq=False)
class _Idle(Generic[Work]):
    """A thread that waits for work."""

    last: Lane
    hand: queue.SimpleQueue[Work]


class WaitingWork(Generic[Work]):
    """Put in by one thread, taken by others: what is due first goes first, and what came first of that.

    One idle thread is woken, that which does nothing else; of several such, the one that was at work last: its caches, and its part of
    the heap, are warm, which is a sixth of a query's time.
    """

    def __init__(self) -> None:
        self._heaps: dict[Lane, list[tuple[float, int, Work]]] = {lane: [] for lane in Lane}
        self._idle: list[_Idle[Work]] = []
        """None of them takes anything that waits. Who was at work last stands last."""
        self._lock = threading.Lock()
        self._number = 0

    def put(self, work: Work, lane: Lane) -> None:
        """Let `work` wait."""
        with self._lock:
            able = [idle for idle in reversed(self._idle) if lane <= idle.last]
            if able:
                chosen = min(able, key=lambda idle: idle.last)
                self._idle.remove(chosen)
                chosen.hand.put(work)
                return
            self._number += 1
            due = time.monotonic() + PATIENCE_SECONDS[lane]
            heapq.heappush(self._heaps[lane], (due, self._number, work))

    def take(self, *, last: Lane) -> Work:
        """Wait for work of the lanes up to `last`, and take it."""
        with self._lock:
            if heaps := [heap for lane, heap in self._heaps.items() if heap and lane <= last]:
                return heapq.heappop(min(heaps))[2]
            idle: _Idle[Work] = _Idle(last, queue.SimpleQueue())
            self._idle.append(idle)
        return idle.hand.get()
