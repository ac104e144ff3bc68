import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.scheduling.costs import CostModel, Line


@given(
    st.floats(0, 0.02),
    st.floats(1e-7, 2e-3),
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 4000)), min_size=60, max_size=120),
    st.randoms(use_true_random=False),
)
def test_costs_are_learned_on_any_machine(
    fixed: float, per_token: float, slices: list[tuple[int, int]], chance: random.Random
) -> None:
    """After some dozen slices the prediction of a mixed slice is right within a factor of two, noise or not, slow machine or fast."""
    costs = CostModel()
    for texts, size_bytes in slices:
        tokens = 2 * texts + size_bytes // 4
        seconds = (fixed + per_token * tokens) * chance.uniform(0.8, 1.2)
        costs.learn(texts=texts, size_bytes=size_bytes, tokens=tokens, seconds=seconds)
    texts = sum(count for count, _ in slices) // len(slices)
    size_bytes = sum(size for _, size in slices) // len(slices)
    expected = fixed + per_token * (2 * texts + size_bytes / 4)
    assert costs.rates().seconds(texts, size_bytes) == pytest.approx(expected, rel=1.0, abs=1e-3)


def test_single_queries_do_not_unlearn_what_texts_cost() -> None:
    """A day of nothing but short queries leaves the cost of a large slice known."""
    costs = CostModel()
    for _ in range(50):
        costs.learn(texts=20, size_bytes=2000, tokens=540, seconds=0.004 + 540 / 10_000)
    for _ in range(5000):
        costs.learn(texts=1, size_bytes=40, tokens=12, seconds=0.004 + 12 / 10_000)
    assert costs.rates().seconds(20, 2000) == pytest.approx(0.058, rel=0.5)


def test_a_slice_that_the_system_slept_through_changes_little() -> None:
    """One measurement of ten minutes is not believed."""
    costs = CostModel()
    for _ in range(50):
        costs.learn(texts=20, size_bytes=2000, tokens=540, seconds=0.05)
    costs.learn(texts=20, size_bytes=2000, tokens=540, seconds=600.0)
    assert costs.rates().seconds(20, 2000) < 0.15


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1e6), st.floats(0, 1e3)), max_size=60))
def test_a_line_stays_sane(measurements: list[tuple[float, float, float]]) -> None:
    """Whatever is measured, coefficients are numbers of at least 0."""
    line = Line(a=0.004, b=0.0001, a_spread=0.01, b_spread=0.001)
    for u, v, y in measurements:
        line.learn(u, v, y)
    assert all(0 <= coefficient < 1e9 for coefficient in line.coefficients)
