"""Documents about the same as one that is indexed, by the meaning of their passages alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import Fault, Hit
from vectray_client.searcher.grouping import Group
from vectray_client.searcher.proposing import Proposals, nearest
from vectray_client.searcher.showing import shown
from vectray_client.store.reading import Reader
from vectray_client.store.records import EVERYTHING, Filter
from vectray_client.store.vector_index import VectorIndex

_PROBES: Final = 8
"""Passages of the document whose neighbours are looked at, beside those of all its passages' mean."""
_NEIGHBOURS: Final = 200
"""Of each probe."""
_COMPARED: Final = 100
"""Documents that are compared whole, at least."""
_PASSAGES: Final = 128
"""The first of each document that are compared."""

Vectors = NDArray[np.float32]
"""Unit vectors, (passages, dimensions)."""


class NothingToCompare(Fault):
    """The file has no vectors in the index, or not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How much two documents are about the same."""

    score: float
    """-1 to 1."""
    cosines: tuple[float, ...]
    """Of each passage of the other document, with the nearest one of the first."""


def similar(
    reader: Reader, path: str, vectors: VectorIndex, *, top: int, where: Filter = EVERYTHING
) -> list[Hit]:
    """Return the `top` documents most like that of a file, best first, each with the passage that is nearest to one of its.

    Left out are the file itself and others of the same content; of other copies only one is a hit.

    Raises:
        NothingToCompare: the index has no vectors of the file.

    """
    with reader.snapshot():
        document = reader.document_of(path)
        own = {} if document is None else reader.document_vectors([document], _PASSAGES)
        if document is None or document not in own:
            raise NothingToCompare(f"{path} is not indexed, or its passages still wait for the model.")
        _, passages = own[document]
        # The document's own passages are the nearest of all.
        reach = _NEIGHBOURS + reader.chunks_of(path)
        near = [[*nearest(reader, probe, vectors, count=reach, where=where)] for probe in _probes(passages)]
        others = _documents(reader, near, count=max(_COMPARED, 2 * top), where=where)
        others.discard(document)
        compared = {
            other: (chunk_ids, likeness(passages, theirs))
            for other, (chunk_ids, theirs) in reader.document_vectors(others, _PASSAGES).items()
        }
        groups = [
            Group(document=other, score=alike.score, chunk_ids=_nearest_first(chunk_ids, alike.cosines))
            for other, (chunk_ids, alike) in compared.items()
        ]
        groups.sort(key=lambda group: (-group.score, group.document))
        cosines = {
            chunk_id: cosine
            for chunk_ids, alike in compared.values()
            for chunk_id, cosine in zip(chunk_ids, alike.cosines, strict=True)
        }
        found = Proposals(by_words={}, by_meaning=cosines, is_all=True)
        return shown(reader, groups, top=top, where=where, more_passages=0, found_by=found)


def likeness(passages: Vectors, others: Vectors) -> Likeness:
    """Compare two documents: the cosine of their means, and how well the shorter one's passages are met by the longer one's. Pure.

    Both count half. A short note about one chapter of a book is like the book, but less than a note that all of it is about.
    """
    cosines = others @ passages.T
    of_means = float(_unit(passages.mean(axis=0)) @ _unit(others.mean(axis=0)))
    met = cosines.max(axis=0) if len(passages) <= len(others) else cosines.max(axis=1)
    return Likeness(
        score=(of_means + float(met.mean())) / 2, cosines=tuple(cosines.max(axis=1).astype(float).tolist())
    )


def _probes(passages: Vectors) -> list[NDArray[np.float32]]:
    """The mean of all passages, and some of them, as far apart as possible."""
    chosen = np.linspace(0, len(passages) - 1, min(_PROBES, len(passages))).astype(np.int64)
    return [_unit(passages.mean(axis=0)), *passages[chosen]]


def _documents(reader: Reader, near: Sequence[Sequence[int]], *, count: int, where: Filter) -> set[int]:
    """The documents of passages that lie near: of each probe the nearest, then of each the next, until there are enough."""
    documents = reader.documents_of({chunk_id for chunk_ids in near for chunk_id in chunk_ids}, where)
    found: set[int] = set()
    for chunk_ids in zip_longest(*near):
        found.update(documents[chunk_id] for chunk_id in chunk_ids if chunk_id in documents)
        if len(found) > count:
            break
    return found


def _nearest_first(chunk_ids: Sequence[int], cosines: Sequence[float]) -> tuple[int, ...]:
    return tuple(chunk_ids[at] for at in np.argsort([-cosine for cosine in cosines], kind="stable"))


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vector / np.float32(max(float(np.linalg.norm(vector)), 1e-12))
    return unit
