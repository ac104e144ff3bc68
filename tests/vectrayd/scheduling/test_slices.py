from hypothesis import given
from hypothesis import strategies as st

from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.scheduling.costs import Rates
from vectrayd.scheduling.jobs import Job, Ticket
from vectrayd.scheduling.slices import MOST_TEXTS, count_fitting

TICKET = Ticket(
    model="m", options=EncodeOptions(), lane=Lane.BULK, client="", deliver=lambda _jobs, _outcomes: None
)


@given(
    st.lists(st.integers(0, 5000), max_size=700),
    st.builds(Rates, st.floats(0, 0.02), st.floats(0, 0.001), st.floats(0, 0.0001)),
)
def test_a_slice_is_as_large_as_the_quantum_allows(sizes: list[int], rates: Rates) -> None:
    """It is never empty while something waits, never takes more than the quantum unless it is one text, and could not take one more."""
    jobs = [Job(key, "", size, TICKET) for key, size in enumerate(sizes)]
    count = count_fitting(jobs, rates, quantum_seconds=0.05)
    assert bool(count) == bool(jobs)
    assert count <= MOST_TEXTS
    if count > 1:
        assert rates.seconds(count, sum(sizes[-count:])) <= 0.05 * 1.000001
    if count < min(len(jobs), MOST_TEXTS):
        assert rates.seconds(count + 1, sum(sizes[-count - 1 :])) >= 0.05 * 0.999999
