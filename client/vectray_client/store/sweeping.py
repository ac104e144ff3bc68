"""Taking away what nothing refers to any more, at leisure or at once and without a trace."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from vectray_client.store.connected import MENDED
from vectray_client.store.errors import told_as_faults
from vectray_client.store.keywords import RECIPE as KEYWORD_RECIPE
from vectray_client.store.name_forms import RECIPE as NAME_RECIPE
from vectray_client.store.opening import copy_file, damaged_file
from vectray_client.store.writing import Writing, keyword_tokens

_SPARE_VECTORS: Final = 1000
"""Less than a megabyte, and what a day of moving, undoing and switching branches needs again."""
_STEP_VECTORS: Final = 5000
"""Swept in one commit: some ten milliseconds, in which nothing else is stored."""
_STEP_PAGES: Final = 64
"""Of the index of words, merged in one commit: some ten milliseconds."""
_END_OF_TIME_NS: Final = 2**63 - 1
_KEYWORDS: Final = "keywords"
"""The setting that names the recipe of the keywords."""
_NAMES: Final = "names"
"""The setting that names the recipe of the tokens of names."""


class Sweeping(Writing):
    """Changes that no search notices. Each commits before it returns."""

    def sweep_documents(self, *, now_ns: int, grace_ns: int, limit: int = -1) -> int:
        """Drops contents that no file has held for longer than `grace_ns`, the first `limit` or all; tells how many.

        Until then a file that is moved between folders, restored, or of a branch that is switched back, costs nothing. What
        has been without a file since an earlier sweep only counts from that sweep on.
        """
        with self.transaction():
            self._connection.execute(_MARK_USED)
            self._connection.execute(_MARK_UNUSED, (now_ns,))
            unused = self._connection.execute(
                "SELECT id FROM documents WHERE unused_since_ns <= ? LIMIT ?", (now_ns - grace_ns, limit)
            ).fetchall()
            self._drop_documents(unused)
        return len(unused)

    def sweep_vectors(self) -> int:
        """Deletes the vectors that no passage refers to, and tells how many. Until then a moved or restored text is free."""
        with self.transaction():
            return self._connection.execute(f"DELETE FROM vectors WHERE {_IS_SPARE}").rowcount  # noqa: S608 - a constant

    def sweep_some_vectors(self, *, after: int) -> int | None:
        """Sweeps the next few thousand behind the one with the id `after`; returns the last id, None at the end."""
        rows = self._connection.execute(_NEXT_VECTORS, (after, _STEP_VECTORS))
        ((last,),) = rows.fetchall()
        if last is not None:
            with self.transaction():
                self._connection.execute(_SWEEP_BETWEEN, (after, last))
        return None if last is None else int(last)

    def has_vectors_in_excess(self) -> bool:
        """Whether a fifth of the vectors, and a good number of them, belong to no passage any more."""
        ((kept, used),) = self._connection.execute(
            "SELECT (SELECT count(*) FROM vectors), (SELECT count(DISTINCT vector) FROM chunks)"
        ).fetchall()
        return bool(kept - used > max(_SPARE_VECTORS, kept // 5))

    def merge_some_words(self) -> bool:
        """Merges a little of what FTS5 keeps in parts, of which every search has to look at each; returns whether there may be more.

        Only parts of about the same size are merged, two at a time, so that few saves never cost a rewrite of the whole.
        """
        with self.transaction():
            self._connection.execute("INSERT INTO keywords (keywords, rank) VALUES ('usermerge', 2)")
            before = self._connection.total_changes
            self._connection.execute(
                "INSERT INTO keywords (keywords, rank) VALUES ('merge', ?)", (_STEP_PAGES,)
            )
        return self._connection.total_changes - before > 1  # the order itself counts as a change

    def scrub(self) -> bool:
        """Leaves no trace of what was deleted in the files, unused contents and vectors included. Not inside a transaction.

        False if a reader kept the log from being emptied, which then holds some: `empty_log` tries again. Writes the whole index
        three times (half a minute for a million passages) and needs room for two more of it. Raises DiskFault.
        """
        with self.transaction():
            self.sweep_documents(now_ns=_END_OF_TIME_NS, grace_ns=0)
            self.sweep_vectors()
            # Which files held these is not known. What breaks readers is found out again, should it change.
            self._connection.execute("DELETE FROM quarantine")
            # FTS5 only marks words as deleted until it merges its parts.
            self._connection.execute("INSERT INTO keywords (keywords) VALUES ('optimize')")
            self._connection.execute("INSERT INTO names (names) VALUES ('optimize')")
        self._rewrite()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{damaged_file(self._file())}{suffix}").unlink(missing_ok=True)
        self.set_setting(MENDED, "")
        return self.empty_log()

    def empty_log(self) -> bool:
        """Moves everything from the log into the index; returns whether nothing is left there, as readers may hinder it."""
        (busy, _, _) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def _rewrite(self) -> None:
        """Writes every page anew. Where SQLite divides a page it leaves bytes behind in its gap, whatever `secure_delete` says.

        Not by VACUUM alone, whose temporary copy would be held in memory, or lie where other people's files do.
        """
        copy = copy_file(self._file())
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            with told_as_faults(sqlite3.Error):
                self._connection.execute("VACUUM INTO ?", (str(copy),))
                with closing(sqlite3.connect(copy)) as clean:
                    clean.backup(self._connection)
        finally:
            copy.unlink(missing_ok=True)

    def _file(self) -> Path:
        return Path(self._connection.execute("PRAGMA database_list").fetchone()[2])

    def renew_keywords(self) -> None:
        """Makes all keywords anew if they were made by another recipe (another Unicode or stemmer version)."""
        if self.setting(_KEYWORDS) == KEYWORD_RECIPE:
            return
        with self.transaction():
            self._connection.execute("INSERT INTO keywords (keywords) VALUES ('delete-all')")
            chunks = self._connection.execute("SELECT id, heading, text FROM chunks")
            self._connection.executemany(
                "INSERT INTO keywords (rowid, tokens) VALUES (?, ?)",
                ((chunk_id, keyword_tokens(heading, text)) for chunk_id, heading, text in chunks),
            )
            self.set_setting(_KEYWORDS, KEYWORD_RECIPE)

    def renew_names(self) -> None:
        """Makes the tokens of all names anew if they were made by another recipe."""
        if self.setting(_NAMES) == NAME_RECIPE:
            return
        with self.transaction():
            self._connection.execute("INSERT INTO names (names) VALUES ('delete-all')")
            self._connection.execute(
                "INSERT INTO names (rowid, tokens) SELECT id, name_tokens(path) FROM files WHERE sha256 != ''"
            )
            self.set_setting(_NAMES, NAME_RECIPE)


_USED: Final = """EXISTS (SELECT 1 FROM files
    WHERE files.sha256 = documents.sha256 AND files.file_type = documents.file_type)"""
_IS_SPARE: Final = "NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.vector = vectors.id)"
_NEXT_VECTORS: Final = "SELECT max(id) FROM (SELECT id FROM vectors WHERE id > ? ORDER BY id LIMIT ?)"
_SWEEP_BETWEEN: Final = f"DELETE FROM vectors WHERE id > ? AND id <= ? AND {_IS_SPARE}"  # noqa: S608 - a constant
_MARK_USED: Final = (
    f"UPDATE documents SET unused_since_ns = NULL WHERE unused_since_ns IS NOT NULL AND {_USED}"  # noqa: S608 - a constant
)
_MARK_UNUSED: Final = (
    f"UPDATE documents SET unused_since_ns = ? WHERE unused_since_ns IS NULL AND NOT {_USED}"  # noqa: S608 - a constant
)
