"""Two rankings of passages made one: how well each search likes a passage, weighed and added. Pure.

Scores are used, not ranks alone: a passage that is far ahead of all others in one search stays ahead. BM25 is told as a share of the
best; a cosine as the way from the hundredth nearest (0) to the nearest (1), for models differ in where "far" begins. That is the
convex combination of Bruch, Gai and Ingber, 'An Analysis of Fusion Functions for Hybrid Retrieval', ACM TOIS 42(1), 2023.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

WORDS_WEIGHT: Final = 0.6
"""Of the words' part; meaning has the rest. Decision 18 tells how it was learned, and that 0.5 and 0.7 do as well."""
NAME_WEIGHT: Final = 0.5
"""Of the share of a file's name that was typed, added to what its passages have: the file of just that name comes before passages that
one search alone finds good, and behind those that both do. A guess; no collection has file names."""
SPREAD: Final = 100
"""The passage whose cosine counts as nothing: the hundredth nearest, or the last where there are fewer."""

Scores = Mapping[int, float]
"""By number of the passage, best first."""


def fuse(by_words: Scores, by_meaning: Scores, *, words_weight: float = WORDS_WEIGHT) -> dict[int, float]:
    """Fuse BM25 scores (above 0) and cosines, each best first, into scores of 0 to 1. Best first; ties go to the nearer in meaning."""
    liked, near = shares_of_best(by_words), shares_of_spread(by_meaning)
    fused = {
        chunk_id: words_weight * liked.get(chunk_id, 0.0) + (1 - words_weight) * near.get(chunk_id, 0.0)
        for chunk_id in (*by_words, *by_meaning)
    }
    order = sorted(
        fused, key=lambda chunk_id: (fused[chunk_id], by_meaning.get(chunk_id, -1.0)), reverse=True
    )
    return {chunk_id: fused[chunk_id] for chunk_id in order}


def shares_of_best(scores: Scores) -> dict[int, float]:
    """Each score as a share of the first, which is the best and above 0."""
    best = next(iter(scores.values()), 1.0)
    return {chunk_id: score / best for chunk_id, score in scores.items()}


def shares_of_spread(cosines: Scores) -> dict[int, float]:
    """Each cosine as the way from the hundredth (0) to the first (1); what is farther away has 0, what is alone has 1."""
    spread: Sequence[float] = list(islice(cosines.values(), SPREAD))
    if not spread:
        return {}
    nearest, far = spread[0], spread[-1]
    if nearest <= far:
        return {chunk_id: float(cosine >= far) for chunk_id, cosine in cosines.items()}
    return {chunk_id: max(0.0, (cosine - far) / (nearest - far)) for chunk_id, cosine in cosines.items()}
