import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from tests.light_worker import command

from vectrayd.domain.errors import ModelFailed, ModelUnavailable
from vectrayd.domain.messages import Load
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.workers.fleet import Fleet, Limits
from vectrayd.workers.keepalive import KeepAlive
from vectrayd.workers.machine import rss_bytes
from vectrayd.workers.worker import Worker

QUICK = Limits(
    keep_alive=KeepAlive(default_seconds=0.05, linger_seconds=0),
    look_seconds=0.01,
    room_seconds=0.3,
)
"""Limits of a machine where everybody is in a hurry."""
PATIENT = Limits(look_seconds=0.01)


async def order_for(model: str) -> Load:
    """Nothing to prepare."""
    return Load(folder=model, findings="", streams=2)


@asynccontextmanager
async def light_fleet(
    words: Sequence[str], limits: Limits = PATIENT, **options: Callable[..., object]
) -> AsyncIterator[Fleet]:
    """A fleet of light workers, none of which is left behind."""
    fleet = Fleet(order_for, command=words, limits=limits, **options)  # type: ignore[arg-type]
    try:
        yield fleet
    finally:
        await fleet.stop_all()


async def encode(worker: Worker, text: str = "a text") -> None:
    """One slice of one text."""
    await worker.encode([text], EncodeOptions(), Lane.NORMAL)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that should not take long."""
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.005)


def is_running(pid: int) -> bool:
    """Whether a process exists, and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


async def test_calling_a_load_off_is_an_error_for_who_waits() -> None:
    """Unloading a model while it loads ends the wait of others with a sentence; it does not cancel them."""
    began = asyncio.Event()

    async def never(_: str) -> Load:
        began.set()
        return await asyncio.get_running_loop().create_future()

    fleet = Fleet(never)
    waiting = [asyncio.create_task(fleet.worker("m")) for _ in range(3)]
    await began.wait()
    assert fleet.report("m").loading == "preparing its files"
    await fleet.stop("m")
    for outcome in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(outcome, ModelUnavailable)
    assert not fleet.report("m").loading
    await fleet.stop_all()


async def test_a_disk_that_fails_is_a_sentence() -> None:
    """What the system refuses while a model is looked for is told, remembered as its state, and tried again at once."""

    async def full(_: str) -> Load:
        raise OSError(28, "No space left on device")

    fleet = Fleet(full)
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match=r"No space left on device\.$"):
            await fleet.worker("m")
    assert "No space left" in str(fleet.report("m").failure)
    await fleet.stop_all()


async def test_what_nobody_foresaw_is_an_error_too() -> None:
    """Whatever goes wrong while a model is looked for, callers get an error of the daemon's own, with nothing of its words."""

    async def careless(_: str) -> Load:
        raise KeyError("dear diary")

    fleet = Fleet(careless)
    with pytest.raises(ModelUnavailable, match="KeyError") as caught:
        await fleet.worker("m")
    assert "diary" not in str(caught.value)
    await fleet.stop_all()


async def test_an_idle_worker_goes_and_comes_back() -> None:
    """Nobody uses it, so its process ends, and with it what wakes the daemon; the next request has another one."""
    async with light_fleet(command(), QUICK) as fleet:
        first = await fleet.worker("m")
        await until(lambda: not is_running(first.pid))
        assert fleet.report("m").failure is None
        await until(lambda: fleet._keeper is not None and fleet._keeper.done())
        second = await fleet.worker("m")
        assert second.pid != first.pid


async def test_use_keeps_a_worker() -> None:
    """Work at hand, a caller who waits, and texts that wait for their turn all count as use."""
    wanted = True
    async with light_fleet(command(text_seconds=0.2), QUICK, is_wanted=lambda _: wanted) as fleet:
        worker = await fleet.worker("m")
        await asyncio.sleep(0.15)
        assert worker.alive, "texts waited for it"
        wanted = False
        await encode(worker)
        assert worker.alive, "it was at work, for longer than it may be idle"
        await until(lambda: not worker.alive)


async def test_no_request_fails_for_a_worker_that_was_put_to_sleep() -> None:
    """Whenever requests come, a moment before, in, or after the end of an idle worker, each of them is served."""
    hasty = Limits(keep_alive=KeepAlive(default_seconds=0, linger_seconds=0.001), look_seconds=0.001)
    async with light_fleet(command(), hasty) as fleet:
        pids = set()

        async def ask(pause: float) -> None:
            for _ in range(8):
                worker = await fleet.worker("m")
                pids.add(worker.pid)
                await encode(worker)
                await asyncio.sleep(pause)

        async with asyncio.timeout(60):
            await asyncio.gather(*(ask(0.0005 * step) for step in range(6)))
        assert len(pids) > 1, "it was put to sleep in between"


async def test_unloading_finishes_what_runs() -> None:
    """A slice at work is answered; who comes meanwhile waits for a fresh worker, and never are there two at once."""
    async with light_fleet(command(text_seconds=0.2)) as fleet:
        first = await fleet.worker("m")
        running = asyncio.create_task(encode(first))
        await asyncio.sleep(0.05)
        _, second = await asyncio.gather(fleet.stop("m", grace_seconds=5), fleet.worker("m"))
        assert running.done()
        await running
        assert not is_running(first.pid)
        await encode(second)


async def test_a_model_makes_room_for_another() -> None:
    """The model that was not used for longest is unloaded, and no more than it takes."""
    needs = dict.fromkeys(("old", "recent"), 0)
    roomy = Limits(look_seconds=0.01, budget_bytes=1_000_000_000)
    async with light_fleet(command(), roomy, estimate=lambda model: needs[model]) as fleet:
        for model in ("recent", "old", "recent"):
            worker = await fleet.worker(model)
            await encode(worker)
        needs["new"] = 1_000_000_000 - rss_bytes(worker.pid) * 3 // 2  # beside one of them
        await fleet.worker("new")
        assert fleet.running().keys() == {"recent", "new"}


async def test_a_model_that_can_never_fit_is_refused_with_both_numbers() -> None:
    """Waiting would not help, and the person can only choose if they know how large it is and how much there is."""
    small = Limits(budget_bytes=2_000_000_000)
    async with light_fleet(command(), small, estimate=lambda _: 9_000_000_000) as fleet:
        with pytest.raises(ModelUnavailable, match=r"9\.0 GB.*2\.0 GB"):
            await fleet.worker("huge")


async def test_busy_models_are_waited_for_and_never_cut_off() -> None:
    """A load waits while the memory is at work, then says so; a worker that became idle makes room in time."""
    one_at_a_time = Limits(look_seconds=0.01, budget_bytes=1_000_000, room_seconds=0.2)
    async with light_fleet(command(text_seconds=0.4), one_at_a_time, estimate=lambda _: 900_000) as fleet:
        first = await fleet.worker("first")
        running = asyncio.create_task(encode(first))
        await asyncio.sleep(0.01)
        with pytest.raises(ModelUnavailable, match="busy"):
            await fleet.worker("second")
        await running
        await fleet.worker("second")
        assert fleet.running().keys() == {"second"}


@pytest.mark.parametrize("steps", [5, pytest.param(50, marks=pytest.mark.slow)])
async def test_models_that_push_each_other_out_serve_everybody(steps: int) -> None:
    """Models that share room for one, and leave in a moment besides, serve every request, and never do two of them fill the room."""
    hasty = KeepAlive(default_seconds=0, linger_seconds=0.0005)
    narrow = Limits(keep_alive=hasty, look_seconds=0.0005, budget_bytes=1_000_000)
    async with light_fleet(command(), narrow, estimate=lambda _: 900_000) as fleet:
        most = 0

        async def ask(seed: int) -> None:
            nonlocal most
            chance = random.Random(seed)  # noqa: S311 - chance, not secrets
            for _ in range(steps):
                worker = await fleet.worker(chance.choice("ab"))
                most = max(most, len(fleet.running()))
                await encode(worker)
                await asyncio.sleep(chance.random() * 0.03)

        async with asyncio.timeout(60):
            await asyncio.gather(*map(ask, range(8)))
        assert most == 1


async def test_a_worker_that_dies_while_loading_is_given_rest(tmp_path: Path) -> None:
    """After each such death it rests for twice as long, tells when it is tried again, and does not start a process meanwhile."""
    healed = tmp_path / "healed"
    async with light_fleet(command(dies_loading=int(signal.SIGKILL), unless=healed)) as fleet:
        with pytest.raises(ModelUnavailable, match="perhaps for lack of memory"):
            await fleet.worker("m")
        with pytest.raises(ModelUnavailable, match="tried again in 1 s") as caught:
            await fleet.worker("m")
        assert 0 < (caught.value.retry_seconds or 0) <= 1
        report = fleet.report("m")
        assert not report.can_be_had
        assert 0 < report.retry_seconds <= 1
        healed.touch()
        await until(lambda: fleet.report("m").can_be_had)
        await fleet.worker("m")
        assert fleet.report("m").failure is None


async def test_one_death_while_loading_fails_no_request() -> None:
    """Whoever waits for a model whose process is killed once before it is up gets the next one, and no error."""
    strangers = set(psutil.Process().children())  # what other tests have started and still need
    async with light_fleet(command(load_seconds=0.2)) as fleet:
        waiting = asyncio.create_task(fleet.worker("m"))
        await until(lambda: bool(set(psutil.Process().children()) - strangers))
        (first,) = set(psutil.Process().children()) - strangers
        first.kill()
        assert (await waiting).pid != first.pid


async def test_a_load_that_hangs_is_ended() -> None:
    """Nobody waits for ever for a model, and its process is gone."""
    async with light_fleet(command(load_seconds=60), Limits(load_seconds=0.3)) as fleet:
        with pytest.raises(ModelUnavailable, match=r"longer than 0\.3 s"):
            await fleet.worker("m")
        assert not fleet.running()


async def test_a_worker_that_was_killed_is_told_as_such() -> None:
    """It is known within a second without anybody asking, with a guess at the reason, and the next request starts another one."""
    async with light_fleet(command()) as fleet:
        worker = await fleet.worker("m")
        seen = fleet.changes.count
        os.kill(worker.pid, signal.SIGKILL)
        await asyncio.wait_for(fleet.changes.wait_after(seen), 1)
        assert isinstance(fleet.report("m").failure, ModelFailed)
        assert "perhaps for lack of memory" in str(fleet.report("m").failure)
        assert (await fleet.worker("m")).pid != worker.pid


@pytest.mark.parametrize(("device", "is_replaced"), [("cuda", True), ("cpu", False)])
async def test_sleep_of_the_machine(*, device: str, is_replaced: bool) -> None:
    """A worker on a device that loses its memory in sleep is replaced once it is idle; one on the processor is not."""
    slept = 0.0
    async with light_fleet(command(device=device, text_seconds=0.2), slept=lambda: slept) as fleet:
        worker = await fleet.worker("m")
        running = asyncio.create_task(encode(worker))
        slept = 3600.0
        await running
        await asyncio.sleep(0.1)
        assert is_replaced is not worker.alive
        assert (await fleet.worker("m")).alive
