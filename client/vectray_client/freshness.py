"""What has changed in the indexed folders since the index last heard of them."""

import os
from dataclasses import dataclass

from vectray_client.domain import Changes, Fault
from vectray_client.index.reading import Reader
from vectray_client.watch.rules import Rules
from vectray_client.watch.scanner import check_folder, scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is looked at, wherever it lies."""

    rules: Rules
    own: frozenset[str] = frozenset()
    """Vectray's own folders, as real paths. Nothing in them is anybody's document, and the index would see itself change."""


class OwnFolder(Fault):
    """The folder belongs to Vectray itself."""


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


def changes_of(reader: Reader, folder: str, scope: Scope) -> Changes:
    """Return what differs between a folder and what the index holds of it.

    Raises:
        FolderMissing, NotAFolder: it cannot be looked at.

    """
    apart = reader.nested_folders(folder) | scope.own
    return scan(folder, reader.known_files(folder), scope.rules, apart=apart)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """How far a folder is ahead of the index."""

    files: int
    """Files that differ from what the index knows; 0 where that cannot be told."""
    problem: str = ""
    """Why the folder cannot be looked at; what was indexed of it is still searched."""


def pending_in(reader: Reader, folder: str, scope: Scope, *, below: str | None = None) -> Pending:
    """Count what waits in one indexed folder, or in the part of it that lies below another path."""
    try:
        changes = changes_of(reader, folder, scope)
    except Fault as fault:
        return Pending(files=0, problem=str(fault))
    if below is None:
        return Pending(files=changes.pending)
    return Pending(files=sum(lies_in(path, below) for path in (*changes.dirty, *changes.gone)))


def folders_about(reader: Reader, path: str | None) -> tuple[str, ...]:
    """The indexed folders whose own files may lie below `path`, or all of them; none if nothing there is indexed."""
    folders = reader.folders()
    if path is None:
        return folders
    around = () if path in folders else reader.holders(path)[-1:]
    return (*around, *(folder for folder in folders if lies_in(folder, path)))


def lies_in(path: str, folder: str) -> bool:
    """Whether a path is a folder's own or below it; both absolute, without links."""
    return path == folder or path.startswith(os.path.join(folder, ""))  # noqa: PTH118 - paths are strings here, compared as such
