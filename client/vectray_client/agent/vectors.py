"""Keeps the vectors in memory up to date with the store, in a thread of its own: searches take in what is new themselves, if it is little."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vectray_client.indexer.pipeline import Pipeline
from vectray_client.store.reading import open_reader
from vectray_client.store.vector_cache import cache_beside
from vectray_client.store.vector_index import VectorIndex

_BUSY_SECONDS = 5.0
"""Between two times to catch up."""
_LOOK_SECONDS = 1.0
"""Between two looks whether the agent is about to end."""
_TIDY_SECONDS = 3600.0
"""Between two looks whether it holds too much that is gone."""


@contextmanager
def kept_vectors(
    pipeline: Pipeline, index_file: Path, *, complain: Callable[[Exception], None]
) -> Iterator[VectorIndex]:
    """Give the vectors of the index, cached beside it, kept up to date as long as the block lasts.

    `complain` hears of what goes wrong; words are searched all the same, and the next change is another try.
    """
    ending = threading.Event()
    with open_reader(index_file) as reader:
        vectors = VectorIndex.open(reader, cache_beside(index_file))
    keeper = threading.Thread(
        target=_keep, args=(vectors, pipeline, index_file), kwargs={"ending": ending, "complain": complain}
    )
    keeper.start()
    try:
        yield vectors
    finally:
        ending.set()
        keeper.join()


def _keep(
    vectors: VectorIndex,
    pipeline: Pipeline,
    index_file: Path,
    *,
    ending: threading.Event,
    complain: Callable[[Exception], None],
) -> None:
    revision, tidied_at = -1, time.monotonic()
    while not ending.is_set():
        state = pipeline.wait_change(revision, timeout_seconds=_LOOK_SECONDS)
        if state.revision <= revision:
            continue
        revision = state.revision
        try:
            with open_reader(index_file) as reader:
                vectors.catch_up(reader)
                if time.monotonic() - tidied_at > _TIDY_SECONDS:
                    tidied_at = time.monotonic()
                    vectors.drop_dead(reader)
        except Exception as error:  # noqa: BLE001 - this thread has nobody else to tell
            complain(error)
        ending.wait(_BUSY_SECONDS)
