"""Readers that stay open from one question to the next: to open one takes a millisecond, and its pages in memory are half of a search."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Self

from vectray_client.store.errors import told_as_faults
from vectray_client.store.opening import reading_connection
from vectray_client.store.reading import Reader


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Open:
    reader: Reader
    file: tuple[int, int] | None
    """Device and inode of the index when it was opened."""
    resources: ExitStack = field(repr=False)


class KeptReaders:
    """Lends readers of one index to any thread, one thread at a time each. A context manager: what is idle at its end is closed."""

    def __init__(self, path: Path, *, most: int) -> None:
        """`most` stay open; each may hold 16 MB. There may be more at a time."""
        self._path = path
        self._most = most
        self._idle: list[_Open] = []
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._most, idle, self._idle = 0, self._idle, []
        for each in idle:
            each.resources.close()

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Lend a reader of what stands at the path now. One whose borrower failed is not lent again.

        Raises what `open_reader` does.
        """
        lent = self._taken()
        try:
            with told_as_faults(sqlite3.Error):
                yield lent.reader
        except BaseException:
            lent.resources.close()
            raise
        self._give_back(lent)

    def _taken(self) -> _Open:
        file = _identity(self._path)
        with self._lock:
            idle = self._idle.pop() if self._idle else None
        if idle is None:
            return self._opened(file)
        if idle.file == file:
            return idle
        idle.resources.close()  # an index that was mended lies at the path of the former one
        return self._taken()

    def _opened(self, file: tuple[int, int] | None) -> _Open:
        with ExitStack() as resources:
            connection = resources.enter_context(reading_connection(self._path, is_handed_on=True))
            return _Open(reader=Reader(connection), file=file, resources=resources.pop_all())

    def _give_back(self, lent: _Open) -> None:
        with self._lock:
            if len(self._idle) < self._most:
                self._idle.append(lent)
                return
        lent.resources.close()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
