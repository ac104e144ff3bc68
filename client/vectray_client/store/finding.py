"""What searches ask: candidates by words, the passages of candidates by meaning, and how much there is."""

import json
import os
import sqlite3
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import Chunk, FileType
from vectray_client.store.connected import Connected
from vectray_client.store.filed import LAST_PATH, PROBLEMS, below
from vectray_client.store.records import EVERYTHING, Counts, Filter, Passage


class Finding(Connected):
    """Questions about passages. Only those of the current model that a file holds are ever answered."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        connection.create_function("folded_name", 1, _folded_name, deterministic=True)

    def counts(self, filter_: Filter = EVERYTHING) -> Counts:
        """How much there is of the files that a filter leaves. Problems have neither type nor time: all of its folder count.

        Takes 60 ms of the processor for 50,000 files with a million passages, and 200 ms with a filter.
        """
        query = _COUNTS_EVERYWHERE if filter_ == EVERYTHING else _COUNTS_FILTERED
        row = self._connection.execute(query, self._parameters(filter_)).fetchone()
        return Counts(files=row[0], chunks=row[1], vectors=row[2], skipped=row[3], problems=row[4])

    def chunks_of(self, path: str) -> int:
        """How many passages of one file can be found."""
        ((count,),) = self._connection.execute(_CHUNKS_OF, {"model": self._model_id(), "path": path})
        return int(count)

    def keyword_search(self, match: str, limit: int, filter_: Filter = EVERYTHING) -> list[tuple[int, float]]:
        """Chunk ids and BM25 scores, best first, for an expression of `match_expression`. Larger scores are better."""
        query = _KEYWORDS_EVERYWHERE if filter_ == EVERYTHING else _KEYWORDS_FILTERED
        parameters = {"match": match, "limit": limit, **self._parameters(filter_)}
        return [(chunk, -rank) for chunk, rank in self._connection.execute(query, parameters)]

    def vector_ids(self, filter_: Filter) -> NDArray[np.int64]:
        """The vectors of the chunks that a filter leaves, ascending."""
        rows = self._connection.execute(
            f"SELECT DISTINCT chunks.vector {_FILTERED_CHUNKS} AND chunks.vector IS NOT NULL ORDER BY 1",
            self._parameters(filter_),
        )
        return np.fromiter((vector for (vector,) in rows), np.int64)

    def chunks_of_vectors(
        self, vector_ids: Collection[int], filter_: Filter = EVERYTHING
    ) -> dict[int, list[int]]:
        """The ids of the chunks that share each vector, as far as the filter leaves any."""
        chunks: dict[int, list[int]] = {}
        for vector, chunk in self._connection.execute(
            f"SELECT DISTINCT chunks.vector, chunks.id {_CHOSEN_CHUNKS}"  # noqa: S608 - a constant of this module
            " AND chunks.vector IN (SELECT value FROM json_each(:ids)) ORDER BY chunks.id",
            {"ids": _json_list(vector_ids), **self._parameters(filter_)},
        ):
            chunks.setdefault(vector, []).append(chunk)
        return chunks

    def passages(
        self, chunk_ids: Collection[int], filter_: Filter = EVERYTHING
    ) -> dict[int, tuple[Passage, ...]]:
        """The passages of these chunks by id, one for each file that holds the chunk and that the filter leaves, by path.

        Without those that have been replaced in between.
        """
        found: dict[int, list[Passage]] = {}
        for row in self._connection.execute(
            _PASSAGES, {"ids": _json_list(chunk_ids), **self._parameters(filter_)}
        ):
            found.setdefault(row[0], []).append(_passage(row[1:]))
        return {chunk_id: tuple(passages) for chunk_id, passages in found.items()}

    def vectors_after(
        self, vector_id: int, fingerprint: str, *, limit: int = -1
    ) -> tuple[NDArray[np.int64], bytes]:
        """A model's vectors with larger ids, ascending, the first `limit`, and their float16 data joined in that order."""
        rows = self._connection.execute(
            "SELECT id, data FROM vectors WHERE model = ? AND id > ? ORDER BY id LIMIT ?",
            (self._model_id(fingerprint), vector_id, limit),
        ).fetchall()
        return np.fromiter((row[0] for row in rows), np.int64, len(rows)), b"".join([row[1] for row in rows])

    def last_vector(self, fingerprint: str) -> int:
        """The largest id of a model's vectors; 0 if it has none."""
        ((last,),) = self._connection.execute(
            "SELECT ifnull(max(id), 0) FROM vectors WHERE model = ?", (self._model_id(fingerprint),)
        )
        return int(last)

    def count_vectors(self, fingerprint: str, *, last: int) -> int:
        """How many vectors of a model there are with ids up to `last`."""
        ((count,),) = self._connection.execute(
            "SELECT count(*) FROM vectors WHERE model = ? AND id <= ?", (self._model_id(fingerprint), last)
        )
        return int(count)

    def _parameters(self, filter_: Filter) -> dict[str, str | int | None]:
        places = [below(folder) for folder in filter_.folders] or [("", LAST_PATH)]
        return {
            "model": self._model_id(),
            "places": json.dumps(places),
            "file_types": json.dumps(filter_.file_types) if filter_.file_types else None,
            "since": filter_.modified_since_ns,
            "before": filter_.modified_before_ns,
            "name": _folded(filter_.name) or None,
        }


def _folded_name(path: str) -> str:
    return _folded(path.rpartition(os.sep)[2])


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.casefold())


_IN_PLACE: Final = "files.path >= place.value ->> 0 AND files.path < place.value ->> 1"
"""Whether a path lies in one of the places, which share none."""

_FITTING: Final = """(:file_types IS NULL OR files.file_type IN (SELECT value FROM json_each(:file_types)))
    AND (:since IS NULL OR files.mtime_ns >= :since) AND (:before IS NULL OR files.mtime_ns < :before)
    AND (:name IS NULL OR instr(folded_name(files.path), :name))"""
"""Whether a file is of the type, time and name in question."""

# CROSS: SQLite does not change the order. From the files of the folders to their chunks, not from all chunks to their files ...
_FILTERED_DOCUMENTS: Final = f"""FROM json_each(:places) AS place CROSS JOIN files ON {_IN_PLACE}
    CROSS JOIN documents ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type"""

_FILTERED_CHUNKS: Final = f"""{_FILTERED_DOCUMENTS} CROSS JOIN chunks ON chunks.document = documents.id
    WHERE documents.model = :model AND {_FITTING}"""

# ... and from the few chunks in question to their files, not the other way round.
_CHOSEN_CHUNKS: Final = f"""FROM chunks
    CROSS JOIN documents ON chunks.document = documents.id
    CROSS JOIN files ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type
    WHERE documents.model = :model AND {_FITTING} AND EXISTS (SELECT 1 FROM json_each(:places) AS place WHERE {_IN_PLACE})"""  # noqa: S608 - constants of this module

_CHUNKS_OF: Final = """SELECT count(*) FROM files
    JOIN documents ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type
    JOIN chunks ON chunks.document = documents.id
    WHERE documents.model = :model AND files.path = :path"""

_COUNTS_FILTERED: Final = f"""SELECT count(*), ifnull(sum(passages), 0),
    (SELECT count(*) FROM vectors WHERE model IS :model),
    (SELECT count(*) FROM json_each(:places) AS place
        CROSS JOIN files INDEXED BY files_refused WHERE verdict = 'skipped' AND {_IN_PLACE} AND {_FITTING}),
    (SELECT count(*) FROM json_each(:places) AS place, ({PROBLEMS}) AS files WHERE {_IN_PLACE})
    {_FILTERED_DOCUMENTS} WHERE documents.model = :model AND {_FITTING}"""  # noqa: S608 - constants of this module

_COUNTS_EVERYWHERE: Final = f"""SELECT count(*), ifnull(sum(passages), 0),
    (SELECT count(*) FROM vectors WHERE model IS :model),
    (SELECT count(*) FROM files INDEXED BY files_refused WHERE verdict = 'skipped'),
    (SELECT count(*) FROM ({PROBLEMS}))
    FROM files JOIN documents ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type
    WHERE documents.model = :model"""  # noqa: S608 - constants of this module

# In the order of rank, until there are enough: contents that no file holds any more may stay for a while.
_KEYWORDS_EVERYWHERE: Final = """SELECT rowid, rank FROM keywords WHERE keywords MATCH :match AND EXISTS (
        SELECT 1 FROM chunks
        JOIN documents ON chunks.document = documents.id
        JOIN files ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type
        WHERE chunks.id = keywords.rowid AND documents.model = :model)
    ORDER BY rank LIMIT :limit"""

_KEYWORDS_FILTERED: Final = f"""SELECT rowid, rank FROM keywords WHERE keywords MATCH :match
    AND +rowid IN (SELECT chunks.id {_FILTERED_CHUNKS}) ORDER BY rank LIMIT :limit"""  # noqa: S608 - a constant of this module

_PASSAGES: Final = f"""SELECT chunks.id, path, files.file_type, files.mtime_ns, title, passages,
    text, start, "end", heading, page, line, cell {_CHOSEN_CHUNKS}
    AND chunks.id IN (SELECT value FROM json_each(:ids)) ORDER BY chunks.id, path"""  # noqa: S608 - a constant of this module


def _json_list(numbers: Iterable[int]) -> str:
    return f"[{','.join(str(int(number)) for number in numbers)}]"


_Row = tuple[str, str, int, str, int, str, int, int, str, int | None, int | None, str]


def _passage(row: _Row) -> Passage:
    path, file_type, modified_ns, title, passages, text, start, end, heading, page, line, cell = row
    return Passage(
        path=path,
        file_type=FileType(file_type),
        modified_ns=modified_ns,
        title=title,
        passages=passages,
        chunk=Chunk(text=text, start=start, end=end, heading=heading, page=page, line=line, cell=cell),
    )
