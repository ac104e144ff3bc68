"""What can be asked of the index. Whatever it answers was committed as a whole."""

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import Chunk, FileState, FileType, KnownFile, Refusal, Verdict
from vectray_client.index.opening import reading_connection
from vectray_client.index.records import EVERYTHING, Counts, Filter, Model, Passage

LAST_PATH: Final = "\U0010ffff"
"""Sorts behind every path."""


class Reader:
    """Answers from one connection, in the thread that opened it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is asked inside is answered from one state, whatever is written meanwhile."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def model(self) -> Model | None:
        """The model whose vectors are searched; None for a new index."""
        row = self._connection.execute(
            "SELECT name, fingerprint, dimensions FROM models WHERE id = ?", (self._model_id(),)
        ).fetchone()
        return row and Model(name=row[0], fingerprint=row[1], dimensions=row[2])

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

    def known_files(self, folder: str) -> dict[str, KnownFile]:
        """What is known of the files that belong to a folder, by path.

        A file indexed for another model than the current one counts as neither settled nor ever read.
        """
        elsewhere = tuple(below(nested)[0] for nested in self.nested_folders(folder))
        rows = self._connection.execute(
            f"{_KNOWN} WHERE path >= ? AND path < ?", (self._model_id(), *below(folder))
        )
        return {row[0]: _known_file(row) for row in rows if not row[0].startswith(elsewhere)}

    def known_file(self, path: str) -> KnownFile | None:
        """What is known of one file; None if the index never heard of it."""
        row = self._connection.execute(f"{_KNOWN} WHERE path = ?", (self._model_id(), path)).fetchone()
        return row and _known_file(row)

    def known_keys(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of the keys whose vectors, of the current model, need not be made."""
        return {key for key in keys if self._vector_id(key) is not None}

    def counts(self, filter_: Filter = EVERYTHING) -> Counts:
        """How much there is of the files that a filter leaves, for a status line."""
        row = self._connection.execute(
            _COUNTS, {"model": self._model_id(), **_parameters(filter_)}
        ).fetchone()
        return Counts(files=row[0], chunks=row[1], vectors=row[2], skipped=row[3], problems=row[4])

    def refusals(self, folder: str) -> dict[str, Refusal]:
        """Why files below a folder have no passages, or none that are up to date, by path."""
        low, high = below(folder)
        rows = self._connection.execute(
            "SELECT path, verdict, reason FROM files WHERE verdict IS NOT NULL AND path >= :low AND path < :high UNION "
            "SELECT path, verdict, reason FROM unreachable WHERE folder = :folder OR (folder >= :low AND folder < :high)",
            {"low": low, "high": high, "folder": folder},
        )
        return {path: Refusal(verdict=Verdict(verdict), reason=reason) for path, verdict, reason in rows}

    def problems(self) -> list[tuple[str, Refusal]]:
        """Files that should be searchable and are not up to date, and places that cannot be looked at, by path."""
        rows = self._connection.execute(
            "SELECT path, verdict, reason FROM files WHERE verdict = :failed UNION "
            "SELECT path, verdict, reason FROM unreachable ORDER BY path",
            {"failed": Verdict.FAILED},
        )
        return [(path, Refusal(verdict=Verdict(verdict), reason=reason)) for path, verdict, reason in rows]

    def keyword_search(self, match: str, limit: int, filter_: Filter = EVERYTHING) -> list[tuple[int, float]]:
        """Chunk ids and BM25 scores, best first, for an expression of `match_expression`. Larger scores are better."""
        query = _KEYWORDS_EVERYWHERE if filter_ == EVERYTHING else _KEYWORDS_FILTERED
        parameters = {"match": match, "limit": limit, **_parameters(filter_)}
        return [(chunk, -rank) for chunk, rank in self._connection.execute(query, parameters)]

    def vector_ids(self, filter_: Filter) -> NDArray[np.int64]:
        """The vectors of the chunks that a filter leaves, ascending."""
        rows = self._connection.execute(
            f"SELECT DISTINCT chunks.vector {_FILTERED_CHUNKS} ORDER BY 1", _parameters(filter_)
        )
        return np.fromiter((vector for (vector,) in rows), np.int64)

    def chunks_of_vectors(
        self, vector_ids: Collection[int], filter_: Filter = EVERYTHING
    ) -> dict[int, list[int]]:
        """The ids of the chunks that share each vector, as far as the filter leaves any."""
        chunks: dict[int, list[int]] = {}
        for vector, chunk in self._connection.execute(
            f"SELECT chunks.vector, chunks.id {_FILTERED_CHUNKS}"  # noqa: S608 - a constant of this module
            " AND chunks.vector IN (SELECT value FROM json_each(:ids)) ORDER BY chunks.id",
            {"ids": _json_list(vector_ids), **_parameters(filter_)},
        ):
            chunks.setdefault(vector, []).append(chunk)
        return chunks

    def passages(self, chunk_ids: Collection[int]) -> dict[int, Passage]:
        """The passages of these chunks by id; without those that have been replaced in between."""
        rows = self._connection.execute(_PASSAGES, (_json_list(chunk_ids),))
        return {row[0]: _passage(row) for row in rows}

    def vectors_after(self, vector_id: int, fingerprint: str) -> tuple[NDArray[np.int64], bytes]:
        """A model's vectors with larger ids, ascending, and their float16 data joined in that order."""
        rows = self._connection.execute(
            "SELECT vectors.id, data FROM vectors JOIN models ON vectors.model = models.id"
            " WHERE vectors.id > ? AND fingerprint = ? ORDER BY vectors.id",
            (vector_id, fingerprint),
        ).fetchall()
        return np.fromiter((row[0] for row in rows), np.int64, len(rows)), b"".join([row[1] for row in rows])

    def _model_id(self) -> int | None:
        row = self._connection.execute("SELECT value FROM settings WHERE name = 'model'").fetchone()
        return None if row is None else int(row[0])

    def _vector_id(self, key: bytes) -> int | None:
        row = self._connection.execute(
            "SELECT id FROM vectors WHERE key = ? AND model = ?", (key, self._model_id())
        ).fetchone()
        return None if row is None else int(row[0])


@contextmanager
def open_reader(path: Path) -> Iterator[Reader]:
    """The index, to be read while another thread or process may write it.

    Raises IndexMissing, IndexOutdated, IndexTooNew, NotAnIndex.
    """
    with reading_connection(path) as connection:
        yield Reader(connection)


def below(directory: str) -> tuple[str, str]:
    """Bounds of the paths below a directory: not less than the first, less than the second."""
    prefix = os.path.join(directory, "")  # noqa: PTH118 - paths are strings here, compared as such
    return prefix, prefix[:-1] + chr(ord(os.sep) + 1)


_KNOWN: Final = """SELECT path, size, mtime_ns, ctime_ns, inode, sha256, verdict, reason, settled,
    model IS NULL OR model IS ? FROM files"""

_FILTERED_FILES: Final = """files.path >= :low AND files.path < :high
    AND (:file_type IS NULL OR files.file_type = :file_type)
    AND (:since IS NULL OR files.mtime_ns >= :since)"""

_FILTERED_CHUNKS: Final = f"FROM files JOIN chunks ON chunks.file = files.id WHERE {_FILTERED_FILES}"

_COUNTS: Final = f"""SELECT
    (SELECT count(*) FROM files WHERE sha256 != '' AND {_FILTERED_FILES}),
    (SELECT count(*) {_FILTERED_CHUNKS}),
    (SELECT count(*) FROM vectors WHERE model IS :model),
    (SELECT count(*) FROM files WHERE verdict = 'skipped' AND {_FILTERED_FILES}),
    (SELECT count(*) FROM files WHERE verdict = 'failed' AND {_FILTERED_FILES})
        + (SELECT count(*) FROM unreachable WHERE path >= :low AND path < :high)"""  # noqa: S608 - constants of this module

_KEYWORDS_EVERYWHERE: Final = (
    "SELECT rowid, rank FROM keywords WHERE keywords MATCH :match ORDER BY rank LIMIT :limit"
)

_KEYWORDS_FILTERED: Final = f"""SELECT rowid, rank FROM keywords WHERE keywords MATCH :match
    AND +rowid IN (SELECT chunks.id {_FILTERED_CHUNKS}) ORDER BY rank LIMIT :limit"""  # noqa: S608 - a constant of this module

_PASSAGES: Final = """SELECT chunks.id, path, title, file_type, mtime_ns,
    text, start, "end", heading, page, line
    FROM chunks JOIN files ON chunks.file = files.id
    WHERE chunks.id IN (SELECT value FROM json_each(?))"""


def _parameters(filter_: Filter) -> dict[str, str | int | None]:
    low, high = ("", LAST_PATH) if filter_.folder is None else below(filter_.folder)
    return {"low": low, "high": high, "file_type": filter_.file_type, "since": filter_.modified_since_ns}


def _json_list(numbers: Iterable[int]) -> str:
    return f"[{','.join(str(int(number)) for number in numbers)}]"


def _known_file(row: tuple[str, int, int, int, int, str, str | None, str, int, int]) -> KnownFile:
    _, size, mtime_ns, ctime_ns, inode, sha256, verdict, reason, settled, is_of_current_model = row
    return KnownFile(
        state=FileState(size, mtime_ns, ctime_ns, inode % 2**64),
        sha256=sha256 if is_of_current_model else "",
        refusal=Refusal(verdict=Verdict(verdict), reason=reason) if verdict else None,
        settled=bool(settled and is_of_current_model),
    )


def _passage(
    row: tuple[int, str, str, str, int, str, int, int, str, int | None, int | None],
) -> Passage:
    chunk_id, path, title, file_type, mtime_ns, text, start, end, heading, page, line = row
    return Passage(
        chunk_id=chunk_id,
        path=path,
        title=title,
        file_type=FileType(file_type),
        mtime_ns=mtime_ns,
        chunk=Chunk(text=text, start=start, end=end, heading=heading, page=page, line=line),
    )
