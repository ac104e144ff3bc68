import asyncio

from hypothesis import given
from hypothesis import strategies as st

from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.scheduling.jobs import Job
from vectrayd.scheduling.slices import choose_slice


def job(size_bytes: int, dimensions: int = 0) -> Job:
    """A waiting job of a size; its answer is never asked for."""
    loop = asyncio.new_event_loop()
    answer = loop.create_future()
    loop.close()
    options = EncodeOptions(dimensions=dimensions)
    return Job(text="", size_bytes=size_bytes, options=options, lane=Lane.BULK, answer=answer)


SIZES = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 1)), min_size=1, max_size=40)


@given(SIZES, st.integers(1, 1000))
def test_a_slice_keeps_its_budget_and_serves_the_oldest(sizes: list[tuple[int, int]], budget: int) -> None:
    """The oldest job is always in; jobs are of equal options, distinct, and within the budget unless alone."""
    waiting = [job(size, kind) for size, kind in sizes]
    chosen = choose_slice(waiting, budget_bytes=budget)
    assert chosen[0] is waiting[0]
    assert len({id(member) for member in chosen}) == len(chosen)
    assert {member.options for member in chosen} == {waiting[0].options}
    assert len(chosen) == 1 or sum(member.size_bytes for member in chosen) <= budget


def test_mates_are_of_like_length() -> None:
    """Of many that fit, those closest to the oldest in length run with it."""
    waiting = [job(size) for size in (100, 10, 95, 400, 105, 50)]
    assert [member.size_bytes for member in choose_slice(waiting, budget_bytes=300)] == [100, 95, 105]


def test_nothing_waits() -> None:
    """An empty backlog makes an empty slice."""
    assert choose_slice([]) == []
