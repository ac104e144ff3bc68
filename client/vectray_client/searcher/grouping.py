"""Passages gathered by the document that they belong to, and which of a document's files stands for it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vectray_client.store.records import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A document, with those of its passages that were found."""

    document: int
    score: float
    """Of its best passage, for many that are so so do not make a good one; and of its name."""
    chunk_ids: tuple[int, ...]
    """Best first."""


def grouped(
    scores: Mapping[int, float], documents: Mapping[int, int], named: Mapping[int, float]
) -> list[Group]:
    """Gather passages, scored best first, by document, best first.

    `documents` tells whose they are; without, a passage is left out. `named` is what some documents get for their names.
    """
    chunk_ids: dict[int, list[int]] = {}
    for chunk_id in scores:
        if chunk_id in documents:
            chunk_ids.setdefault(documents[chunk_id], []).append(chunk_id)
    groups = (
        Group(document=document, score=scores[found[0]] + named.get(document, 0.0), chunk_ids=tuple(found))
        for document, found in chunk_ids.items()
    )
    return sorted(groups, key=lambda group: -group.score)


def newest_first(files: Sequence[Passage]) -> list[Passage]:
    """The files that hold a passage, the one to show first: the newest, and of equals the one with the shortest path."""
    return sorted(files, key=lambda file: (-file.modified_ns, len(file.path), file.path))
