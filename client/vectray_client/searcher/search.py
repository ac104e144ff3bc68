"""Answers a question: passages by words and by meaning, fused, gathered by document, each text shown once."""

from collections.abc import Mapping
from dataclasses import replace

from vectray_client.domain import Hit
from vectray_client.searcher.fusion import NAME_WEIGHT, fuse
from vectray_client.searcher.grouping import Group, grouped
from vectray_client.searcher.matching import admits
from vectray_client.searcher.proposing import Proposals, Vector, proposals, worded
from vectray_client.searcher.question import Question
from vectray_client.searcher.showing import shown
from vectray_client.store.reading import Reader
from vectray_client.store.records import EVERYTHING, Filter
from vectray_client.store.vector_index import VectorIndex

_CANDIDATES = 100
"""Passages that each search proposes at first."""
_MOST_CANDIDATES = 25_600
_STEP = 4
"""How many times more they propose where too few documents come of it, because one has most of the passages."""


def begin(reader: Reader, question: Question, *, top: int, where: Filter = EVERYTHING) -> Mapping[int, float]:
    """Look for words alone, while the question's vector is still made; return what `search` takes as `by_words`."""
    with reader.snapshot():
        where = reader.resolved(_narrowed(where, question))
        return worded(reader, question, count=max(_CANDIDATES, top), where=where)


def search(
    reader: Reader,
    question: Question,
    *,
    vector: Vector | None,
    index: VectorIndex | None,
    top: int,
    where: Filter = EVERYTHING,
    more_passages: int = 0,
    by_words: Mapping[int, float] | None = None,
) -> list[Hit]:
    """Return the best `top` documents, best first, each with its best passage and up to `more_passages` further ones.

    `vector` is the unit vector of `question.meaning`, float32 (dimensions,), of the current model; without it, or without the index,
    only words and names are looked for. Of the question's own filters only phrases and excluded words are heeded here: its folders,
    types, times and name belong into `where`. A question that looks for nothing lists what is left, the newest first. Files with the
    same text, or nearly the same, are told as copies of one. `by_words` is what `begin` found; what is gone since is left out.
    """
    where = _narrowed(where, question)
    count = max(_CANDIDATES, top)
    with reader.snapshot():
        where = reader.resolved(where)
        while True:
            found = proposals(
                reader, question, vector, index=index, count=count, where=where, by_words=by_words
            )
            groups = _groups(reader, question, found, where)
            hits = shown(reader, groups, top=top, where=where, more_passages=more_passages, found_by=found)
            if len(hits) == top or found.is_all or count >= _MOST_CANDIDATES:
                return hits
            count *= _STEP
            by_words = None


def _narrowed(where: Filter, question: Question) -> Filter:
    return replace(where, holding=question.required_expression, lacking=question.excluded_expression)


def _groups(reader: Reader, question: Question, found: Proposals, where: Filter) -> list[Group]:
    """The documents of what was proposed, best first."""
    scores = fuse(found.by_words, found.by_meaning) | dict.fromkeys(found.newest, 0.0)
    first = reader.first_chunks([path for path, _ in found.by_name], where)
    scores |= {chunk_id: 0.0 for chunk_id in first.values() if chunk_id not in scores}
    if question.phrases or question.excluded:
        scores = _admitted(reader, question, scores, where)
    documents = reader.documents_of(scores, where)
    named = {
        documents[first[path]]: NAME_WEIGHT * share
        for path, share in reversed(found.by_name)  # of copies the best-named one counts
        if path in first and first[path] in documents
    }
    return grouped(scores, documents, named)


def _admitted(
    reader: Reader, question: Question, scores: Mapping[int, float], where: Filter
) -> dict[int, float]:
    """What holds the phrases just so: the index of words only knows nearly."""
    passages = reader.passages(scores, where)
    return {
        chunk_id: score
        for chunk_id, score in scores.items()
        if chunk_id in passages and admits(question, passages[chunk_id][0].chunk.embedded_text)
    }
