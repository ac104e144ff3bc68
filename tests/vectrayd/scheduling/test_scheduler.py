import asyncio
from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest
import pytest_asyncio
from tests.fakes import HashingFleet, hashed_vector

from vectrayd.domain.embedding import Embedding, Outcome
from vectrayd.domain.errors import (
    DeadlineInfeasible,
    FingerprintMismatch,
    ModelFailed,
    ModelUnavailable,
    Overloaded,
    Stopping,
)
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.domain.pacing import Pacing
from vectrayd.scheduling.jobs import Job, Ticket
from vectrayd.scheduling.scheduler import Scheduler


class Caller:
    """Somebody who wants texts encoded, and what came of them."""

    def __init__(
        self, scheduler: Scheduler, texts: Sequence[str], lane: Lane = Lane.NORMAL, *, fingerprint: str = ""
    ) -> None:
        options = EncodeOptions(fingerprint=fingerprint)
        self.ticket = Ticket(model="m", options=options, lane=lane, client="", deliver=self._take)
        self._missing = set(range(len(texts)))
        self._outcomes: dict[int, Outcome] = {}
        self._has_all = asyncio.Event()
        scheduler.submit(self.ticket, [(key, text, len(text)) for key, text in enumerate(texts)])

    def _take(self, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
        for job, outcome in zip(jobs, outcomes, strict=True):
            self._missing.remove(job.key)  # raises for one that was delivered before
            self._outcomes[job.key] = outcome
        if not self._missing:
            self._has_all.set()

    async def outcomes(self) -> list[Outcome]:
        """Wait for all of them, in order."""
        await asyncio.wait_for(self._has_all.wait(), timeout=20)
        return [self._outcomes[key] for key in sorted(self._outcomes)]


async def a_while() -> None:
    """Let everything happen that can."""
    for _ in range(50):
        await asyncio.sleep(0)


@pytest_asyncio.fixture
async def fleet() -> HashingFleet:
    """Workers that hash."""
    return HashingFleet()


@pytest_asyncio.fixture
async def scheduler(fleet: HashingFleet) -> AsyncIterator[Scheduler]:
    """A scheduler over one stream."""
    made = Scheduler(fleet, lambda _: Pacing(streams=1), most_waiting_bytes=400_000, watchdog_seconds=0.1)
    yield made
    await made.stop(grace_seconds=0)


async def test_every_text_gets_its_own_vector(scheduler: Scheduler) -> None:
    """However texts are sliced and sorted, answers belong to their texts."""
    texts = [f"{'x' * (n % 37)}{n}" for n in range(300)]
    outcomes = await Caller(scheduler, texts, Lane.BULK).outcomes()
    for text, outcome in zip(texts, outcomes, strict=True):
        np.testing.assert_array_equal(np.frombuffer(outcome.vector, "<f4"), hashed_vector(text))


async def test_callers_share_slices_and_get_their_own_answers(scheduler: Scheduler) -> None:
    """Texts of many callers that run together come back each to its own."""
    callers = [Caller(scheduler, [f"{n}a", f"{n}b"]) for n in range(20)]
    for n, caller in enumerate(callers):
        for text, outcome in zip([f"{n}a", f"{n}b"], await caller.outcomes(), strict=True):
            np.testing.assert_array_equal(np.frombuffer(outcome.vector, "<f4"), hashed_vector(text))


async def test_interactive_overtakes_bulk(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """A query is handed to the worker before all bulk work that was not handed over yet."""
    worker = fleet.workers[0]
    worker.gate.clear()
    bulk = Caller(scheduler, ["b" * 1000] * 9, Lane.BULK)
    await a_while()
    query = Caller(scheduler, ["query"], Lane.INTERACTIVE)
    await a_while()
    assert ("query",) in worker.slices
    assert sum(len(texts) for texts in worker.slices) < 10, "some bulk work still waits"
    worker.gate.set()
    await query.outcomes()
    await bulk.outcomes()


async def test_cancelled_work_never_reaches_the_model(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """What nobody waits for is dropped while it queues, and leaves its room at once."""
    worker = fleet.workers[0]
    worker.gate.clear()
    first = Caller(scheduler, ["a" * 4000] * 2, Lane.BULK)
    for _ in range(30):
        scheduler.cancel(Caller(scheduler, ["unwanted"] * 1000, Lane.BULK).ticket)
    assert Lane.BULK not in scheduler.waiting()
    worker.gate.set()
    await first.outcomes()
    await Caller(scheduler, ["last"], Lane.BULK).outcomes()
    assert not any("unwanted" in texts for texts in worker.slices)


async def test_a_dead_worker_costs_nobody_an_answer(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """Texts of a worker that died run again."""
    fleet.workers[0].dies_next = True
    outcomes = await Caller(scheduler, ["good", "fine"]).outcomes()
    assert all(isinstance(outcome, Embedding) for outcome in outcomes)


async def test_a_text_that_kills_workers_is_found(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """One bad text among many is answered with an error, the others with vectors, after few deaths."""
    texts = [f"good {n}" for n in range(40)]
    texts[13] = "die"
    outcomes = await Caller(scheduler, texts).outcomes()
    assert [position for position, outcome in enumerate(outcomes) if not isinstance(outcome, Embedding)] == [
        13
    ]
    assert isinstance(outcomes[13], ModelFailed)
    assert len(fleet.workers) <= 2 + 6 + 2, "halving forty texts takes six steps"
    await Caller(scheduler, ["fine"]).outcomes()
    workers = len(fleet.workers)
    again = await Caller(scheduler, ["fine", "die"]).outcomes()
    assert [type(outcome) for outcome in again] == [Embedding, ModelFailed]
    assert len(fleet.workers) == workers, "it is not let near another worker"


async def test_a_worker_that_hangs_is_replaced(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """A slice that never comes back is ended by the watchdog, and its texts run on another worker."""
    fleet.workers[0].gate.clear()
    outcomes = await Caller(scheduler, ["a", "b"]).outcomes()
    assert all(isinstance(outcome, Embedding) for outcome in outcomes)
    assert len(fleet.workers) == 2


async def test_a_model_that_cannot_be_loaded_answers_everybody(
    scheduler: Scheduler, fleet: HashingFleet
) -> None:
    """One failed load ends all that waits for it, and the next request tries again."""
    fleet.refusal = ModelUnavailable("There is no such file.")
    outcomes = await Caller(scheduler, ["a"] * 500, Lane.BULK).outcomes()
    assert {str(outcome) for outcome in outcomes} == {"There is no such file."}
    fleet.refusal = None
    (outcome,) = await Caller(scheduler, ["a"], Lane.BULK).outcomes()
    assert isinstance(outcome, Embedding)


async def test_too_much_waiting_is_refused_at_once(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """The backlog is bounded in bytes, and what was admitted is still answered."""
    fleet.workers[0].gate.clear()
    admitted = Caller(scheduler, ["x" * 300_000], Lane.BULK)
    with pytest.raises(Overloaded):
        Caller(scheduler, ["x" * 300_000], Lane.BULK)
    fleet.workers[0].gate.set()
    await admitted.outcomes()
    await Caller(scheduler, ["x" * 300_000], Lane.BULK).outcomes()


async def test_stopping_finishes_what_it_can_and_answers_the_rest(fleet: HashingFleet) -> None:
    """After a stop nothing is admitted, and nobody waits for ever."""
    scheduler = Scheduler(fleet, lambda _: Pacing(streams=1), most_waiting_bytes=10_000)
    done = Caller(scheduler, ["quick"])
    fleet.workers[0].gate.clear()
    asyncio.get_running_loop().call_later(0.05, fleet.workers[0].gate.set)
    await scheduler.stop(grace_seconds=5)
    assert [type(outcome) for outcome in await done.outcomes()] == [Embedding]
    with pytest.raises(Stopping):
        Caller(scheduler, ["late"])
    stuck = Scheduler(fleet, lambda _: Pacing(streams=1), most_waiting_bytes=10_000)
    fleet.workers[0].gate.clear()
    waiting = Caller(stuck, ["slow", "slower"])
    await stuck.stop(grace_seconds=0.01)
    assert [type(outcome) for outcome in await waiting.outcomes()] == [Stopping, Stopping]


async def test_what_nobody_foresaw_is_an_answer_too(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """An error of any kind ends in an answer, and the queue goes on."""
    for _ in range(5):
        fleet.refusal = OSError(12, "Cannot allocate memory")  # type: ignore[assignment]
        (outcome,) = await Caller(scheduler, ["a"]).outcomes()
        assert isinstance(outcome, ModelFailed)
    fleet.refusal = None
    (outcome,) = await Caller(scheduler, ["a"]).outcomes()
    assert isinstance(outcome, Embedding)


async def test_a_deadline_that_cannot_be_met_is_refused_early(scheduler: Scheduler) -> None:
    """Once something is known of the model's pace, work that comes too late is refused; what can be done is not."""

    def check(seconds: float) -> None:
        scheduler.check_deadline(
            "m", texts=1000, size_bytes=4_000_000, lane=Lane.NORMAL, client="", seconds=seconds
        )

    check(0.001)  # nothing is known yet
    await Caller(scheduler, ["a"]).outcomes()
    with pytest.raises(DeadlineInfeasible):
        check(0.001)
    check(3600)


async def test_a_failed_load_costs_nobody_later_texts(scheduler: Scheduler, fleet: HashingFleet) -> None:
    """A caller whose texts were refused with the model and who then hangs up takes no later text of its name with it."""
    fleet.refusal = ModelUnavailable("There is no such file.")
    refused = Caller(scheduler, ["a"] * 600)
    await refused.outcomes()
    fleet.refusal = None
    fleet.workers[0].gate.clear()
    later = Caller(scheduler, ["b"] * 1100)
    scheduler.cancel(refused.ticket)
    fleet.workers[0].gate.set()
    assert len(await later.outcomes()) == 1100


async def test_vectors_of_two_spaces_are_never_mixed(scheduler: Scheduler) -> None:
    """Texts that were promised vectors of one fingerprint are refused by a model that came back with another."""
    promised = [Caller(scheduler, ["a"], fingerprint=fingerprint) for fingerprint in ("f" * 64, "e" * 64)]
    (kept,), (refused,) = [await caller.outcomes() for caller in promised]
    assert isinstance(kept, Embedding)
    assert isinstance(refused, FingerprintMismatch)
