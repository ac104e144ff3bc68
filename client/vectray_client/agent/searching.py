"""Answers questions: the query's vector is made while saves are waited for, and words are searched whether there is one or not."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

from vectray_client.agent.asked import Question
from vectray_client.embed.embedder import Embedder, Vector
from vectray_client.freshness import folders_about
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.state import Snapshot
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.found import Found
from vectray_client.searcher.search import search
from vectray_client.store.reading import Reader, open_reader
from vectray_client.store.records import Filter, Model
from vectray_client.store.vector_index import VectorIndex

_QUERY_THREADS = 4
"""Questions on their way to the daemon; each takes milliseconds once the model is loaded."""
_LOOK_SECONDS = 0.1
"""Between two looks at what still waits, if nobody tells of a change before."""


_JUST_NOW_NS = 60 * 1_000_000_000
_SOON_PASSAGES = 64
"""Passages that the model does within a second or two, if there are no more of them."""


class Searching:
    """Answers from any thread. A context manager; questions on their way at its end are dropped."""

    def __init__(
        self, pipeline: Pipeline, embedder: Embedder, vectors: VectorIndex, *, index_file: Path
    ) -> None:
        self._pipeline = pipeline
        self._embedder = embedder
        self._vectors = vectors
        self._index_file = index_file
        self._asking = ThreadPoolExecutor(_QUERY_THREADS, thread_name_prefix="query")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._asking.shutdown(wait=False, cancel_futures=True)

    def answer(self, question: Question, *, patience_seconds: float) -> Found:
        """Answer a question. A vector that takes longer than `patience_seconds`, or that nobody makes, is done without."""
        until = time.monotonic() + patience_seconds
        with open_reader(self._index_file) as reader:
            model = reader.model()
            asked = self._asked(model, question.words)
            has_looked = self._wait_saved(reader, question.freshness_wait_seconds)
            vector = None if asked is None else _in_time(asked, until)
            if reader.model() != model:
                vector = None  # of vectors that are searched no more
            is_fresh, pending = self._freshness(reader, question.where, has_looked=has_looked)
            hits = search(
                reader,
                question.words,
                vector=vector,
                index=self._vectors,
                top=question.top,
                where=question.where,
            )
        return Found(hits=hits, is_fresh=is_fresh, pending=pending)

    def _asked(self, model: Model | None, words: str) -> "Future[Vector] | None":
        """Begin to make the question's vector; None where there are no vectors to compare it with."""
        if model is None:
            return None
        return self._asking.submit(
            self._embedder.query, words, model=model.name, fingerprint=model.fingerprint
        )

    def _wait_saved(self, reader: Reader, wait_seconds: float) -> bool:
        """Wait until what was saved before this call is indexed, but not for ever; return whether all was looked at, at least."""
        until = time.monotonic() + wait_seconds
        if not wait_seconds or self._pipeline.state().is_paused:
            return False
        try:
            self._pipeline.look_now().result(wait_seconds)
        except TimeoutError:
            return False
        state = self._pipeline.state()
        while _is_saving(reader, state, time.time_ns()) and (left := until - time.monotonic()) > 0:
            state = self._pipeline.wait_change(state.revision, timeout_seconds=min(left, _LOOK_SECONDS))
        return True

    def _freshness(self, reader: Reader, where: Filter, *, has_looked: bool) -> tuple[bool, int]:
        """Whether all is indexed there, and how many files wait: there to be read, or anywhere for the model."""
        waiting = map(reader.queue_below, where.folders) if where.folders else reader.queued().values()
        pending = reader.waiting_documents() + sum(waiting)
        state = self._pipeline.state()
        about = {folder for place in where.folders or (None,) for folder in folders_about(reader, place)}
        is_held_up = any(folder.paused_reason for folder in state.folders if folder.path in about)
        may_be_more = state.is_looking and not has_looked
        return not (pending or may_be_more or is_held_up), pending


def _is_saving(reader: Reader, state: Snapshot, now_ns: int) -> bool:
    """Whether something is on its way that was saved just now: the last edits go first, so that it is worth waiting for.

    Not so with files that wait behind thousands of others, or for a model that cannot be had.
    """
    newest = (dirty for folder in reader.queued() for dirty in reader.queue(folder, 1))
    if any(dirty.state.mtime_ns > now_ns - _JUST_NOW_NS for dirty in newest):
        return True
    return not state.slowed_reason and 0 < len(reader.waiting(_SOON_PASSAGES)) < _SOON_PASSAGES


def _in_time(asked: "Future[Vector]", until: float) -> Vector | None:
    try:
        return asked.result(max(0.0, until - time.monotonic()))
    except (TimeoutError, VectrayClientError):
        asked.cancel()
        return None
