"""Answers a question: candidates by meaning and by words, fused, the best passage of each document."""

from collections.abc import Iterable, Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import FoundPassage, Hit
from vectray_client.store.keywords import match_expression
from vectray_client.store.reading import Reader
from vectray_client.store.records import EVERYTHING, Filter
from vectray_client.store.vector_index import VectorIndex

_CANDIDATES = 100
"""Passages that each of the two searches may propose. A document with many good passages must not crowd out all others."""
_STEP = 4
"""How many times more vectors are looked at where too few of the nearest belong to a passage that is in question."""
_BROAD = 400
"""How many of the nearest are looked at first where there is a filter. If it leaves so few that `_STEP` times as many would not
be enough, it leaves few of all, and each of these is looked at."""
_RRF_K = 60
"""The constant of reciprocal rank fusion: Cormack, Clarke and Büttcher, 'Reciprocal Rank Fusion outperforms Condorcet and
individual Rank Learning Methods', SIGIR 2009."""

Scores = Mapping[int, float]


def search(
    reader: Reader,
    question: str,
    *,
    vector: NDArray[np.float32] | None,
    index: VectorIndex | None,
    top: int,
    where: Filter = EVERYTHING,
) -> list[Hit]:
    """Return the best passage of each of the best `top` documents, best first.

    `vector` is the question's unit vector, float32 (dimensions,), of the current model; without it, or without the index, only words
    are looked for.
    """
    with reader.snapshot():
        candidates = max(_CANDIDATES, top)
        by_words = _by_words(reader, question, candidates, where)
        by_meaning = _by_meaning(reader, vector, index, candidates, where)
        fused = fuse([by_meaning, by_words])
        passages = reader.passages(fused, where)
    best: dict[str, Hit] = {}
    for chunk_id, score in fused.items():
        for passage in passages[chunk_id]:
            if passage.path not in best:
                best[passage.path] = Hit(
                    path=passage.path,
                    score=score,
                    best=FoundPassage(
                        chunk=passage.chunk,
                        vector_score=by_meaning.get(chunk_id),
                        keyword_score=by_words.get(chunk_id),
                    ),
                    file_type=passage.file_type,
                    modified_ns=passage.modified_ns,
                    title=passage.title,
                    passages=passage.passages,
                )
    return list(best.values())[:top]


def fuse(rankings: Iterable[Scores]) -> dict[int, float]:
    """Fuse rankings, each best first, by reciprocal rank: the sum of 1 / (60 + rank). Best first; ties in order of appearance."""
    fused: dict[int, float] = {}
    for ranking in rankings:
        for rank, chunk_id in enumerate(ranking, start=1):
            fused[chunk_id] = fused.get(chunk_id, 0.0) + 1 / (_RRF_K + rank)
    return dict(sorted(fused.items(), key=lambda item: -item[1]))


def _by_words(reader: Reader, question: str, candidates: int, where: Filter) -> dict[int, float]:
    match = match_expression(question)
    return dict(reader.keyword_search(match, candidates, where)) if match else {}


def _by_meaning(
    reader: Reader,
    vector: NDArray[np.float32] | None,
    index: VectorIndex | None,
    candidates: int,
    where: Filter,
) -> dict[int, float]:
    model = reader.model()
    if vector is None or index is None or model is None:
        return {}
    index.freshen(reader)
    asked = candidates if where == EVERYTHING else max(candidates, _BROAD)
    allowed = None
    while True:
        nearest = index.search(vector, asked, fingerprint=model.fingerprint, allowed_ids=allowed)
        chunks = reader.chunks_of_vectors([vector_id for vector_id, _ in nearest], where)
        found = (
            (chunk_id, cosine) for vector_id, cosine in nearest for chunk_id in chunks.get(vector_id, ())
        )
        best = dict(islice(found, candidates))
        if len(best) == candidates or len(nearest) < asked:
            return best
        if where != EVERYTHING and len(best) * _STEP < candidates:
            allowed = reader.vector_ids(where)
        else:
            asked *= _STEP
