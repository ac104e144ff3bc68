"""Work that waits inside a worker, until one of its threads takes it."""

import heapq
import threading
import time
from typing import Generic, TypeVar

from vectrayd.domain.options import Lane

Work = TypeVar("Work")

PATIENCE_SECONDS = {Lane.INTERACTIVE: 0.0, Lane.NORMAL: 0.5, Lane.BULK: 1.0, Lane.IDLE: 2.0}
"""By how much later work may be overtaken. The supervisor sends only a few slices ahead, so this matters beside a flood of queries alone."""


class WaitingWork(Generic[Work]):
    """Put in by one thread, taken by others: what is due first goes first, and what came first of that."""

    def __init__(self) -> None:
        self._heaps: dict[Lane, list[tuple[float, int, Work]]] = {lane: [] for lane in Lane}
        self._arrived = threading.Condition()
        self._number = 0

    def put(self, work: Work, lane: Lane) -> None:
        """Let `work` wait."""
        with self._arrived:
            self._number += 1
            due = time.monotonic() + PATIENCE_SECONDS[lane]
            heapq.heappush(self._heaps[lane], (due, self._number, work))
            self._arrived.notify_all()  # one alone might be a thread that does not take this lane

    def take(self, *, last: Lane) -> Work:
        """Wait for work of the lanes up to `last`, and take it."""
        with self._arrived:
            while not (heaps := [heap for lane, heap in self._heaps.items() if heap and lane <= last]):
                self._arrived.wait()
            return heapq.heappop(min(heaps))[2]
