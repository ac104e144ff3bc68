"""Tells watchers of the index's state: whole at first, again on change, and now and then so that a gone watcher is noticed."""

import time
from collections.abc import Callable, Iterator

from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.state import IndexState

_BUSY_SECONDS = 0.25
"""Between two messages at least: what a person can follow."""
_QUIET_SECONDS = 5.0
"""Between two messages at most."""
_LOOK_SECONDS = 1.0
"""Between two looks whether the watcher is still there. The agent cannot end before."""


def watch(
    pipeline: Pipeline,
    is_watched: Callable[[], bool],
    *,
    busy_seconds: float = _BUSY_SECONDS,
    quiet_seconds: float = _QUIET_SECONDS,
) -> Iterator[IndexState]:
    """Yield the state as long as it is watched. A watcher that reads slowly gets the newest state, not every one."""
    state = pipeline.state()
    while is_watched():
        yield state
        told_at, told = time.monotonic(), state
        time.sleep(busy_seconds)
        while state.revision <= told.revision and is_watched():
            left = told_at + quiet_seconds - time.monotonic()
            if left <= 0:
                state = pipeline.state()
                break
            state = pipeline.wait_change(told.revision, timeout_seconds=min(left, _LOOK_SECONDS))
