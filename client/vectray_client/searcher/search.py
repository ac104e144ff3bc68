"""Answers a question: passages by words and by meaning, fused, gathered by document, each text shown once."""

from vectray_client.domain import Hit
from vectray_client.searcher.fusion import fuse
from vectray_client.searcher.grouping import grouped
from vectray_client.searcher.proposing import Proposals, Vector, proposals
from vectray_client.searcher.showing import shown
from vectray_client.store.keywords import match_expression
from vectray_client.store.reading import Reader
from vectray_client.store.records import EVERYTHING, Filter
from vectray_client.store.vector_index import VectorIndex

_CANDIDATES = 100
"""Passages that each of the two searches proposes at first."""
_MOST_CANDIDATES = 25_600
_STEP = 4
"""How many times more they propose where too few documents come of it, because one has most of the passages."""


def search(
    reader: Reader,
    question: str,
    *,
    vector: Vector | None,
    index: VectorIndex | None,
    top: int,
    where: Filter = EVERYTHING,
    more_passages: int = 0,
) -> list[Hit]:
    """Return the best `top` documents, best first, each with its best passage and up to `more_passages` further ones.

    `vector` is the question's unit vector, float32 (dimensions,), of the current model; without it, or without the index, only words
    are looked for. A question without words lists what the filter leaves, the newest first. Files with the same text, or nearly the
    same, are told as copies of one.
    """
    match = match_expression(question)
    with reader.snapshot():
        count = max(_CANDIDATES, top)
        while True:
            if match is None and vector is None:
                newest = reader.newest(count, where)
                found = Proposals(by_words={}, by_meaning={}, is_all=len(newest) < count)
                scores = dict.fromkeys(newest, 0.0)
            else:
                found = proposals(reader, match, vector, index=index, count=count, where=where)
                scores = fuse(found.by_words, found.by_meaning)
            groups = grouped(scores, reader.documents_of(scores, where))
            hits = shown(reader, groups, top=top, where=where, more_passages=more_passages, found_by=found)
            if len(hits) == top or found.is_all or count >= _MOST_CANDIDATES:
                return hits
            count *= _STEP
