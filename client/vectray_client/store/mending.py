"""What happens to an index whose writer did not close it: it is looked over, and saved from what can be saved if it is damaged."""

import math
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import numpy as np

from vectray_client.store.connected import MENDED
from vectray_client.store.errors import tells_of_damage

CHECK_SECONDS: Final = 20.0
"""A million passages took 3 s of the processor; on a slow disk the rest is taken on trust."""
_OPCODES: Final = 10_000
"""Of SQLite's machine, between two looks at the clock."""
_LONGEST_STEP: Final = 2**20
"""Vectors to be passed over at once where a damaged page is in the way."""
_UNIT_TOLERANCE: Final = 0.01
"""How far float16 and a rounding model leave a vector from length 1. What is farther off is not what was stored."""

Row = tuple[int | str | bytes | None, ...]


def is_damaged(connection: sqlite3.Connection, *, seconds: float = CHECK_SECONDS) -> bool:
    """Whether pages, references or keywords contradict each other, as far as can be told in so many seconds."""
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _OPCODES)
    try:
        return any(connection.execute(query).fetchall() != expected for query, expected in _CHECKS)
    except sqlite3.DatabaseError as error:
        if tells_of_damage(error):
            return True
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return False
        raise
    finally:
        connection.set_progress_handler(None, 0)


def save(damaged: Path, connection: sqlite3.Connection, *, set_aside: Path) -> None:
    """Takes what is dear to the person and what was dear to make from a damaged index into a new one, in one transaction.

    Folders, settings, what was left out; vectors by their keys. Files and passages are read again. `set_aside` is where the
    damaged one will lie.
    """
    with closing(sqlite3.connect(damaged, isolation_level=None)) as source:
        connection.execute("BEGIN IMMEDIATE")
        for table, columns in _SAVED.items():
            with suppress(sqlite3.DatabaseError):
                rows = source.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608 - names from this module
                marks = ",".join("?" * len(columns.split(",")))
                connection.executemany(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - as above
        dimensions = dict(connection.execute("SELECT id, dimensions FROM models").fetchall())
        vectors = ((*row[1:],) for row in _rows_of(source) if _is_vector(row, dimensions))
        kept = connection.executemany(
            "INSERT OR IGNORE INTO vectors (model, key, data) VALUES (?, ?, ?)", vectors
        ).rowcount
        sentence = (
            f"The index was damaged and is being built anew; {max(0, kept)} passages need not be embedded again. "
            f"The damaged one lies at {set_aside} until you delete it."
        )
        connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (MENDED, sentence))
        connection.execute("COMMIT")


def _rows_of(source: sqlite3.Connection) -> Iterator[Row]:
    """The vectors that can be read, by id; ever larger steps lead over what cannot."""
    last, step = 0, 1
    while step < _LONGEST_STEP:
        try:
            for row in source.execute(_VECTORS, (last,)):
                last, step = int(row[0]), 1
                yield row
        except sqlite3.DatabaseError:
            last, step = last + step, step * 2
        else:
            return


def _is_vector(row: Row, dimensions: dict[int, int]) -> bool:
    _, model, key, data = row
    if not (isinstance(model, int) and isinstance(key, bytes) and isinstance(data, bytes)):
        return False
    if len(key) != _KEY_BYTES or len(data) != 2 * dimensions.get(model, -1):
        return False
    length = float(np.linalg.norm(np.frombuffer(data, "<f2").astype(np.float32)))
    return math.isclose(length, 1, abs_tol=_UNIT_TOLERANCE)


_KEY_BYTES: Final = 32
_VECTORS: Final = "SELECT id, model, key, data FROM vectors WHERE id > ? ORDER BY id"

_SAVED: Final = {
    "models": "id, fingerprint, name, dimensions",
    "folders": "path",
    "settings": "name, value",
    "left_out": "digest",
    "quarantine": "sha256, recipe, reason",
}
"""The new index has its own setting for keywords, which stays."""

_CHECKS: Final[tuple[tuple[str, list[tuple[str | int, ...]]], ...]] = (
    ("PRAGMA quick_check(1)", [("ok",)]),
    ("PRAGMA foreign_key_check", []),
    ("SELECT id FROM chunks EXCEPT SELECT id FROM keywords_docsize LIMIT 1", []),
    ("SELECT id FROM keywords_docsize EXCEPT SELECT id FROM chunks LIMIT 1", []),
)
