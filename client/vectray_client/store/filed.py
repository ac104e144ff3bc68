"""What is known of folders and files: where they are, how they were when they were read, and why they could not be."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from vectray_client.domain import FileState, KnownFile, Refusal, Verdict
from vectray_client.store.connected import MENDED, RECIPE, Connected
from vectray_client.store.records import FolderIdentity

LAST_PATH: Final = "\U0010ffff"
"""Sorts behind every path."""
LEFT_OUT_SALT: Final = "salt"
"""The setting without which nobody can tell from a hash which path was left out."""


class Filed(Connected):
    """Questions about folders and files."""

    def folders(self) -> tuple[str, ...]:
        """The folders that are indexed, in the order of their paths."""
        return tuple(path for (path,) in self._connection.execute("SELECT path FROM folders ORDER BY path"))

    def nested_folders(self, folder: str) -> frozenset[str]:
        """The indexed folders below this one. A file belongs to the innermost folder that it is in."""
        low, high = below(folder)
        return frozenset(path for path in self.folders() if low <= path < high)

    def holders(self, path: str) -> tuple[str, ...]:
        """The indexed folders that a file or directory lies in, the outermost first."""
        bounds = ((folder, *below(folder)) for folder in self.folders())
        return tuple(folder for folder, low, high in bounds if low <= path < high)

    def folder_identity(self, folder: str) -> FolderIdentity | None:
        """What the folder was when it was last found to be itself; None if that was never noted."""
        row = self._connection.execute(
            "SELECT inode, filesystem FROM folders WHERE path = ? AND inode IS NOT NULL", (folder,)
        ).fetchone()
        return row and FolderIdentity(inode=int(row[0]), filesystem=row[1])

    def known_files(self, folder: str) -> dict[str, KnownFile]:
        """What was read of the files that belong to a folder, by path.

        A file is not settled, and has no hash, if the current model and recipe have no passages of its content.
        """
        return {row[0]: _known_file(row) for row in self._rows(_KNOWN, folder, None)}

    def known_states(self, folder: str, place: str | None = None) -> dict[str, FileState | None]:
        """How the files that belong to a folder were, by path; of `place` alone, a file or directory in it. None for one that is not settled.

        Ever so small: of a hundred thousand files it is held in memory, each time that they are looked at.
        """
        return {row[0]: _state(row) if row[5] else None for row in self._rows(_STATES, folder, place)}

    def known_file(self, path: str) -> KnownFile | None:
        """What is known of one file; None if the index never heard of it."""
        row = self._connection.execute(
            f"{_KNOWN} WHERE path = :path", {**self._current(), "path": path}
        ).fetchone()
        return row and _known_file(row)

    def refusals(self, folder: str) -> dict[str, Refusal]:
        """Why files below a folder have no passages, or none that are up to date, by path."""
        rows = self._connection.execute(_REFUSALS, {**self._current(), "folder": folder, **_bounds(folder)})
        return dict(_refusals(rows))

    def unreachable(self, folder: str) -> dict[str, Refusal]:
        """What the last scan of an indexed folder could not look at, mostly directories, by path."""
        rows = self._connection.execute(
            "SELECT path, verdict, reason FROM unreachable WHERE folder = ?", (folder,)
        )
        return dict(_refusals(rows))

    def mounts(self, folder: str) -> frozenset[str]:
        """Where drives with files of the index have been mounted below a folder."""
        bounds = below(folder)
        return frozenset(
            path
            for (path,) in self._connection.execute(
                "SELECT path FROM mounts WHERE path >= ? AND path < ?", bounds
            )
        )

    def left_out(self) -> Callable[[str], bool] | None:
        """What tells of a path whether a person has had it forgotten, and with it all below; None if there are no such paths."""
        digests = {digest for (digest,) in self._connection.execute("SELECT digest FROM left_out")}
        salt = self.setting(LEFT_OUT_SALT)
        return (lambda path: left_out_digest(salt, path) in digests) if digests else None

    def left_out_in(self, folder: str, paths: Iterable[str]) -> frozenset[str]:
        """Which of some paths in an indexed folder a person has had forgotten, or a directory of that folder that they lie in."""
        is_left_out = self.left_out()
        if is_left_out is None:
            return frozenset()
        return frozenset(path for path in paths if any(map(is_left_out, _steps(folder, path))))

    def problems(self) -> list[tuple[str, Refusal]]:
        """Files that should be searchable and are not up to date, and places that cannot be looked at, by path."""
        rows = self._connection.execute(f"{PROBLEMS} ORDER BY path", self._current())
        return list(_refusals(rows))

    def quarantined(self, sha256: str) -> str | None:
        """Why no reader is to be given this content again; None if it may be read."""
        row = self._connection.execute(
            "SELECT reason FROM quarantine WHERE sha256 = ? AND recipe = ?", (sha256, self.setting(RECIPE))
        ).fetchone()
        return row and str(row[0])

    def _rows(self, select: str, folder: str, place: str | None) -> Iterator[sqlite3.Row]:
        """The files that belong to a folder, the path first; those in `place` alone."""
        elsewhere = tuple(below(nested)[0] for nested in self.nested_folders(folder))
        rows = self._connection.execute(
            f"{select} WHERE path >= :low AND path < :high OR path = :place",
            {**self._current(), "place": place, **_bounds(place or folder)},
        )
        return (row for row in rows if not row[0].startswith(elsewhere)) if elsewhere else rows

    def _current(self) -> dict[str, int | str | None]:
        return {"model": self._model_id(), "recipe": self.setting(RECIPE)}


def _refusals(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, Refusal]]:
    return ((path, Refusal(verdict=Verdict(verdict), reason=reason)) for path, verdict, reason in rows)


def left_out_digest(salt: str, path: str) -> bytes:
    """What stands for a path that is left out: 32 bytes, SHA-256 of a salt of this index and the path."""
    return hashlib.sha256(f"{salt}\0{path}".encode(errors="surrogateescape")).digest()


def below(directory: str) -> tuple[str, str]:
    """Bounds of the paths below a directory: not less than the first, less than the second."""
    prefix = os.path.join(directory, "")  # noqa: PTH118 - paths are strings here, compared as such
    return prefix, prefix[:-1] + chr(ord(os.sep) + 1)


def _steps(folder: str, path: str) -> Iterator[str]:
    """A path in a folder, and the directories between the two."""
    while len(path) > len(folder):
        yield path
        path = os.path.dirname(path)  # noqa: PTH120 - as above


def _bounds(directory: str) -> dict[str, str]:
    low, high = below(directory)
    return {"low": low, "high": high}


HAS_PASSAGES: Final = """EXISTS (SELECT 1 FROM documents WHERE documents.model = :model
    AND documents.sha256 = files.sha256 AND documents.file_type = files.file_type AND documents.recipe = :recipe)"""
"""Whether the current model and recipe have passages of a file's content."""

_KNOWN: Final = f"""SELECT path, size, mtime_ns, ctime_ns, inode, files.sha256, verdict, reason, settled AND files.recipe = :recipe,
    verdict IS NOT NULL, {HAS_PASSAGES} FROM files"""  # noqa: S608 - constants of this module

_STATES: Final = f"""SELECT path, size, mtime_ns, ctime_ns, inode,
    settled AND files.recipe = :recipe AND (verdict IS NOT NULL OR {HAS_PASSAGES}) FROM files"""  # noqa: S608 - constants of this module

# CROSS: from the few passages in question to their files.
_REFUSED_BY_MODEL: Final = f"""SELECT path, '{Verdict.FAILED}' AS verdict, 'one of its passages cannot be embedded: ' || min(refusal) AS reason
    FROM chunks CROSS JOIN documents ON chunks.document = documents.id CROSS JOIN files USING (sha256, file_type)
    WHERE refusal IS NOT NULL AND model = :model AND files.verdict IS NULL GROUP BY path"""  # noqa: S608 - a member of an enumeration

_REFUSALS: Final = f"""SELECT path, verdict, reason FROM files WHERE verdict IS NOT NULL AND path >= :low AND path < :high
    UNION SELECT path, verdict, reason FROM ({_REFUSED_BY_MODEL}) WHERE path >= :low AND path < :high
    UNION SELECT path, verdict, reason FROM unreachable WHERE folder = :folder OR (folder >= :low AND folder < :high)"""  # noqa: S608 - constants of this module

PROBLEMS: Final = f"""SELECT path, verdict, reason FROM files WHERE verdict = '{Verdict.FAILED}' UNION {_REFUSED_BY_MODEL}
    UNION SELECT path, verdict, reason FROM unreachable
    UNION SELECT file, '{Verdict.FAILED}', value FROM settings, pragma_database_list
        WHERE settings.name = '{MENDED}' AND value != '' AND pragma_database_list.name = 'main'"""  # noqa: S608 - constants of this module
"""Needs :model. The index's own problem stands under its own path."""


def _known_file(row: sqlite3.Row) -> KnownFile:
    *_, sha256, verdict, reason, settled, is_refused, has_passages = row
    return KnownFile(
        state=_state(row),
        sha256=sha256 if has_passages else "",
        refusal=Refusal(verdict=Verdict(verdict), reason=reason) if verdict else None,
        # What cannot be read now could not be read for another model either.
        settled=bool(settled and (is_refused or has_passages)),
    )


def _state(row: sqlite3.Row) -> FileState:
    return FileState(row[1], row[2], row[3], row[4] % 2**64)
