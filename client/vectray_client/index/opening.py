"""Opening the database: who may, and under which promises.

A connection belongs to the thread that opened it. The one writer holds a lock file beside the database; readers need
none and see, within a statement or a transaction, one state of the whole.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from vectray_client.index.errors import IndexBusy, IndexMissing, IndexOutdated, IndexTooNew, NotAnIndex
from vectray_client.index.migrations import APPLICATION_ID, FORMAT, format_of, migrate

BUSY_SECONDS: Final = 10.0
"""A guess: far longer than any commit; only a checkpoint or another process's recovery is ever waited for."""

WAL_BYTES: Final = 64 * 1024 * 1024
"""What the write-ahead log is cut back to after it has grown under a long-lived reader."""


@contextmanager
def writing_connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Makes or upgrades the database and locks out all other writers, also in this process.

    A new directory is readable by its owner alone, and so is the file. Raises IndexBusy, IndexTooNew, NotAnIndex.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _only_writer(path):
        # Never opened to create it: closing a file drops all locks that this process holds on it, readers' too.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        path.chmod(0o600)
        with closing(_connect(path)) as connection:
            migrate(connection)
            yield connection


@contextmanager
def reading_connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Opens a database that is there, without the power to change it.

    Raises IndexMissing, IndexOutdated, IndexTooNew, NotAnIndex.
    """
    if not path.exists():
        raise IndexMissing
    with closing(_connect(path)) as connection:
        found = format_of(connection)
        if found == 0:
            raise IndexMissing
        if found < FORMAT:
            raise IndexOutdated(path)
        connection.execute("PRAGMA query_only = ON")
        yield connection


def _connect(path: Path) -> sqlite3.Connection:
    # isolation_level=None: transactions begin and end where the code says so.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    try:
        _check_identity(connection, path)
        for pragma in (
            "journal_mode = WAL",
            f"journal_size_limit = {WAL_BYTES}",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "temp_store = MEMORY",  # no text in temporary files
        ):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _check_identity(connection: sqlite3.Connection, path: Path) -> None:
    try:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (is_empty,) = connection.execute("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)").fetchone()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise NotAnIndex(path) from error
    if application_id != APPLICATION_ID and not is_empty:
        raise NotAnIndex(path)
    if (found := format_of(connection)) > FORMAT:
        raise IndexTooNew(path, found=found, known=FORMAT)


@contextmanager
def _only_writer(path: Path) -> Iterator[None]:
    # The lock file is emptied by everyone who tries the lock, so the holder writes its name into a file beside it.
    pid_file = path.with_name(f"{path.name}.pid")
    lock = FileLock(f"{path}.lock", timeout=0, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise IndexBusy(_pid_in(pid_file)) from None
    try:
        pid_file.write_text(str(os.getpid()))
        yield
    finally:
        pid_file.unlink(missing_ok=True)
        lock.release()


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text())
    except (OSError, ValueError):
        return None
