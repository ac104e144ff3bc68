import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vectrayd.domain.errors import InvalidOption
from vectrayd.domain.ranking import Ranker, Ranking
from vectrayd.domain.similarity import Metric

# Few different numbers make many equal scores; the odd ones are lost, or endless, in single precision once they are squared.
NUMBERS = st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0])
ODD_NUMBERS = st.one_of(NUMBERS, st.sampled_from([1e-30, 3e-30, -1e-12, 1e16, -2e18]))
SIDES = st.tuples(st.integers(1, 3), st.integers(0, 40), st.integers(1, 9)).flatmap(
    lambda shape: st.sampled_from([NUMBERS, ODD_NUMBERS]).flatmap(
        lambda numbers: st.tuples(
            arrays(np.float32, (shape[0], shape[2]), elements=numbers),
            arrays(np.float32, (shape[1], shape[2]), elements=numbers),
        )
    )
)


def definition(metric: Metric, query: np.ndarray, candidate: np.ndarray) -> np.float32:
    """Compare two vectors as a textbook would, in double precision, and round once.

    Numbers are added up by numpy, as they are in the ranker: where they cancel out, the order of adding decides what is left.
    """
    query, candidate = query.astype(np.float64), candidate.astype(np.float64)
    match metric:
        case Metric.COSINE:
            lengths = np.sqrt((query**2).sum()) * np.sqrt((candidate**2).sum())
            return np.float32((query * candidate).sum() / lengths if lengths else 0.0)
        case Metric.DOT:
            return np.float32((query * candidate).sum())
        case Metric.EUCLIDEAN:
            return np.float32(-np.sqrt(((query - candidate) ** 2).sum()))
        case Metric.MANHATTAN:
            return np.float32(-np.abs(query - candidate).sum())


def naive(metric: Metric, query: np.ndarray, candidates: np.ndarray, top_k: int) -> list[tuple[int, float]]:
    """Score all, sort all, keep the first."""
    scores = [definition(metric, query, candidate) for candidate in candidates]
    order = sorted(range(len(scores)), key=lambda number: -scores[number])
    return [(number, float(scores[number])) for number in order[:top_k]]


def ranked(
    queries: np.ndarray, candidates: np.ndarray, cuts: list[int], metric: Metric, top_k: int
) -> list[Ranking]:
    """Rank candidates that come in parts."""
    ranker = Ranker(queries, metric=metric, top_k=top_k)
    for part in np.split(candidates, sorted(min(cut, len(candidates)) for cut in cuts)):
        ranker.add(part)
    return list(ranker.best())


@given(SIDES, st.lists(st.integers(0, 40), max_size=4), st.sampled_from(Metric), st.integers(1, 12))
def test_it_is_the_naive_answer(
    sides: tuple[np.ndarray, np.ndarray], cuts: list[int], metric: Metric, top_k: int
) -> None:
    """Best first, equals in their order, however the candidates are parted."""
    queries, candidates = sides
    for query, best in zip(queries, ranked(queries, candidates, cuts, metric, top_k), strict=True):
        found = list(zip(best.candidates.tolist(), best.scores.tolist(), strict=True))
        assert found == naive(metric, query, candidates, top_k)


@pytest.mark.parametrize("scale", [1, 1e-21, 1e19])
@pytest.mark.parametrize("metric", Metric)
def test_near_neighbours_are_told_apart(metric: Metric, scale: float) -> None:
    """Many candidates near the query, some of them twice, at lengths whose squares single precision loses: none is mistaken."""
    chance = np.random.default_rng(7)
    query = chance.normal(size=(1, 384)).astype(np.float32)
    near = query + chance.normal(scale=1e-4, size=(1000, 384)).astype(np.float32)
    candidates = np.concatenate([near, near[:200], chance.normal(size=(1000, 384)).astype(np.float32)])
    candidates *= np.float32(scale) / np.linalg.norm(candidates, axis=1, keepdims=True)
    query *= np.float32(scale) / np.linalg.norm(query)
    (best,) = ranked(query, candidates, [500, 501, 2000], metric, 50)
    assert best.candidates.tolist() == [number for number, _ in naive(metric, query[0], candidates, 50)]


def test_other_dimensions_are_refused() -> None:
    """Vectors of different spaces cannot be ranked by accident."""
    ranker = Ranker(np.ones((1, 3), np.float32), metric=Metric.DOT, top_k=1)
    with pytest.raises(InvalidOption, match="4 dimensions cannot be ranked for queries of 3"):
        ranker.add(np.ones((2, 4), np.float32))


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("metric", Metric)
def test_what_is_no_number_is_refused(metric: Metric, number: float) -> None:
    """One number that is not finite is enough, wherever it stands."""
    rows = np.ones((5, 3), np.float32)
    rows[3, 1] = number
    with pytest.raises(InvalidOption, match="not finite"):
        Ranker(np.ones((1, 3), np.float32), metric=metric, top_k=1).add(rows)


@given(st.lists(st.integers(0, 3), max_size=2))
def test_a_score_that_no_number_holds_is_refused(cuts: list[int]) -> None:
    """Endless scores do not leave if they are among the best; distances that fit do, although their squares would not."""
    far = np.full((3, 3), 3e30, np.float32)
    far[1] = 1
    with pytest.raises(InvalidOption, match="too long"):
        ranked(far[:1], far, cuts, Metric.DOT, 2)
    (best,) = ranked(-far[:1], far, cuts, Metric.DOT, 1)
    assert best.candidates.tolist() == [1]
    (best,) = ranked(far[:1], -far, cuts, Metric.EUCLIDEAN, 3)
    np.testing.assert_allclose(best.scores, np.array([-1, -2, -2]) * 3e30 * 3**0.5, rtol=1e-5)


@pytest.mark.parametrize(
    ("metric", "query", "candidates"),
    [
        (Metric.COSINE, [1.0, 0.0], [[0.9, 0.43], [2.9e-23, 0.0]]),
        (Metric.EUCLIDEAN, [3e19, 0.0], [[0.0, 0.0], [1e15, 0.0]]),
        (Metric.EUCLIDEAN, [0.0, 0.0], [[-3e-30, 0.0], [1e-30, 0.0]]),
        (Metric.DOT, [1e-30, 1e-30], [[1e-10, 0.0], [1e-10, 1e-10]]),
    ],
)
def test_lengths_that_single_precision_loses(
    metric: Metric, query: list[float], candidates: list[list[float]]
) -> None:
    """The second candidate is the better one, though its square, or the query's, is too small or too large to tell."""
    rows = np.array(candidates, np.float32)
    (best,) = ranked(np.array([query], np.float32), rows, [1], metric, 1)
    assert best.candidates.tolist() == [1]
