"""Tells watchers of the index's state: whole at first, again on change, and now and then so that a gone watcher is noticed."""

import threading
import time
from collections.abc import Iterator

from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.state import Snapshot

_BUSY_SECONDS = 0.25
"""Between two messages at least: what a person can follow."""
_QUIET_SECONDS = 5.0
"""Between two messages at most."""
_LOOK_SECONDS = 1.0
"""Between two looks whether the watcher is still there. The agent cannot end before."""


def watch(
    pipeline: Pipeline,
    has_left: threading.Event,
    *,
    busy_seconds: float = _BUSY_SECONDS,
    quiet_seconds: float = _QUIET_SECONDS,
) -> Iterator[Snapshot]:
    """Yield the state until the watcher has left. One that reads slowly gets the newest state, not every one."""
    state = pipeline.state()
    while not has_left.is_set():
        yield state
        told_at, told = time.monotonic(), state
        has_left.wait(busy_seconds)  # who only wants one message is rid of at once
        while state.revision <= told.revision and not has_left.is_set():
            left = told_at + quiet_seconds - time.monotonic()
            if left <= 0:
                state = pipeline.state()
                break
            state = pipeline.wait_change(told.revision, timeout_seconds=min(left, _LOOK_SECONDS))
