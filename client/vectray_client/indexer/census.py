"""Counting what is in the index. A million passages take a second to count, so it is done beside the pipeline, and not too often."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from vectray_client.indexer.inbox import Crew, Inbox
from vectray_client.store.reading import Reader
from vectray_client.store.records import Counts, Filter

_LEAST_SECONDS = 0.5
_SHARE = 0.05
"""Of one processor, what counting may take."""
Moment = tuple[int, tuple[str, ...]]
"""How many changes the store had seen, and which folders were left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """The index as it was when it was counted."""

    counts: Counts = field(
        default_factory=lambda: Counts(files=0, chunks=0, vectors=0, skipped=0, problems=0)
    )
    files: Mapping[str, int] = field(default_factory=dict)
    """Documents, by folder."""
    queued: Mapping[str, int] = field(default_factory=dict)
    """Files that are to be read, by folder."""
    waiting: int = 0
    """Documents that have passages without a vector."""
    due_passages: int = 0
    """Those passages, but for what only folders hold that are left alone."""


def take_census(reader: Reader, *, apart: Sequence[str] = ()) -> Census:
    """Count, in one state of the whole; the folders `apart` are left alone now."""
    with reader.snapshot():
        folders = reader.folders()
        return Census(
            counts=reader.counts(),
            files={folder: reader.counts(Filter(folders=(folder,))).files for folder in folders},
            queued=reader.queued(),
            waiting=reader.waiting_documents(),
            due_passages=reader.waiting_passages(apart=apart),
        )


class Counting:
    """Takes a census after changes. To be used by the pipeline's thread."""

    def __init__(self, inbox: Inbox, open_reader: Callable[[], AbstractContextManager[Reader]]) -> None:
        self._open_reader = open_reader
        self._crew = Crew(inbox, threads=1, name="counting")
        self._counted: Moment = (-1, ())
        self._is_under_way = False
        self._due_at = 0.0
        self.census = Census()

    def is_current(self, moment: Moment) -> bool:
        """Whether the census was taken then."""
        return self._counted == moment

    def advance(self, now: float, moment: Moment) -> None:
        """Begin a census if the last one was taken at another moment, and that was long enough ago."""
        if self._is_under_way or self.is_current(moment) or now < self._due_at:
            return
        self._is_under_way = True
        self._crew.do(lambda: self._count(moment), lambda future: self._take(future, moment))

    def next_due(self, moment: Moment) -> float | None:
        """When a census is due; None if none is needed, or one is under way."""
        return None if self._is_under_way or self.is_current(moment) else self._due_at

    def count_at_once(self, moment: Moment) -> None:
        """Take a census in the caller's thread: nobody is to be told of an empty index until the first is over."""
        self.census, _ = self._count(moment)
        self._counted = moment

    def close(self) -> None:
        """Count no more."""
        self._crew.close()

    def _count(self, moment: Moment) -> tuple[Census, float]:
        """The census, and the processor seconds that it took: by the clock, a busy machine would be told ever less."""
        began = time.thread_time()
        with self._open_reader() as reader:
            return take_census(reader, apart=moment[1]), time.thread_time() - began

    def _take(self, future: "Future[tuple[Census, float]]", moment: Moment) -> None:
        self._is_under_way = False
        self.census, cost = future.result()
        self._due_at = time.monotonic() + max(_LEAST_SECONDS, cost / _SHARE)
        self._counted = moment
