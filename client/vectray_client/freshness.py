"""What has changed in the indexed folders since the index last heard of them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import chain

from vectray_client.domain import Changes, Fault, FileState
from vectray_client.filesystems import kind_of, mounts_below
from vectray_client.nesting import lies_in
from vectray_client.store.reading import Reader
from vectray_client.store.records import FolderIdentity
from vectray_client.watch.place import Place
from vectray_client.watch.roots import is_swapped
from vectray_client.watch.rules import Rules
from vectray_client.watch.scanner import Bounds, FolderMissing, check_folder, scan

_NEWEST = 10
"""Changed files that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is looked at, wherever it lies."""

    rules: Rules
    own: frozenset[str] = frozenset()
    """Vectray's own folders, as real paths. Nothing in them is anybody's document, and the index would see itself change."""


class OwnFolder(Fault):
    """The folder belongs to Vectray itself."""


class FolderSwapped(Fault):
    """Another directory stands at the folder's path, most likely because its drive is not there. Nothing follows about its files."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not the folder that was indexed: its drive may not be connected.")
        self.path = path


def check_eligible(folder: str, scope: Scope) -> None:
    """Refuse what cannot be indexed; `folder` is a real path.

    Raises:
        OwnFolder: it is Vectray's own, or lies in one that is.
        FolderMissing, NotAFolder: it cannot be looked at.

    """
    for own in scope.own:
        if lies_in(folder, own):
            raise OwnFolder(f"{folder} belongs to Vectray itself and is not indexed.")
    check_folder(folder)


def identity_of(folder: str) -> FolderIdentity:
    """Return what tells the folder from another one at the same path.

    Raises:
        FolderMissing, NotAFolder: it cannot be looked at.

    """
    check_folder(folder)
    try:
        lies_on, inode = kind_of(folder), os.stat(folder).st_ino  # noqa: PTH116 - paths are strings here
    except OSError as error:
        raise FolderMissing(folder, reason=error.strerror or "it cannot be looked at") from None
    return FolderIdentity(inode=inode, filesystem=f"{lies_on.name}:{lies_on.fsid:x}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a folder found."""

    changes: Changes
    identity: FolderIdentity
    """What the folder is now; to be noted with the changes."""
    mounts: frozenset[str] = frozenset()
    """Where drives with files of it are mounted; to be remembered."""


def look_at(reader: Reader, folder: str, scope: Scope, *, places: Sequence[Place] = ()) -> Look:
    """Compare a folder, or some places in it, with what the index holds. If it is a new directory, all of it is looked at.

    Raises:
        FolderMissing, NotAFolder: it cannot be looked at.
        FolderSwapped: it is another folder now; nothing is known of the files of this one.

    """
    identity = identity_of(folder)
    is_same = reader.folder_identity(folder) in (identity, None)
    known = _known_states(reader, folder, places if is_same else ())
    mounted = mounts_below(folder)
    bounds = bounds_of(reader, folder, scope, mounted=mounted)
    changes = scan(folder, known, bounds, places=places if is_same else ())
    if changes.gone and mounted - mounts_below(folder):
        raise FolderMissing(folder, reason="a drive in it was unmounted during the scan")
    found = len(known) - len(changes.gone)
    if is_swapped(is_same=is_same, files_known=len(known), files_found=found):
        raise FolderSwapped(folder)
    held = frozenset(
        mount for mount in mounted if any(lies_in(path, mount) for path in chain(changes.dirty, known))
    )
    return Look(changes=changes, identity=identity, mounts=held)


def bounds_of(reader: Reader, folder: str, scope: Scope, *, mounted: frozenset[str]) -> Bounds:
    """Return what belongs to a folder, indexed or not, of what lies below it; `mounted` tells where drives are mounted there."""
    return Bounds(
        rules=scope.rules,
        apart=reader.nested_folders(folder) | scope.own,
        missing=reader.mounts(folder) - mounted,
        left_out=reader.left_out(),
    )


def changes_of(reader: Reader, folder: str, scope: Scope, *, places: Sequence[Place] = ()) -> Changes:
    """Return what differs between a folder, or some places in it, and what the index holds; raises what `look_at` does."""
    return look_at(reader, folder, scope, places=places).changes


def _known_states(reader: Reader, folder: str, places: Sequence[Place]) -> dict[str, FileState | None]:
    known: dict[str, FileState | None] = {}
    for place in [place.path for place in places] or (None,):
        # What is gone before it was ever read is in the queue alone.
        known |= dict.fromkeys(reader.queued_files(folder, place))
        known |= reader.known_states(folder, place)
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """How far a folder is ahead of the index."""

    pending: int
    """Files that differ from what the index knows; 0 where that cannot be told."""
    newest: tuple[str, ...] = ()
    """Some of these that are still there, the last changed first."""
    problem: str = ""
    """Why the folder cannot be looked at; what was indexed of it is still searched."""


def pending_in(reader: Reader, folder: str, scope: Scope, *, below: str | None = None) -> Pending:
    """Count what waits in one indexed folder, or in the part of it that lies below another path."""
    places = () if below is None or lies_in(folder, below) else (Place(path=below, is_tree=True),)
    try:
        changes = changes_of(reader, folder, scope, places=places)
        newest = nlargest(_NEWEST, changes.dirty, key=lambda path: changes.dirty[path].mtime_ns)
        return Pending(pending=changes.pending, newest=tuple(newest))
    except Fault as fault:
        return Pending(pending=0, problem=str(fault))


def folders_about(reader: Reader, path: str | None) -> tuple[str, ...]:
    """The indexed folders whose own files may lie below `path`, or all of them; none if nothing there is indexed."""
    folders = reader.folders()
    if path is None:
        return folders
    around = () if path in folders else reader.holders(path)[-1:]
    return (*around, *(folder for folder in folders if lies_in(folder, path)))
