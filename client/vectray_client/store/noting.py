"""Noting what scans found and people asked for: folders, files to be read, files that moved or are gone."""

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from vectray_client.domain import Changes, FileState, Refusal
from vectray_client.store.filed import LEFT_OUT_SALT, below, left_out_digest
from vectray_client.store.records import FolderIdentity, Noted
from vectray_client.store.writing import Writing, state_columns


class Noting(Writing):
    """Changes to what is indexed. Each commits before it returns."""

    def add_folder(self, path: str) -> None:
        """Adds a folder, given as an absolute path without `/` at its end. Files known below it become its own."""
        low, high = below(path)
        with self.transaction():
            self._connection.execute("INSERT OR IGNORE INTO folders (path) VALUES (?)", (path,))
            self._connection.execute(
                "UPDATE queue SET folder = ?1 WHERE path >= ?2 AND path < ?3 AND length(folder) < length(?1)",
                (path, low, high),
            )

    def remove_folder(self, path: str) -> int:
        """Removes a folder, forgets the files that no other folder holds, and tells how many these were."""
        with self.transaction():
            self._connection.execute("DELETE FROM folders WHERE path = ?", (path,))
            if holders := self.holders(path):
                self._connection.execute("UPDATE queue SET folder = ? WHERE folder = ?", (holders[-1], path))
                return 0
            self._connection.execute("DELETE FROM queue WHERE folder = ?", (path,))
            self.forget_mounts(path)
            return self.forget_files(self.known_states(path))

    def set_folder_identity(self, folder: str, identity: FolderIdentity) -> None:
        """Notes what a folder is now. Writes nothing if that is the same."""
        if self.folder_identity(folder) != identity:
            with self.transaction():
                self._connection.execute(
                    "UPDATE folders SET inode = ?, filesystem = ? WHERE path = ?",
                    (str(identity.inode), identity.filesystem, folder),
                )

    def remember_mounts(self, paths: Iterable[str]) -> None:
        """Remembers where drives with files of the index are mounted. Writes nothing for those that are known."""
        rows = [(path,) for path in paths if path not in self.mounts(os.path.dirname(path))]  # noqa: PTH120 - paths are strings here
        if rows:
            with self.transaction():
                self._connection.executemany("INSERT INTO mounts VALUES (?)", rows)

    def forget_mounts(self, path: str) -> None:
        """Takes a path and all below it for what it is now: a drive that is not there does not come back."""
        if path in self.mounts(os.path.dirname(path)) or self.mounts(path):  # noqa: PTH120 - as above
            with self.transaction():
                self._connection.execute(
                    "DELETE FROM mounts WHERE path = ? OR (path >= ? AND path < ?)", (path, *below(path))
                )

    def note(self, folder: str, changes: Changes, *, place: str | None = None) -> Noted:
        """Takes what a scan of a folder, or of `place` in it, has found. Writes nothing if that is nothing new, or if the
        folder was removed while it was scanned.

        A file that looks like one that is gone (inode, size and mtime) stands under its new name at once, and is still
        read, to be sure. Whoever calls has made sure that what is gone is gone now.
        """
        has_news = changes.dirty or changes.gone or changes.refused or self._has_unreachable(folder, place)
        if not has_news or folder not in self.folders():
            return Noted(dirty=0, renamed=0, removed=0)
        changes = self._still_wanted(folder, changes)
        with self.transaction():
            renamed = self._rename(changes)
            dirty = sum(self._enqueue(folder, path, state) for path, state in changes.dirty.items())
            removed = self.forget_files(changes.gone)
            self.store_unreachable(folder, changes.refused, place=place)
        return Noted(dirty=dirty, renamed=renamed, removed=removed)

    def store_unreachable(
        self, folder: str, refused: Mapping[str, Refusal], *, place: str | None = None
    ) -> None:
        """Notes what a scan of a folder, or of `place` in it, could not look at, instead of what was noted there before.

        Writes nothing if that is the same.
        """
        bounds = _within(folder, place)
        rows = {(folder, path, refusal.verdict, refusal.reason) for path, refusal in refused.items()}
        if rows == set(self._connection.execute(_UNREACHABLE, bounds)):
            return
        with self.transaction():
            self._connection.execute(_REACHABLE_AGAIN, bounds)
            self._connection.executemany("INSERT OR REPLACE INTO unreachable VALUES (?, ?, ?, ?)", rows)

    def forget_files(self, paths: Iterable[str]) -> int:
        """Drops files, in one commit, and tells how many were known. Their passages can be found no more.

        They are swept away later, so that a file that comes back costs nothing.
        """
        with self.transaction():
            rows = [(path,) for path in paths]
            self._connection.executemany("DELETE FROM queue WHERE path = ?", rows)
            return self._connection.executemany("DELETE FROM files WHERE path = ?", rows).rowcount

    def forget_below(self, path: str) -> int:
        """Drops a file, or all below a directory, likewise, and what was noted of places that cannot be looked at."""
        low, high = below(path)
        with self.transaction():
            gone = 0
            for table in ("queue", "unreachable", "mounts", "files"):
                gone = self._connection.execute(
                    f"DELETE FROM {table} WHERE path = ? OR (path >= ? AND path < ?)",  # noqa: S608 - names from the line above
                    (path, low, high),
                ).rowcount
            return gone

    def leave_out(self, path: str) -> None:
        """Keeps a path and all below it out of the index from now on. What is kept of its name is a salted hash."""
        with self.transaction():
            if not self.setting(LEFT_OUT_SALT):
                self.set_setting(LEFT_OUT_SALT, secrets.token_hex(16))
            self._connection.execute(
                "INSERT OR IGNORE INTO left_out VALUES (?)", (self._left_out_digest(path),)
            )

    def take_in(self, path: str) -> bool:
        """Undoes `leave_out` for this very path; returns whether it was left out."""
        with self.transaction():
            digest = self._left_out_digest(path)
            return self._connection.execute("DELETE FROM left_out WHERE digest = ?", (digest,)).rowcount > 0

    def _left_out_digest(self, path: str) -> bytes:
        return left_out_digest(self.setting(LEFT_OUT_SALT), path)

    def _still_wanted(self, folder: str, changes: Changes) -> Changes:
        """Without what has been forgotten, or become a folder of its own, since the scan began."""
        left_out = self.left_out_in(folder, (*changes.dirty, *changes.refused))
        nested = tuple(below(inner)[0] for inner in self.nested_folders(folder))
        if not (nested or left_out):
            return changes

        def is_wanted(path: str) -> bool:
            return path not in left_out and not path.startswith(nested)

        return replace(
            changes,
            dirty={path: state for path, state in changes.dirty.items() if is_wanted(path)},
            gone=frozenset(path for path in changes.gone if not path.startswith(nested)),
            refused={path: why for path, why in changes.refused.items() if is_wanted(path)},
        )

    def _has_unreachable(self, folder: str, place: str | None) -> bool:
        return self._connection.execute(_UNREACHABLE, _within(folder, place)).fetchone() is not None

    def _rename(self, changes: Changes) -> int:
        """Puts contents under the new names of files that look like ones that are gone; returns how many."""
        gone = {
            looks: path
            for path in changes.gone
            for looks in self._connection.execute(
                "SELECT inode, size, mtime_ns FROM files WHERE path = ? AND sha256 != ''", (path,)
            )
        }
        renamed = 0
        for path, state in changes.dirty.items() if gone else ():
            size, mtime_ns, ctime_ns, inode = state_columns(state)
            # What is known under the new name belongs to another file, whose place this one has taken: reading will tell.
            if (inode, size, mtime_ns) in gone and self.known_file(path) is None:
                former = gone.pop((inode, size, mtime_ns))
                self._connection.execute(
                    "UPDATE files SET path = ?, ctime_ns = ?, settled = 0 WHERE path = ?",
                    (path, ctime_ns, former),
                )
                renamed += 1
        return renamed

    def _enqueue(self, folder: str, path: str, state: FileState) -> bool:
        """Whether the file did not wait already, as it is."""
        columns = state_columns(state)
        waiting = self._connection.execute(
            "SELECT size, mtime_ns, ctime_ns, inode FROM queue WHERE path = ?", (path,)
        ).fetchone()
        if waiting != columns:
            self._connection.execute(
                "INSERT OR REPLACE INTO queue (path, folder, size, mtime_ns, ctime_ns, inode) VALUES (?, ?, ?, ?, ?, ?)",
                (path, folder, *columns),
            )
        return waiting is None


def _within(folder: str, place: str | None) -> tuple[str, str, str, str]:
    return folder, place or folder, *below(place or folder)


_IN_PLACE: Final = "FROM unreachable WHERE folder = ? AND (path = ? OR (path >= ? AND path < ?))"
_UNREACHABLE: Final = f"SELECT * {_IN_PLACE}"
_REACHABLE_AGAIN: Final = f"DELETE {_IN_PLACE}"
