import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio
from tests.fakes import HashingFleet, hashed_vector

from vectrayd.domain.errors import ModelFailed, ModelUnavailable, Overloaded, Stopping
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.scheduling.scheduler import Scheduler

OPTIONS = EncodeOptions()


@pytest_asyncio.fixture
async def fleet() -> HashingFleet:
    """Workers that hash."""
    return HashingFleet()


@pytest_asyncio.fixture
async def scheduler(fleet: HashingFleet) -> AsyncIterator[Scheduler]:
    """A scheduler over one stream."""
    made = Scheduler(fleet, streams=1, most_waiting_bytes=10_000)
    yield made
    await made.stop(grace_seconds=0)


async def test_every_text_gets_its_own_vector(scheduler: Scheduler) -> None:
    """However texts are sliced and sorted, answers belong to their texts."""
    texts = [f"{'x' * (n % 37)}{n}" for n in range(300)]
    answers = await asyncio.gather(*scheduler.submit("m", texts, OPTIONS, Lane.BULK))
    for text, answer in zip(texts, answers, strict=True):
        np.testing.assert_array_equal(np.frombuffer(answer.vector, "<f4"), hashed_vector(text))


async def test_interactive_overtakes_bulk(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """A query is handed to the worker before all bulk work that was not handed over yet."""
    worker = fleet.workers[0]
    worker.gate.clear()
    bulk = scheduler.submit("m", ["b" * 1000] * 9, OPTIONS, Lane.BULK)
    while not worker.slices:
        await asyncio.sleep(0)
    (query,) = scheduler.submit("m", ["query"], OPTIONS, Lane.INTERACTIVE)
    for _ in range(20):
        await asyncio.sleep(0)
    assert ("query",) in worker.slices
    assert sum(len(texts) for texts in worker.slices) < 10, "some bulk work still waits"
    worker.gate.set()
    await asyncio.gather(query, *bulk)


async def test_cancelled_work_never_reaches_the_model(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """What nobody waits for is dropped while it queues."""
    worker = fleet.workers[0]
    worker.gate.clear()
    first = scheduler.submit("m", ["a" * 4000] * 2, OPTIONS, Lane.BULK)
    dropped = scheduler.submit("m", ["unwanted"] * 5, OPTIONS, Lane.BULK)
    for answer in dropped:
        answer.cancel()
    worker.gate.set()
    await asyncio.gather(*first)
    await asyncio.gather(*scheduler.submit("m", ["last"], OPTIONS, Lane.BULK))
    assert not any("unwanted" in texts for texts in worker.slices)


async def test_a_dead_worker_costs_nobody_an_answer(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """Jobs of a worker that died run again; one that kills a second worker is answered with an error."""
    fleet.workers[0].dies_next = True
    answers = await asyncio.gather(*scheduler.submit("m", ["good", "fine"], OPTIONS, Lane.NORMAL))
    assert [np.frombuffer(answer.vector, "<f4").shape for answer in answers] == [(8,), (8,)]
    (killer,) = await asyncio.gather(*scheduler.submit("m", ["die"], OPTIONS, Lane.NORMAL))
    assert isinstance(killer, ModelFailed)
    (after,) = await asyncio.gather(*scheduler.submit("m", ["good"], OPTIONS, Lane.NORMAL))
    assert not isinstance(after, Exception)


async def test_a_model_that_cannot_be_loaded_answers_everybody(
    scheduler: Scheduler, fleet: HashingFleet
) -> None:
    """One failed load ends all that waits for it, and the next request tries again."""
    fleet.refusal = ModelUnavailable("There is no such file.")
    answers = await asyncio.gather(*scheduler.submit("m", ["a"] * 500, OPTIONS, Lane.BULK))
    assert {str(answer) for answer in answers} == {"There is no such file."}
    fleet.refusal = None
    (answer,) = await asyncio.gather(*scheduler.submit("m", ["a"], OPTIONS, Lane.BULK))
    assert not isinstance(answer, Exception)


async def test_too_much_waiting_is_refused_at_once(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """The backlog is bounded in bytes, and what was admitted is still answered."""
    fleet.workers[0].gate.clear()
    admitted = scheduler.submit("m", ["x" * 6000], OPTIONS, Lane.BULK)
    with pytest.raises(Overloaded):
        scheduler.submit("m", ["x" * 6000], OPTIONS, Lane.BULK)
    fleet.workers[0].gate.set()
    await asyncio.gather(*admitted)
    await asyncio.gather(*scheduler.submit("m", ["x" * 6000], OPTIONS, Lane.BULK))


async def test_stopping_finishes_what_it_can_and_answers_the_rest(fleet: HashingFleet) -> None:
    """After a stop nothing is admitted, and nobody waits for ever."""
    scheduler = Scheduler(fleet, streams=1, most_waiting_bytes=10_000)
    done = scheduler.submit("m", ["quick"], OPTIONS, Lane.NORMAL)
    fleet.workers[0].gate.clear()
    asyncio.get_running_loop().call_later(0.05, fleet.workers[0].gate.set)
    await scheduler.stop(grace_seconds=5)
    assert not isinstance(done[0].result(), Exception)
    with pytest.raises(Stopping):
        scheduler.submit("m", ["late"], OPTIONS, Lane.NORMAL)
    stuck = Scheduler(fleet, streams=1, most_waiting_bytes=10_000)
    fleet.workers[0].gate.clear()
    waiting = stuck.submit("m", ["slow", "slower"], OPTIONS, Lane.NORMAL)
    await stuck.stop(grace_seconds=0.01)
    assert [type(answer.result()) for answer in waiting] == [Stopping, Stopping]


async def test_what_nobody_foresaw_is_an_answer_too(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """An error of any kind ends in an answer, and the loops go on."""
    for _ in range(5):
        fleet.refusal = OSError(12, "Cannot allocate memory")  # type: ignore[assignment]
        (answer,) = await asyncio.gather(*scheduler.submit("m", ["a"], OPTIONS, Lane.NORMAL))
        assert isinstance(answer, ModelFailed)
    fleet.refusal = None
    (answer,) = await asyncio.gather(*scheduler.submit("m", ["a"], OPTIONS, Lane.NORMAL))
    assert not isinstance(answer, Exception)


async def test_cancelled_jobs_leave_the_memory_at_once(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """However many callers hang up behind a busy worker, nothing of them stays."""
    fleet.workers[0].gate.clear()
    busy = scheduler.submit("m", ["b" * 4000], OPTIONS, Lane.BULK)
    for _ in range(20):
        for answer in scheduler.submit("m", ["x"] * 50, OPTIONS, Lane.BULK):
            answer.cancel()
        await asyncio.sleep(0)
    waiting = scheduler.queue("m").backlog.take_all()
    assert not any(job.text == "x" for job in waiting)
    fleet.workers[0].gate.set()
    await asyncio.wait(busy, timeout=1)
