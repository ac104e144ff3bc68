import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vectrayd.domain.errors import InvalidOption
from vectrayd.domain.similarity import Metric, matrix, pairwise

ROWS = arrays(np.float32, (4, 6), elements=st.floats(-100, 100, width=32))


def definition(metric: Metric, left: np.ndarray, right: np.ndarray) -> float:
    """Compare two vectors as a textbook would, in double precision."""
    left, right = left.astype(np.float64), right.astype(np.float64)
    match metric:
        case Metric.COSINE:
            lengths = np.linalg.norm(left) * np.linalg.norm(right)
            return float(left @ right / lengths) if lengths else 0.0
        case Metric.DOT:
            return float(left @ right)
        case Metric.EUCLIDEAN:
            return -float(np.linalg.norm(left - right))
        case Metric.MANHATTAN:
            return -float(np.abs(left - right).sum())


@given(ROWS, ROWS, st.sampled_from(Metric))
def test_a_matrix_holds_each_with_each(queries: np.ndarray, documents: np.ndarray, metric: Metric) -> None:
    """Entry (i, j) compares query i with document j by the metric's definition."""
    scores = matrix(queries, documents, metric)
    expected = [[definition(metric, query, document) for document in documents] for query in queries]
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=2e-2)


@given(ROWS, ROWS, st.sampled_from(Metric))
def test_pairs_are_the_diagonal(queries: np.ndarray, documents: np.ndarray, metric: Metric) -> None:
    """Pair by pair gives what the matrix has on its diagonal."""
    diagonal = np.diagonal(matrix(queries, documents, metric))
    np.testing.assert_allclose(pairwise(queries, documents, metric)[:, 0], diagonal, rtol=1e-4, atol=2e-2)


@pytest.mark.parametrize("compare", [matrix, pairwise])
def test_unequal_dimensions_are_refused(compare: object) -> None:
    """Vectors of different spaces cannot be compared by accident."""
    with pytest.raises(InvalidOption, match="3 and of 4"):
        compare(np.ones((2, 3), np.float32), np.ones((2, 4), np.float32), Metric.DOT)


def test_tiny_vectors_have_a_direction() -> None:
    """A vector whose squares vanish in single precision is still as alike to itself as any."""
    tiny = np.full((1, 3), 1e-30, np.float32)
    np.testing.assert_allclose(matrix(tiny, tiny, Metric.COSINE), [[1.0]], rtol=1e-5)


@pytest.mark.parametrize("compare", [matrix, pairwise])
def test_a_score_that_no_number_holds_is_refused(compare: object) -> None:
    """Endless scores do not leave; distances that fit do, although their squares would not."""
    far = np.full((1, 3), 3e30, np.float32)
    with pytest.raises(InvalidOption, match="too long"):
        compare(far, far, Metric.DOT)
    np.testing.assert_allclose(compare(far, -far, Metric.EUCLIDEAN), [[-3e30 * 2 * 3**0.5]], rtol=1e-5)


def test_pairs_need_equal_numbers() -> None:
    """A pair without a partner is an error, not a shorter answer."""
    with pytest.raises(InvalidOption, match="as many queries"):
        pairwise(np.ones((2, 3), np.float32), np.ones((1, 3), np.float32), Metric.DOT)


def test_a_vector_is_at_no_distance_from_itself() -> None:
    """Rounding does not put a distance between equal vectors."""
    rows = np.random.default_rng(0).normal(size=(50, 384)).astype(np.float32) * 1000
    assert np.abs(np.diagonal(matrix(rows, rows, Metric.EUCLIDEAN))).max() < 0.05
