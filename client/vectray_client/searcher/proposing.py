"""What each search proposes for a question: passages by its words and by its meaning, files by their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from vectray_client.searcher.question import Question
from vectray_client.store.reading import Reader
from vectray_client.store.records import EVERYTHING, Filter
from vectray_client.store.vector_index import VectorIndex

_NAMED = 100
"""Files that are found by their names: enough for whoever means one of them."""
_STEP = 4
"""How many times more vectors are looked at where too few of the nearest belong to a passage that is in question."""
_BROAD = 400
"""How many of the nearest are looked at in one go. If a filter leaves so few of the first that `_STEP` times as many would not be
enough, it leaves few of all, and only these are compared."""

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Passages by number, best first."""

    by_words: Mapping[int, float]
    """BM25, above 0."""
    by_meaning: Mapping[int, float]
    """Cosines with the question."""
    by_name: Sequence[tuple[str, float]] = ()
    """Files whose names have all words, and the share of the name that these are, best first."""
    newest: Sequence[int] = ()
    """Where nothing is looked for: the first passage that the filter leaves of each file, the newest first."""
    is_all: bool
    """Whether no search would propose others."""


def proposals(
    reader: Reader,
    question: Question,
    vector: Vector | None,
    *,
    index: VectorIndex | None,
    count: int,
    where: Filter,
    by_words: Mapping[int, float] | None = None,
) -> Proposals:
    """Ask each search for `count` passages or files that the filter leaves; not for words again if `by_words` has what they gave."""
    if by_words is None:
        by_words = worded(reader, question, count=count, where=where)
    by_meaning = (
        {} if vector is None or index is None else nearest(reader, vector, index, count=count, where=where)
    )
    by_name = reader.name_search(question.meaning, _NAMED, where)
    is_looking = bool(question.terms) or vector is not None
    newest = [] if is_looking else reader.newest(count, where)
    return Proposals(
        by_words=by_words,
        by_meaning=by_meaning,
        by_name=by_name,
        newest=newest,
        is_all=max(map(len, (by_words, by_meaning, newest))) < count,
    )


def worded(reader: Reader, question: Question, *, count: int, where: Filter) -> dict[int, float]:
    """Return `count` passages with words of the question, and their BM25 scores, above 0, best first."""
    return dict(reader.word_search(question.terms, count, where)) if question.terms else {}


def nearest(
    reader: Reader, vector: Vector, index: VectorIndex, *, count: int, where: Filter = EVERYTHING
) -> dict[int, float]:
    """Return the passages nearest to a unit vector of the current model, and their cosines, best first."""
    model = reader.model()
    if model is None:
        return {}
    index.freshen(reader)
    asked = count if where == EVERYTHING else max(count, _STEP * _BROAD)
    allowed = None
    while True:
        near = index.search(vector, asked, fingerprint=model.fingerprint, allowed_ids=allowed)
        best: dict[int, float] = {}
        is_rare = False
        for start in range(0, len(near), _BROAD):
            best |= _in_question(reader, near[start : start + _BROAD], where)
            is_rare = where != EVERYTHING and allowed is None and len(best) * _STEP < count
            if len(best) >= count or is_rare:
                break
        if is_rare:
            allowed, asked = reader.vector_ids(where), count
        elif len(best) >= count or len(near) < asked:
            return dict(islice(best.items(), count))
        else:
            asked *= _STEP


def _in_question(reader: Reader, near: Sequence[tuple[int, float]], where: Filter) -> dict[int, float]:
    """The chunks of some vectors, as near as these, as far as the filter leaves them."""
    chunks = reader.chunks_of_vectors([vector_id for vector_id, _ in near], where)
    return {chunk_id: cosine for vector_id, cosine in near for chunk_id in chunks.get(vector_id, ())}
