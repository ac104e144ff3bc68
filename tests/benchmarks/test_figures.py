"""The few numbers that tables show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.benchmarks.figures import jain, median_and_range, percentile

VALUES = st.lists(st.floats(0.001, 1e6), min_size=1)


@given(values=VALUES, share=st.floats(0.01, 1))
def test_a_percentile_is_the_smallest_value_with_enough_values_up_to_it(
    values: list[float], share: float
) -> None:
    """At least the share of all values lies at or below it, and less than the share below it."""
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


@given(VALUES)
def test_jains_index_lies_between_one_share_of_all_and_one(values: list[float]) -> None:
    """Nothing is less fair than one client having everything, nothing fairer than equal shares."""
    assert 1 / len(values) - 1e-9 <= jain(values) <= 1 + 1e-9


@given(st.floats(0.001, 1e6), st.integers(1, 20))
def test_equal_shares_are_entirely_fair(share: float, clients: int) -> None:
    """However large the share: only its being equal counts."""
    assert jain([share] * clients) == pytest.approx(1)


def test_a_greedy_client_that_has_everything_is_as_unfair_as_can_be() -> None:
    """One of four with everything: a quarter; nobody with anything: nothing."""
    assert jain([5.0, 0, 0, 0]) == pytest.approx(0.25)
    assert jain([0.0, 0.0]) == 0


def test_a_single_round_has_no_range() -> None:
    """A range of one value would look like more certainty than there is."""
    assert median_and_range([2.0]) == "2.00"
    assert median_and_range([3.0, 1.0, 2.0], digits=1) == "2.0 (1.0 to 3.0)"
