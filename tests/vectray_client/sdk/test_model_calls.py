import contextlib

import pytest
from tests.vectray_client.sdk.fake_daemon import FakeDaemon

from vectray.places import Places
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.client_async import AsyncDaemon
from vectray_client.sdk.errors import DaemonUnavailable, RequestRefused
from vectray_client.sdk.states import Progress

MODEL = "all-MiniLM-L6-v2"


async def test_a_model_is_loaded_and_unloaded(light: Places) -> None:
    """Each call returns the model as it is then; the list has the default first."""
    with Daemon(light) as daemon:
        assert daemon.load(MODEL).state == "ready"
        assert daemon.model(MODEL).rss_bytes > 0
        assert daemon.unload(MODEL).state == "available"
        models = daemon.models()
    async with AsyncDaemon(light) as later:
        assert (await later.load(MODEL)).dimensions == 8
        assert (await later.model(MODEL)).state == "ready"
        assert (await later.unload(MODEL)).state == "available"
        assert [model.name for model in await later.models()] == [model.name for model in models]
    assert [model.is_default for model in models[:2]] == [True, False]


async def test_a_model_that_nobody_knows_is_refused(light: Places) -> None:
    """By every call that names one."""
    with Daemon(light) as daemon:
        for call in (daemon.model, daemon.load, daemon.unload, daemon.pull, daemon.tokenizer):
            with pytest.raises(RequestRefused, match="no model named 'nobody'"):
                call("nobody")
    async with AsyncDaemon(light) as later:
        for call in (later.model, later.load, later.unload, later.pull, later.tokenizer):
            with pytest.raises(RequestRefused, match="no model named 'nobody'"):
                await call("nobody")


async def test_progress_is_told_as_it_goes(fake: FakeDaemon) -> None:
    """The first step of a load, and of a pull, is told before the last one exists."""

    def report(progress: Progress) -> None:
        told.append((progress.model.state, progress.bytes_done, progress.bytes_total))
        fake.may_load_on.set()

    told: list[tuple[str, int, int]] = []
    with Daemon(fake.places) as daemon:
        assert daemon.load("m", progress=report).state == "ready"
        assert daemon.pull("m", progress=report).state == "available"
    sync, told = told, []
    fake.may_load_on.clear()
    async with AsyncDaemon(fake.places) as later:
        assert (await later.load("m", progress=report)).state == "ready"
        assert (await later.pull("m", progress=report)).state == "available"
    assert sync == told == [("loading", 0, 0), ("ready", 0, 0), ("absent", 5, 10), ("available", 10, 10)]


async def test_a_watcher_sees_the_whole_state(fake: FakeDaemon) -> None:
    """Daemon, models and lanes, again and again; a daemon that ends is told, not started again."""
    with Daemon(fake.places) as daemon, contextlib.closing(daemon.watch()) as seen:  # type: ignore[type-var]
        first, second = next(seen), next(seen)
        with pytest.raises(DaemonUnavailable, match="has ended"):
            next(seen)
    async with AsyncDaemon(fake.places) as later, contextlib.aclosing(later.watch()) as states:
        assert [await anext(states), await anext(states)] == [first, second]
        with pytest.raises(DaemonUnavailable, match="has ended"):
            await anext(states)
    assert first.pid == 1
    assert not first.lanes
    assert [(load.lane, load.items, load.seconds) for load in second.lanes] == [("bulk", 7, 0.5)]


def test_the_name_that_shares_are_counted_by_is_sent(fake: FakeDaemon) -> None:
    """The program's own, unless it says another."""
    for given in ("", "my notes"):
        with Daemon(fake.places, client_name=given) as daemon:
            daemon.encode(["a"])
    first, second = fake.client_names
    assert first
    assert second == "my notes"
