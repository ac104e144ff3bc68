"""How alike vectors are. Pure.

Larger always means more alike: distances come with a minus sign, as sentence-transformers has it.
"""

from enum import StrEnum
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from vectrayd.domain.errors import InvalidOption

Rows = NDArray[np.float32]


class Metric(StrEnum):
    """How two vectors are compared."""

    COSINE = "cosine"
    DOT = "dot"
    EUCLIDEAN = "euclidean"
    MANHATTAN = "manhattan"


def matrix(queries: Rows, documents: Rows, metric: Metric) -> Rows:
    """Compare each row of `queries` (n, d) with each of `documents` (m, d): float32 (n, m).

    Raises:
        InvalidOption: the two sides have different dimensions, or a score is not finite.

    """
    _check(queries, documents)
    with np.errstate(over="ignore", invalid="ignore"):
        return _finite(_matrix(queries, documents, metric))


def _matrix(queries: Rows, documents: Rows, metric: Metric) -> Rows:
    match metric:
        case Metric.COSINE:
            return _inner(_unit(queries), _unit(documents))
        case Metric.DOT:
            return _inner(queries, documents)
        case Metric.EUCLIDEAN:
            # |a - b|² = |a|² + |b|² - 2ab in double precision: in single, near neighbours would drown in rounding.
            wide, tall = queries.astype(np.float64), documents.astype(np.float64)
            squares = (wide**2).sum(axis=1)[:, None] + (tall**2).sum(axis=1) - 2 * wide @ tall.T
            distances: Rows = np.sqrt(np.maximum(squares, 0)).astype(np.float32)
            return -distances
        case Metric.MANHATTAN:
            # Row by row: all differences at once would take n x m x d numbers.
            rows = [-np.abs(documents - query).sum(axis=1) for query in queries]
            return np.stack(rows) if rows else np.empty((0, len(documents)), np.float32)


def pairwise(queries: Rows, documents: Rows, metric: Metric) -> Rows:
    """Compare the first row of `queries` (n, d) with the first of `documents` (n, d), and so on: float32 (n, 1).

    Raises:
        InvalidOption: the two sides have different dimensions or numbers of rows, or a score is not finite.

    """
    _check(queries, documents)
    if len(queries) != len(documents):
        raise InvalidOption(f"Pairs need as many queries ({len(queries)}) as documents ({len(documents)}).")
    with np.errstate(over="ignore", invalid="ignore"):
        return _finite(_pairs(queries.astype(np.float64), documents.astype(np.float64), metric)[:, None])


def _pairs(queries: NDArray[np.float64], documents: NDArray[np.float64], metric: Metric) -> Rows:
    match metric:
        case Metric.COSINE:
            scores = (_unit(queries) * _unit(documents)).sum(axis=1)
        case Metric.DOT:
            scores = (queries * documents).sum(axis=1)
        case Metric.EUCLIDEAN:
            scores = -np.linalg.norm(queries - documents, axis=1)
        case Metric.MANHATTAN:
            scores = -np.abs(queries - documents).sum(axis=1)
        case _:
            assert_never(metric)
    return np.asarray(scores, np.float32)


def _inner(left: Rows, right: Rows) -> Rows:
    products: Rows = left @ right.T
    return products


def _finite(scores: Rows) -> Rows:
    if not np.isfinite(scores).all():
        raise InvalidOption("The vectors are too long: their scores are more than single precision holds.")
    return scores


def _check(queries: Rows, documents: Rows) -> None:
    if queries.shape[1] != documents.shape[1]:
        raise InvalidOption(
            f"Vectors of {queries.shape[1]} and of {documents.shape[1]} dimensions cannot be compared."
        )


def _unit(rows: NDArray[np.floating]) -> Rows:
    # A row of zeros is alike to nothing: its cosine is 0, not a number that is none.
    # In double precision: the squares of tiny numbers vanish in single.
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
    return (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)
