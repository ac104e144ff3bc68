"""A folder that is to be looked through: what belongs to it, and what is known before the first file is met."""

import os
from dataclasses import dataclass

from vectray_client.filesystems import kind_of, mounts_below
from vectray_client.freshness import Scope, bounds_of
from vectray_client.nesting import lies_in
from vectray_client.store.reading import Reader
from vectray_client.surveying.notes import notes_on_place
from vectray_client.watch.scanner import Bounds
from vectray_client.watch.watched_folder import reason_not_to_listen


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """As of the moment at which somebody wants to know."""

    folder: str
    bounds: Bounds
    """As the scanner would have them, if the folder were added."""
    own: frozenset[str] = frozenset()
    """Those of `bounds.apart` that are Vectray's."""
    notes: tuple[str, ...] = ()
    """On where it lies, a sentence each."""
    is_indexed: bool = False
    """It is indexed already, by itself or in another folder."""
    model: str = ""
    """Name of the model that it would be indexed with; empty if the index does not say."""


def ground_of(folder: str, scope: Scope, reader: Reader | None, *, home: str, model: str = "") -> Ground:
    """Return what is known of an eligible folder. Without a `reader` nothing is indexed yet.

    `folder` and `home` are real paths; `model` names the model of an index that has none yet.
    """
    indexed = reader.folders() if reader else ()
    current = reader and (reader.next_model() or reader.model())
    return Ground(
        folder=folder,
        bounds=bounds_of(reader, folder, scope, mounted=mounts_below(folder))
        if reader
        else Bounds(rules=scope.rules, apart=scope.own),
        own=scope.own,
        notes=tuple(notes_on_place(folder, home=home, indexed=indexed, watch_reason=_watch_reason(folder))),
        is_indexed=any(lies_in(folder, each) for each in indexed),
        model=current.name if current else model,
    )


def real_home() -> str:
    """Return the person's home folder as a path without links."""
    return os.path.realpath(os.path.expanduser("~"))  # noqa: PTH111 - paths are strings here


def _watch_reason(folder: str) -> str:
    try:
        return reason_not_to_listen(kind_of(folder))
    except OSError:  # it is gone since, which will be seen soon enough
        return ""
