"""A map that was drawn, and what of it still holds when documents have come, gone or moved. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vectray_client.drawing.gathering import Key, Listed

_STALE_SHARE: Final = 0.05
"""Of the documents, that are new or gone: from then on the map is drawn anew at once."""
_STALE_SECONDS: Final = 300.0
"""After so long it is drawn anew if anything has changed at all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """A map as the process that draws hands it over."""

    documents: tuple[Listed, ...]
    positions: NDArray[np.float32]
    """Shape (documents, 2), within 0 to 1."""
    side: float
    """Of that square, on the scale that maps are drawn on."""
    groups: tuple[int, ...]
    """Of each document, from 0."""
    labels: tuple[str, ...]
    """Of each group."""


EMPTY: Final = Drawn(documents=(), positions=np.zeros((0, 2), np.float32), side=1.0, groups=(), labels=())


def is_stale(drawn: Drawn, now: Sequence[Listed], *, age_seconds: float) -> bool:
    """Whether the documents that are there now are worth another map."""
    before, after = _keys(drawn.documents), _keys(now)
    changed = len(before ^ after)
    if age_seconds >= _STALE_SECONDS:
        return changed > 0
    return changed > _STALE_SHARE * max(len(before), len(after))


def still_there(drawn: Drawn, now: Sequence[Listed]) -> Drawn:
    """The map without the documents that are gone, with the others as they are named now."""
    named = {document.key: document for document in now}
    rows = [row for row, document in enumerate(drawn.documents) if document.key in named]
    return replace(
        drawn,
        documents=tuple(named[drawn.documents[row].key] for row in rows),
        positions=drawn.positions[rows],
        groups=tuple(drawn.groups[row] for row in rows),
    )


def start_for(now: Sequence[Listed], drawn: Drawn) -> NDArray[np.float32] | None:
    """Where the documents of the next map were on the last one, (n, 2), on the scale that maps are drawn on: NaN for what is new. None where there is no last one.

    A file that was edited keeps its place.
    """
    if not drawn.documents:
        return None
    rows = {document.path: row for row, document in enumerate(drawn.documents)}
    contents = {document.key: row for row, document in enumerate(drawn.documents)}
    start = np.full((len(now), 2), np.nan, np.float32)
    for at, document in enumerate(now):
        row = contents.get(document.key, rows.get(document.path))
        if row is not None:
            start[at] = drawn.side * drawn.positions[row]
    return start


def _keys(documents: Sequence[Listed]) -> set[Key]:
    return {document.key for document in documents}
