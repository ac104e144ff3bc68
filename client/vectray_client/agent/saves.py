"""Whether what was saved before a question is in its answer, and the wait for it.

A save is in the answer once it was heard of, looked at, noted, read and stored; and where meaning is looked for, once its passages have
their vectors and these are in memory. At any moment it is at one of these steps, and each is asked in this order, so that none can slip
by between two of them. What cannot be known is not promised: a folder whose changes are not heard is fresh only after a look at it.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from vectray_client.domain import Fault
from vectray_client.freshness import folders_about
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.waiters import Unseen
from vectray_client.nesting import lies_in, outermost
from vectray_client.store.reading import Reader
from vectray_client.store.vector_index import VectorIndex

_GLANCE_SECONDS = 0.05
"""For the indexer's thread to say where it has not looked: if it is busy for longer, something is being written."""
_LOOK_SECONDS = 0.02
"""Between two looks at what still waits."""
_SOON_FILES = 64
_SOON_PASSAGES = 64
"""Files, and passages, that are done within seconds if there are no more of them; thousands are not waited for."""
_JUST_NOW_NS = 60 * 1_000_000_000
_MOST_PATHS = 10
_GLANCED = 200
"""Waiting files of a folder among which those of a part of it are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How far an answer is behind the files."""

    is_fresh: bool
    pending: int
    """Files that are changed and not indexed, as far as is known."""
    paths: Sequence[str]
    """Some of these, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What an answer does not have: not read yet, or read and without a vector."""

    is_known: bool
    """Whether it was told in time what has not been looked at."""
    unread: Sequence[str]
    """Some of these, newest first."""
    queued: int
    awaited: Sequence[str]
    awaited_documents: int
    has_all_vectors: bool

    def freshness(self, *, with_vectors: bool) -> Freshness:
        """Tell it of an answer by words and meaning, or by words alone. Pure."""
        awaited = self.awaited if with_vectors else ()
        if self.is_known and not (self.unread or self.queued or awaited):
            return Freshness(is_fresh=not with_vectors or self.has_all_vectors, pending=0, paths=())
        paths = tuple(dict.fromkeys([*self.unread, *awaited]))
        known = self.queued + (self.awaited_documents if with_vectors else 0)
        return Freshness(is_fresh=False, pending=max(known, len(paths)), paths=paths[:_MOST_PATHS])


class Saves:
    """What was saved before one question. Made when it is asked; used by one thread."""

    def __init__(self, pipeline: Pipeline, places: Sequence[str], *, wait_seconds: float) -> None:
        """`places` are the folders that are asked about, none for all."""
        self._pipeline = pipeline
        self._places = places
        self._until = time.monotonic() + wait_seconds
        self._unseen: Future[Unseen] = pipeline.look_now() if wait_seconds > 0 else pipeline.unseen()

    def wait(
        self, reader: Reader, vectors: VectorIndex, *, is_wanted: Callable[[], bool], with_vectors: bool
    ) -> None:
        """Wait until all is indexed that is likely to be soon, or nobody wants to know any more."""
        while is_wanted() and (left := self._until - time.monotonic()) > 0:
            if not self._unseen.done():
                self._glance(min(left, _LOOK_SECONDS))
            elif self._is_soon(reader, with_vectors=with_vectors):
                time.sleep(min(left, _LOOK_SECONDS))
            elif with_vectors and not vectors.is_current(reader):
                vectors.catch_up(reader)
            else:
                return

    def missing(self, reader: Reader, vectors: VectorIndex, *, with_vectors: bool) -> "Missing":
        """Tell what will not be in an answer that is made after this call."""
        # Where it is behind anyway, the indexer is busy, and what it could tell changes nothing.
        is_behind = bool(self._queued(reader) or (with_vectors and self._awaited(reader)))
        unseen = self._glance(0.0 if is_behind else _GLANCE_SECONDS)
        # Only now, because what was not looked at a moment ago may have been noted since; and vectors last, for the same reason.
        queued = self._queued(reader)
        awaited = self._awaited(reader) if with_vectors else []
        vectors.freshen(reader)
        return Missing(
            is_known=unseen is not None,
            unread=tuple(dict.fromkeys([*(unseen or ()), *(self._newest_queued(reader) if queued else ())])),
            queued=queued,
            awaited=awaited,
            awaited_documents=reader.waiting_documents() if awaited else 0,
            has_all_vectors=not with_vectors or vectors.is_current(reader),
        )

    def _glance(self, wait_seconds: float) -> Sequence[str] | None:
        """Paths that were asked about and not looked at; None as long as that is not known."""
        try:
            unseen = self._unseen.result(wait_seconds)
        except (TimeoutError, CancelledError, Fault):
            return None
        return [path for paths in unseen.values() for path in paths if concerns(path, self._places)]

    def _queued(self, reader: Reader) -> int:
        return sum(map(reader.queue_below, self._places) if self._places else reader.queued().values())

    def _queued_in(self, folders: Sequence[str], reader: Reader) -> int:
        """How many files wait that lie both in a place that is asked about and in one of some folders."""
        inner = outermost(
            max(folder, place, key=len)
            for folder in folders
            for place in self._places or (folder,)
            if lies_in(folder, place) or lies_in(place, folder)
        )
        return sum(map(reader.queue_below, inner))

    def _newest_queued(self, reader: Reader) -> list[str]:
        """Of each folder by itself the newest first; those of several are put in one order."""
        about = {folder for place in self._places or (None,) for folder in folders_about(reader, place)}
        newest = [dirty for folder in about for dirty in reader.queue(folder, _GLANCED)]
        newest.sort(key=lambda dirty: dirty.state.mtime_ns, reverse=True)
        return [dirty.path for dirty in newest if concerns(dirty.path, self._places)]

    def _awaited(self, reader: Reader) -> list[str]:
        """Files that words find and meaning does not yet, the last read first. Where there are many, some may lie elsewhere."""
        newest = reader.awaited_files(_GLANCED)
        concerned = [path for path in newest if concerns(path, self._places)]
        return concerned or (newest if len(newest) == _GLANCED else [])

    def _is_soon(self, reader: Reader, *, with_vectors: bool) -> bool:
        """Whether something is on its way that is worth waiting for: a few files, or the last edits, which go first.

        Not so with files that wait behind thousands of others, or for a model that cannot be had.
        """
        state = self._pipeline.state()
        if state.is_paused:
            return False
        apart = outermost(folder.path for folder in state.folders if folder.is_paused)
        queued = self._queued(reader) - self._queued_in(apart, reader)
        if 0 < queued <= _SOON_FILES or (queued and self._has_just_been_saved(reader)):
            return True
        if not with_vectors or state.slowed_reason or not self._awaited(reader):
            return False
        return 0 < len(reader.waiting(_SOON_PASSAGES, apart=apart)) < _SOON_PASSAGES

    def _has_just_been_saved(self, reader: Reader) -> bool:
        newest = (dirty for folder in reader.queued() for dirty in reader.queue(folder, 1))
        return any(dirty.state.mtime_ns > time.time_ns() - _JUST_NOW_NS for dirty in newest)


def concerns(path: str, places: Sequence[str]) -> bool:
    """Whether a change at a path, or below it, may be one in some places; in any place if there are none. Pure."""
    return not places or any(lies_in(path, place) or lies_in(place, path) for place in places)
