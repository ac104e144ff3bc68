"""Work that waits for a thread, the most urgent first."""

import heapq
import queue
import threading
from typing import Generic, TypeVar

Work = TypeVar("Work")


class Backlog(Generic[Work]):
    """Where one thread puts work, and others take it. Of the idle ones, the one that was at work last is woken: its caches, and its part of
    the heap, are still warm, which is a quarter of a short text's time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[float, int, Work]] = []
        self._idle: list[queue.SimpleQueue[Work]] = []
        """Empty while anything waits."""

    def put(self, work: Work, *, due: float, number: int) -> None:
        """Let `work` wait; it is taken in the order of `due`, then of `number`, which no other has."""
        with self._lock:
            if self._idle:
                self._idle.pop().put(work)
            else:
                heapq.heappush(self._waiting, (due, number, work))

    def take(self) -> Work:
        """Wait for work."""
        with self._lock:
            if self._waiting:
                return heapq.heappop(self._waiting)[2]
            hand: queue.SimpleQueue[Work] = queue.SimpleQueue()
            self._idle.append(hand)
        return hand.get()
