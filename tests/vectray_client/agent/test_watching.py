import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.agent.small_pipeline import SmallPipeline
from tests.vectray_client.store.documents import index_path

from vectray_client.agent.watching import watch


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[SmallPipeline]:
    """A pipeline whose state is told by the test."""
    small = SmallPipeline(index_path(tmp_path))
    yield small
    small.close()


def test_a_slow_watcher_gets_the_newest_state_alone(pipeline: SmallPipeline) -> None:
    """What changed while nobody read is one message, and costs nothing before that."""
    states = watch(pipeline, threading.Event(), busy_seconds=0)
    assert next(states).embedded == 0
    for count in range(1, 100):
        pipeline.tell(embedded=count)
    assert next(states).embedded == 99


def test_without_a_change_there_is_a_heartbeat(pipeline: SmallPipeline) -> None:
    """A watcher that is gone is noticed when something is written to it."""
    states = watch(pipeline, threading.Event(), busy_seconds=0, quiet_seconds=0.05)
    assert next(states) == next(states)


def test_a_change_ends_the_wait(pipeline: SmallPipeline) -> None:
    """Nobody waits for the heartbeat to hear of it."""
    states = watch(pipeline, threading.Event(), busy_seconds=0, quiet_seconds=600)
    next(states)
    threading.Timer(0.05, pipeline.tell, kwargs={"problems": 3}).start()
    assert next(states).problems == 3


def test_a_watcher_that_left_ends_the_stream(pipeline: SmallPipeline) -> None:
    """Its thread is free at once after the first message, and within a second later on."""
    has_left = threading.Event()
    states = watch(pipeline, has_left, busy_seconds=600, quiet_seconds=600)
    next(states)
    threading.Timer(0.05, has_left.set).start()
    assert list(states) == []
