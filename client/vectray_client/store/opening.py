"""Opening the database: who may, and under which promises.

A connection belongs to the thread that opened it. The one writer holds a lock file beside the database; readers need
none and see, within a statement or a transaction, one state of the whole.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from vectray_client.filesystems import FileSystem, kind_of
from vectray_client.store.errors import (
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexOnNetwork,
    IndexOutdated,
    IndexTooNew,
    NotAnIndex,
    tells_of_damage,
    told_as_faults,
)
from vectray_client.store.mending import is_damaged, save
from vectray_client.store.migrations import APPLICATION_ID, FORMAT, format_of, migrate

BUSY_SECONDS: Final = 10.0
"""A guess: far longer than any commit; only a checkpoint or another process's recovery is ever waited for."""

WAL_BYTES: Final = 64 * 1024 * 1024
"""What the write-ahead log is cut back to after it has grown under a long-lived reader."""


def damaged_file(path: Path) -> Path:
    """Where a damaged index at `path` is set aside."""
    return path.with_name(f"{path.name}.damaged")


def copy_file(path: Path) -> Path:
    """Where a clean copy of the index at `path` lies while it is rewritten."""
    return path.with_name(f"{path.name}.copy")


@contextmanager
def writing_connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Makes, upgrades or mends the database and locks out all other writers, also in this process.

    A new directory is readable by its owner alone, and so is the file. What was mended, the setting `MENDED` says. Raises
    IndexBusy, IndexTooNew, NotAnIndex, IndexOnNetwork, DiskFault, IndexDamaged.
    """
    with ExitStack() as resources:
        with told_as_faults(sqlite3.Error, OSError):
            connection = _ready(path, resources)
        with told_as_faults(sqlite3.Error):
            yield connection


def _ready(path: Path, resources: ExitStack) -> sqlite3.Connection:
    """Raises OSError and sqlite3.Error beside the faults."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_local(path, kind_of(str(path.parent.resolve())))
    resources.enter_context(_only_writer(path))
    copy_file(path).unlink(missing_ok=True)
    if _holder_file(path).exists() and _is_unsound(path):
        _mend(path)
    resources.enter_context(_marked(path))
    connection = resources.enter_context(closing(_made(path)))
    migrate(connection)
    return connection


def _made(path: Path) -> sqlite3.Connection:
    # Never opened to create it: closing a file drops all locks that this process holds on it, readers' too.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    path.chmod(0o600)
    return _connect(path)


def check_local(path: Path, filesystem: FileSystem) -> None:
    """Raises IndexOnNetwork for a file system on which locks may not hold and memory is not shared."""
    if filesystem.is_remote:
        raise IndexOnNetwork(path, filesystem.name)


def _is_unsound(path: Path) -> bool:
    """Looks over what a writer did not close."""
    try:
        with closing(_connect(path)) as connection:
            return format_of(connection) > 0 and is_damaged(connection)
    except NotAnIndex:  # it was one when that writer began
        return True
    except sqlite3.DatabaseError as error:
        if tells_of_damage(error):
            return True
        raise


def _mend(path: Path) -> None:
    """Puts a new index into the place of a damaged one, in one step; readers keep the files that they have open.

    The damaged one lies beside it, in the place of one that was damaged before. Its log must not be taken for the new one's.
    """
    fresh, damaged = copy_file(path), damaged_file(path)
    with closing(_made(fresh)) as connection:
        migrate(connection)
        save(path, connection, set_aside=damaged)
    for suffix in ("", "-wal"):
        Path(f"{damaged}{suffix}").unlink(missing_ok=True)
    os.link(path, damaged)
    with suppress(FileNotFoundError):
        Path(f"{path}-wal").rename(f"{damaged}-wal")
    Path(f"{path}-shm").unlink(missing_ok=True)
    fresh.replace(path)


@contextmanager
def reading_connection(path: Path, *, is_handed_on: bool = False) -> Iterator[sqlite3.Connection]:
    """Opens a database that is there, without the power to change it. What is handed on serves several threads, one after the other.

    Raises IndexMissing, IndexOutdated, IndexTooNew, NotAnIndex, DiskFault, IndexDamaged.
    """
    if not path.exists():
        raise IndexMissing
    with closing(_connect(path, is_handed_on=is_handed_on)) as connection:
        found = format_of(connection)
        if found == 0:
            raise IndexMissing
        if found < FORMAT:
            raise IndexOutdated(path)
        connection.execute("PRAGMA query_only = ON")
        # 16 MB, as needed: the candidates of a search lie all over the tables. Halves what they cost.
        connection.execute("PRAGMA cache_size = -16000")
        with told_as_faults(sqlite3.Error):
            yield connection


def _connect(path: Path, *, is_handed_on: bool = False) -> sqlite3.Connection:
    # isolation_level=None: transactions begin and end where the code says so.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=not is_handed_on,
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
    lock = FileLock(f"{path}.lock", timeout=0, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise IndexBusy(_pid_in(_holder_file(path))) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _marked(path: Path) -> Iterator[None]:
    """The writer's number stands beside the index as long as that is open: for others who want to write, and for the next one.

    Not in the lock file, which everybody empties who tries the lock. It stays where a writer was killed, or found the index
    damaged: the next one looks the index over.
    """
    holder = _holder_file(path)
    holder.touch(mode=0o600)
    holder.write_text(str(os.getpid()))
    try:
        yield
    except IndexDamaged:
        raise
    except BaseException:
        holder.unlink(missing_ok=True)
        raise
    holder.unlink(missing_ok=True)


def _holder_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.pid")


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text())
    except (OSError, ValueError):
        return None
