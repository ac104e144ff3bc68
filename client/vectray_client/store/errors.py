"""What can be wrong with an index, each in a sentence for the person in front of it.

IndexFault
  * IndexBusy         another process writes to it
  * IndexMissing      there is none yet
  * IndexOutdated     it has to be brought to this version's format first
  * IndexTooNew       it was written by a newer version
  * NotAnIndex        the file is something else
  * IndexOnNetwork    it would lie where locks do not hold
  * IndexDamaged      what it holds contradicts itself
  * DiskFault         it cannot be written, or not be read
  * NoModel           vectors are stored before a model was named
  * WrongVectors      vectors that do not fit the model
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vectray_client.domain import Fault


class IndexFault(Fault):
    """The index cannot do what was asked; it is unharmed."""


class IndexBusy(IndexFault):
    """Another process has the index open for writing. `pid` is that process, None if it did not say so."""

    def __init__(self, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(f"The index is being written by {holder}; only one can do so at a time.")
        self.pid = pid


class IndexMissing(IndexFault):
    """There is no index to read."""

    def __init__(self) -> None:
        super().__init__("Nothing is indexed yet: `vectray index FOLDER` begins.")


class IndexOutdated(IndexFault):
    """The index has the format of an older version. Only its writer may change that."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The index at {path} has to be upgraded: run `vectray index`.")


class IndexTooNew(IndexFault):
    """The index has a format that this version does not know."""

    def __init__(self, path: Path, *, found: int, known: int) -> None:
        super().__init__(
            f"The index at {path} was written by a newer Vectray (format {found}, this one knows {known}): "
            "update Vectray, or move the index away to have it built anew."
        )


class NotAnIndex(IndexFault):
    """The file is not a database, or another program's."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not an index of Vectray.")


class IndexOnNetwork(IndexFault):
    """The index would lie on a file system that is not this machine's own."""

    def __init__(self, path: Path, filesystem: str) -> None:
        super().__init__(
            f"The index cannot lie at {path}, on a network drive ({filesystem}), where two programs may damage it unnoticed: "
            "set VECTRAY_HOME to a folder on a disk of this computer."
        )


class IndexDamaged(IndexFault):
    """Parts of the index cannot be right. Whoever opens it next for writing mends it."""

    def __init__(self) -> None:
        super().__init__("The index is damaged: it is mended when indexing starts again.")


class DiskFault(IndexFault):
    """The disk is full, read-only or failing. Whatever was being stored was not; all that was stored before is there."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The index cannot be written or read now: {reason}. Nothing that was stored is lost."
        )


class NoModel(IndexFault):
    """Vectors mean nothing before `set_model` has said whose they are."""

    def __init__(self) -> None:
        super().__init__("The index does not know yet which model its vectors are from.")


class WrongVectors(IndexFault):
    """The vectors have another length than the model's, or numbers that float16 cannot hold."""


_FULL: Final = frozenset({sqlite3.SQLITE_FULL})
_BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNWRITABLE: Final = frozenset(
    {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
)
_TAKEN: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def tells_of_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite found a page that cannot be right; SQLite's extended codes hold the plain one in their lowest byte."""
    return _code(error) in _BROKEN


@contextmanager
def told_as_faults(*kinds: type[OSError | sqlite3.Error]) -> Iterator[None]:
    """Says in a sentence what a person can do something about; mistakes of the program stay what they are."""
    try:
        yield
    except kinds as error:
        fault = DiskFault(_reason(error)) if isinstance(error, OSError) else _fault_of(error)
        if fault is None:
            raise
        raise fault from error


def _fault_of(error: sqlite3.Error) -> IndexFault | None:
    code = _code(error)
    if code in _BROKEN:
        return IndexDamaged()
    if code in _TAKEN:
        return IndexBusy(None)
    if code in _FULL | _UNWRITABLE:
        return DiskFault("the disk is full" if code in _FULL else str(error))
    return None


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
