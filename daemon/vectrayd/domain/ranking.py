"""The best of any number of candidates, exactly, in the room of a few. Pure.

A product of matrices in single precision guesses all scores; its error is bounded (Higham, Accuracy and Stability of Numerical
Algorithms, 2002, section 3.1: n·u·|a|·|b| for an inner product of n numbers). Only those candidates that the bound does not rule
out are scored in double precision, one by one, so that a score depends on nothing but its two vectors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from vectrayd.domain.errors import InvalidOption
from vectrayd.domain.similarity import Metric, Rows

_BLOCK_NUMBERS = 1 << 20
"""In each of the arrays that are made on the way: 4 MiB of guesses, 8 MiB of vectors in double precision."""
_CACHED_NUMBERS = 1 << 15
"""In arrays that a processor's second-level cache should hold, two at a time."""
_SHORTEST_SQUARE, _LONGEST_SQUARE = 1e-20, 1e30
"""Squared lengths between which single precision neither loses small numbers nor overflows. What lies outside is not guessed."""
_SLACK = 4 * 2.0**-24
"""Four times the unit roundoff: for the product, for the lengths, for the rounding of scores, and one to spare."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The best candidates of one query, best first; equal scores in the candidates' order."""

    candidates: NDArray[np.int64]
    """Their numbers, counted from 0 through all that were added."""
    scores: NDArray[np.float32]


_EMPTY = Ranking(candidates=np.empty(0, np.int64), scores=np.empty(0, np.float32))


class Ranker:
    """Takes candidates, keeps the `top_k` best for each of `queries`, float32 (n, dimensions)."""

    def __init__(self, queries: Rows, *, metric: Metric, top_k: int) -> None:
        self._queries: Doubles = queries.astype(np.float64)
        self._metric = metric
        self._top_k = top_k
        self._lengths = np.sqrt((self._queries**2).sum(axis=1))
        self._guessing = _guessing_queries(queries, self._queries, self._lengths, metric)
        self._best = [_EMPTY] * len(queries)
        self._floors = np.full(len(queries), -np.inf)
        self._count = 0

    def add(self, candidates: Rows) -> None:
        """Take float32 (m, dimensions).

        Raises:
            InvalidOption: they have other dimensions than the queries, or numbers that are not finite.

        """
        dimensions = self._queries.shape[1]
        if candidates.shape[1] != dimensions:
            raise InvalidOption(
                f"Candidates of {candidates.shape[1]} dimensions cannot be ranked for queries of {dimensions}."
            )
        step = max(1, _BLOCK_NUMBERS // max(dimensions, len(self._queries)))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for at in range(0, len(candidates), step):
                self._add_block(candidates[at : at + step])

    def best(self) -> Sequence[Ranking]:
        """Return one ranking for each query.

        Raises:
            InvalidOption: a score among them is more than single precision holds.

        """
        if not all(np.isfinite(ranking.scores).all() for ranking in self._best):
            raise InvalidOption(
                "The vectors are too long: their scores are more than single precision holds."
            )
        return self._best

    def _add_block(self, block: Rows) -> None:
        squares = np.einsum("ij,ij->i", block, block)
        if not np.isfinite(squares).all() and not np.isfinite(block).all():
            raise InvalidOption("The vectors have numbers that are not finite.")
        tame = (squares >= _SHORTEST_SQUARE) & (squares <= _LONGEST_SQUARE)
        guesses = _guesses(self._guessing, block, squares, self._metric)
        guesses[:, ~tame] = np.nan
        longest = float(np.sqrt(squares[tame].max(initial=0)))
        margins = _margins(self._lengths, longest, self._queries.shape[1], self._metric)
        # What was not guessed is not less than anything, so it is looked at.
        open_ = ~(guesses < (self._floors - margins)[:, None])
        for row in np.flatnonzero(open_.any(axis=1)):
            positions = _promising(guesses[row], open_[row], self._top_k, margins[row])
            self._merge(row, positions, block[positions])
        self._count += len(block)

    def _merge(self, row: np.intp, positions: NDArray[np.intp], vectors: Rows) -> None:
        kept = self._best[row]
        scores = np.concatenate([kept.scores, _scores(self._queries[row], vectors, self._metric)])
        candidates = np.concatenate([kept.candidates, positions + self._count])
        # Stable: what was there before stands before its equals.
        order = np.argsort(-scores, kind="stable")[: self._top_k]
        self._best[row] = Ranking(candidates=candidates[order], scores=scores[order])
        if len(order) == self._top_k:
            self._floors[row] = _key(float(scores[order[-1]]), self._metric)


def _promising(
    guesses: NDArray[np.float32], is_open: NDArray[np.bool_], top_k: int, margin: float
) -> NDArray[np.intp]:
    """The positions of those that may be among the best of their block."""
    positions = np.flatnonzero(is_open)
    if len(positions) <= top_k:
        return positions
    guessed = guesses[positions]
    sure = np.where(np.isnan(guessed), -np.inf, guessed)
    # At least top_k scores are no less than this guess minus one margin; a second one is this candidate's own.
    last = np.partition(sure, -top_k)[-top_k]
    promising: NDArray[np.intp] = positions[~(guessed < last - 2 * margin)]
    return promising


def _guessing_queries(queries: Rows, wide: Doubles, lengths: Doubles, metric: Metric) -> Rows:
    """The queries as guesses take them: of length 1 for the cosine, and not a number where nothing can be guessed."""
    if metric is Metric.COSINE:
        return (wide / np.where(lengths == 0, 1, lengths)[:, None]).astype(np.float32)
    tame = (lengths**2 >= _SHORTEST_SQUARE) & (lengths**2 <= _LONGEST_SQUARE)
    return np.where(tame[:, None], queries, np.float32(np.nan))


def _guesses(queries: Rows, block: Rows, squares: NDArray[np.float32], metric: Metric) -> Rows:
    """Guess the key of each score: float32 (n, m)."""
    match metric:
        case Metric.COSINE:
            return np.asarray(queries @ block.T / np.sqrt(squares), np.float32)
        case Metric.DOT:
            return np.asarray(queries @ block.T, np.float32)
        case Metric.EUCLIDEAN:
            own = np.einsum("ij,ij->i", queries, queries)[:, None]
            return np.asarray(2 * (queries @ block.T) - squares - own, np.float32)
        case Metric.MANHATTAN:
            return np.stack([_minus_distances(query, block) for query in queries])


def _minus_distances(query: Rows, block: Rows) -> NDArray[np.float32]:
    """Manhattan distances by the few rows: what lies between stays in the processor's cache, which makes it four times as fast."""
    step = max(1, _CACHED_NUMBERS // len(query))
    parts = [np.abs(block[at : at + step] - query).sum(axis=1) for at in range(0, len(block), step)]
    return -np.concatenate(parts)


def _margins(lengths: Doubles, longest: float, dimensions: int, metric: Metric) -> Doubles:
    """How far a key may be from its guess, for each query, with candidates up to `longest` long."""
    slack = _SLACK * (dimensions + 8)
    match metric:
        case Metric.COSINE:
            return np.full(len(lengths), slack)
        case Metric.DOT:
            return np.asarray(slack * lengths * longest)
        case Metric.EUCLIDEAN:
            return np.asarray(slack * (lengths + longest) ** 2)
        case Metric.MANHATTAN:
            # The sum of d numbers is at most √d times their length.
            return np.asarray(slack * np.sqrt(dimensions) * (lengths + longest))


def _key(score: float, metric: Metric) -> float:
    """What guesses are compared with: the score itself, or for Euclidean distances, which would need a root of each, its square."""
    return -(score**2) if metric is Metric.EUCLIDEAN else score


def _scores(query: Doubles, vectors: Rows, metric: Metric) -> NDArray[np.float32]:
    """Score float32 (m, dimensions) one by one in double precision: float32 (m,)."""
    wide = vectors.astype(np.float64)
    match metric:
        case Metric.COSINE:
            lengths = np.sqrt((wide**2).sum(axis=1)) * np.sqrt((query**2).sum())
            scores = (wide * query).sum(axis=1) / np.where(lengths == 0, 1, lengths)
        case Metric.DOT:
            scores = (wide * query).sum(axis=1)
        case Metric.EUCLIDEAN:
            scores = -np.sqrt(((wide - query) ** 2).sum(axis=1))
        case Metric.MANHATTAN:
            scores = -np.abs(wide - query).sum(axis=1)
        case _:
            assert_never(metric)
    return np.asarray(scores, np.float32)
