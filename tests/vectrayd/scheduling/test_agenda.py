import random
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vectrayd.scheduling.simulation import OPTIONS, Machine, linear, percentile

from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.domain.pacing import Pacing
from vectrayd.scheduling.agenda import Agenda
from vectrayd.scheduling.jobs import Job, Ticket

QUANTUM = 0.05


def test_a_day_of_mixed_load() -> None:
    """From morning to night, beside bulk work that never ends, queries wait two quanta at most, and nothing is lost or starves."""
    chance = random.Random(7)  # noqa: S311 - chance, not secrets
    machine = Machine(linear())
    day = 24 * 3600.0
    submitted = 0

    def submit(client: str, lane: Lane, sizes: list[int]) -> None:
        nonlocal submitted
        submitted += len(sizes)
        machine.submit(client, lane, ["x" * size for size in sizes])

    for n in range(4000):
        query = partial(submit, "page", Lane.INTERACTIVE, [chance.randint(5, 80)])
        machine.at(chance.uniform(0, day), query)
        program = partial(submit, f"app {n % 3}", Lane.NORMAL, [chance.randint(20, 900) for _ in range(8)])
        machine.at(chance.uniform(0, day), program)
    for n in range(240):
        folder = partial(submit, "agent", Lane.BULK, [chance.randint(40, 2000) for _ in range(300)])
        machine.at(n * 360.0, folder)
        machine.at(n * 360.0, partial(submit, "nightly", Lane.IDLE, [400] * 20))
    machine.run(2 * day)
    assert machine.answered == submitted
    assert percentile(machine.waits[Lane.INTERACTIVE], 0.99) <= 0.005 + 2 * QUANTUM
    assert max(machine.waits[Lane.INTERACTIVE]) <= 0.3
    assert max(machine.waits[Lane.IDLE]) < 360


def test_queries_beside_saturating_bulk_work() -> None:
    """A query waits two quanta at most, and the bulk work keeps its rate."""
    chance = random.Random(3)  # noqa: S311 - as above

    def hour(*, with_queries: bool) -> Machine:
        machine = Machine(linear())
        machine.submit("agent", Lane.BULK, ["x" * chance.randint(40, 1500) for _ in range(30_000)])
        for n in range(240 if with_queries else 0):
            machine.at(n / 2, lambda: machine.submit("page", Lane.INTERACTIVE, ["x" * 40]))
        machine.run(120)
        return machine

    alone, shared = hour(with_queries=False), hour(with_queries=True)
    assert percentile(shared.waits[Lane.INTERACTIVE], 0.99) <= 0.005 + 2 * QUANTUM
    assert shared.compute["agent"] >= 0.85 * alone.compute["agent"]


def test_no_lane_starves() -> None:
    """However busy the lanes before it are, bulk work goes on."""
    machine = Machine(linear(), streams=1)
    for n in range(12_000):
        machine.at(n / 100, lambda: machine.submit("flood", Lane.INTERACTIVE, ["x" * 400] * 3))
    machine.submit("agent", Lane.BULK, ["x" * 400] * 2000)
    machine.submit("nightly", Lane.IDLE, ["x" * 400] * 200)
    machine.run(120)
    assert machine.compute["agent"] >= 0.02 * 120
    assert machine.compute["nightly"] > 0


def test_shares_are_fair() -> None:
    """One greedy and four modest clients get the same compute time (Jain's index), however long their texts are."""
    machine = Machine(linear())
    machine.submit("greedy", Lane.BULK, ["x" * 1500] * 40_000)
    for n in range(4):
        machine.submit(f"modest {n}", Lane.BULK, ["x" * (50 + 300 * n)] * 40_000)
    machine.run(60)
    spent = list(machine.compute.values())
    assert sum(spent) ** 2 / (len(spent) * sum(second**2 for second in spent)) >= 0.99


def test_a_client_that_comes_back_still_owes() -> None:
    """Somebody who sends one expensive text after the other does not get half the machine for it."""
    machine = Machine(linear(), streams=1)
    machine.submit("steady", Lane.NORMAL, ["x" * 400] * 20_000)

    def again() -> None:
        machine.submit("bursts", Lane.NORMAL, ["x" * 40_000])  # a second of work

    for n in range(600):
        machine.at(n / 10, again)
    machine.run(60)
    assert machine.compute["bursts"] <= 0.6 * 60


@given(st.integers(0, 199), st.integers(1, 3))
def test_a_deadly_text_is_found_among_others(position: int, streams: int) -> None:
    """Wherever it stands, it alone is given up, all others are answered, and few workers die for it."""
    machine = Machine(linear(), streams=streams)
    machine.deadly = "deadly"
    texts = ["x" * 200] * 200
    texts[position] = machine.deadly
    machine.submit("a", Lane.BULK, texts)
    machine.run(600)
    assert machine.given_up == ["deadly"]
    assert machine.answered == 199
    assert machine.deaths <= 9


def test_queries_go_on_while_a_deadly_text_is_looked_for() -> None:
    """Neighbours that came later are neither held up nor blamed."""
    machine = Machine(linear(), streams=2)
    machine.deadly = "deadly"
    machine.submit("a", Lane.BULK, ["x" * 900] * 50 + ["deadly"])
    for n in range(100):
        machine.at(n / 20, lambda: machine.submit("page", Lane.INTERACTIVE, ["x" * 40]))
    machine.run(60)
    assert machine.given_up == ["deadly"]
    assert machine.answered == 150


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 300), st.booleans()), max_size=40), st.randoms())
def test_every_job_is_taken_once_or_cancelled(
    steps: list[tuple[int, int, bool]], chance: random.Random
) -> None:
    """Whatever is added and cancelled in whatever order, each job that is wanted comes in one slice, with others of its options."""
    agenda, wanted, tickets, taken = Agenda(Pacing(streams=1)), set(), [], []
    for number, (lane, count, cancels) in enumerate(steps):
        options = OPTIONS if number % 3 else EncodeOptions(dimensions=7)
        ticket = Ticket(
            model="m",
            options=options,
            lane=list(Lane)[lane],
            client=str(number % 2),
            deliver=lambda _j, _o: None,
        )
        jobs = [Job(key, "", chance.randint(0, 3000), ticket) for key in range(count)]
        agenda.add(ticket, jobs, number)
        wanted.update(jobs)
        tickets.append(ticket)
        if cancels:
            gone = chance.choice(tickets)
            gone.is_cancelled = True
            agenda.cancel(gone)
            wanted = {job for job in wanted if job.ticket is not gone or job in taken}
    while part := agenda.next_slice(100.0):
        assert len({job.ticket.options for job in part.jobs}) == 1
        taken += part.jobs
        agenda.finished(part, tokens=10, seconds=0.01)
    assert len(taken) == len(set(taken))
    assert set(taken) == wanted
    assert not agenda.waiting()


def test_an_estimate_counts_what_waits_before() -> None:
    """More waiting work, later start; a client that has nothing waiting is served before others' backlog is done."""
    machine = Machine(linear())
    machine.submit("agent", Lane.BULK, ["x" * 1000] * 1000)
    machine.run(1)
    estimate = partial(machine.agenda.estimate, texts=10, size_bytes=4000, lane=Lane.BULK)
    assert estimate(client="agent").queue_seconds > 5
    assert estimate(client="other").queue_seconds < 0.5
    assert estimate(client="agent").tokens == pytest.approx(1020, rel=0.1)
    assert estimate(client="agent").compute_seconds == pytest.approx(0.105, rel=0.5)
