"""How the index is changed: in transactions, by its one writer."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import FileState
from vectray_client.store.errors import WrongVectors, told_as_faults
from vectray_client.store.keywords import tokens
from vectray_client.store.reading import Reader

_OUTER: Final = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_INNER: Final = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))


class Writing(Reader):
    """Reads and writes over one connection, which holds the writer's lock as long as it is open."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is stored inside is committed together at the end, or not at all if an exception leaves it.

        May be nested; an inner one that fails takes back only its own part. Raises DiskFault, IndexDamaged.
        """
        begin, end, undo = _INNER if self._connection.in_transaction else _OUTER
        with told_as_faults(sqlite3.Error):
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute(end)
            except BaseException:
                # SQLite has undone everything by itself where the disk was full or failed.
                if self._connection.in_transaction:
                    for statement in undo:
                        self._connection.execute(statement)
                raise

    @property
    def changes(self) -> int:
        """A number that grows with everything that is written."""
        return self._connection.total_changes

    def set_setting(self, name: str, value: str | int) -> None:
        """Keeps a setting; writes nothing if it is the same."""
        if self.setting(name) != str(value):
            with self.transaction():
                self._connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def _drop_documents(self, rows: Sequence[tuple[int]]) -> None:
        for (document_id,) in rows:
            self._drop_chunks(document_id)
            self._connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def _drop_chunks(self, document_id: int) -> None:
        chunks = self._connection.execute(
            "SELECT id, heading, text FROM chunks WHERE document = ?", (document_id,)
        )
        self._connection.executemany(
            "INSERT INTO keywords (keywords, rowid, tokens) VALUES ('delete', ?, ?)",
            [(chunk_id, keyword_tokens(heading, text)) for chunk_id, heading, text in chunks],
        )
        self._connection.execute("DELETE FROM chunks WHERE document = ?", (document_id,))

    def _vector_id(self, key: bytes) -> int | None:
        row = self._connection.execute("SELECT id FROM vectors WHERE key = ?", (key,)).fetchone()
        return None if row is None else int(row[0])


def keyword_tokens(heading: str, text: str) -> str:
    """What the keyword index holds of a passage, and needs to be told again to drop it."""
    return tokens(f"{heading}\n{text}")


def state_columns(state: FileState) -> tuple[int, int, int, int]:
    """SQLite's integers have 63 bits and a sign.

    Inodes have 64 bits and come back whole. A time after 2262 does not: that file is dirty at every scan.
    """
    latest = 2**63 - 1
    inode = state.inode if state.inode <= latest else state.inode - 2**64
    return state.size, min(state.mtime_ns, latest), min(state.ctime_ns, latest), inode


def as_float16(vectors: Sequence[NDArray[np.float32]], dimensions: int) -> NDArray[np.float16]:
    """Vectors as they are stored, float16 (n, dimensions). Raises WrongVectors."""
    if any(vector.shape != (dimensions,) for vector in vectors):
        raise WrongVectors(f"The model's vectors have {dimensions} dimensions; these have others.")
    with np.errstate(over="ignore"):
        halves = np.stack(vectors).astype("<f2")
    if not np.isfinite(halves).all():
        raise WrongVectors("A vector holds numbers that are too large, infinite or none at all.")
    return halves
