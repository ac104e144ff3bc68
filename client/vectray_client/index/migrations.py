"""The database's format, as the numbered steps that lead to it. A step that was released is never changed again."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

APPLICATION_ID: Final = 0x76656374
"""'vect': marks the file as an index of Vectray."""


def m001_first_format(connection: sqlite3.Connection) -> None:
    """Files with their passages, vectors by content, keywords over tokens that the application makes."""
    for statement in (
        "CREATE TABLE settings (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID",
        "CREATE TABLE folders (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
        """CREATE TABLE models (
            id INTEGER PRIMARY KEY,
            fingerprint TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            dimensions INTEGER NOT NULL) STRICT""",
        # model: the one that the passages were cut and embedded for; NULL for a file without any.
        """CREATE TABLE files (
            id INTEGER PRIMARY KEY,
            path TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            ctime_ns INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            settled INTEGER NOT NULL,
            sha256 TEXT NOT NULL DEFAULT '',
            file_type TEXT,
            title TEXT NOT NULL DEFAULT '',
            model INTEGER REFERENCES models,
            verdict TEXT,
            reason TEXT) STRICT""",
        # What a scan could not look at, mostly directories: these have no state to compare.
        """CREATE TABLE unreachable (
            folder TEXT NOT NULL REFERENCES folders ON DELETE CASCADE,
            path TEXT NOT NULL,
            verdict TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (folder, path)) STRICT, WITHOUT ROWID""",
        # Numbers of vectors and chunks are never used twice: indexes in memory and results on their way may
        # still speak of deleted ones.
        """CREATE TABLE vectors (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            model INTEGER NOT NULL REFERENCES models,
            key BLOB NOT NULL UNIQUE,
            data BLOB NOT NULL) STRICT""",
        # "end" is a word of SQL.
        """CREATE TABLE chunks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            file INTEGER NOT NULL REFERENCES files,
            ordinal INTEGER NOT NULL,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            heading TEXT NOT NULL,
            page INTEGER,
            line INTEGER,
            text TEXT NOT NULL,
            vector INTEGER NOT NULL REFERENCES vectors,
            UNIQUE (file, ordinal)) STRICT""",
        "CREATE INDEX chunks_by_vector ON chunks (vector)",
        # Contentless: the tokens can be made again from the chunk, and are, to delete them.
        "CREATE VIRTUAL TABLE keywords USING fts5 (tokens, content='', tokenize='ascii')",
        f"PRAGMA application_id = {APPLICATION_ID}",
    ):
        connection.execute(statement)


MIGRATIONS: Final[Sequence[Callable[[sqlite3.Connection], None]]] = (m001_first_format,)
FORMAT: Final = len(MIGRATIONS)


def format_of(connection: sqlite3.Connection) -> int:
    """The number of the last step taken; 0 for an empty database."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


def migrate(connection: sqlite3.Connection) -> None:
    """Takes the steps that are missing, each in a transaction of its own."""
    for number in range(format_of(connection) + 1, FORMAT + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            MIGRATIONS[number - 1](connection)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
