"""What searches ask: candidates by words, the passages of candidates by meaning, and how much there is."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import Chunk, FileType
from vectray_client.store.connected import Connected
from vectray_client.store.filed import PROBLEMS
from vectray_client.store.folding import folded
from vectray_client.store.narrowing import (
    CHOSEN_CHUNKS,
    FILTERED_CHUNKS,
    FILTERED_DOCUMENTS,
    FITTING,
    HOLDING,
    IN_PLACE,
    give_functions,
    narrowed,
    parameters,
)
from vectray_client.store.records import EVERYTHING, Counts, Filter, Passage


class Finding(Connected):
    """Questions about passages. Only those of the current model that a file holds are ever answered."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        give_functions(connection)

    def resolved(self, filter_: Filter) -> Filter:
        """The same filter for as long as a snapshot lasts, with the names looked at once for all questions."""
        if not filter_.name:
            return filter_
        rows = self._connection.execute(
            "SELECT id FROM files WHERE instr(folded_name(path), ?)", (folded(filter_.name),)
        )
        return replace(filter_, name="", named_ids=tuple(file_id for (file_id,) in rows))

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
        """Chunk ids and BM25 scores, best first, for an expression of FTS5. Larger scores are better."""
        query = _KEYWORDS_EVERYWHERE
        if replace(filter_, holding="", lacking="") != EVERYTHING:
            query = _KEYWORDS_OF_FEW if self._leaves_few(filter_) else _KEYWORDS_OF_MANY
        rows = self._connection.execute(
            query, {**self._parameters(filter_), "match": narrowed(match, filter_), "limit": limit}
        )
        return [(chunk, -rank) for chunk, rank in rows]

    def vector_ids(self, filter_: Filter) -> NDArray[np.int64]:
        """The vectors of the chunks that a filter leaves, ascending."""
        query = _VECTORS_HOLDING if filter_.holding else _VECTORS_FILTERED
        rows = self._connection.execute(query, self._parameters(filter_))
        return np.fromiter((vector for (vector,) in rows), np.int64)

    def chunks_of_vectors(
        self, vector_ids: Collection[int], filter_: Filter = EVERYTHING
    ) -> dict[int, list[int]]:
        """The ids of the chunks that share each vector, as far as the filter leaves any."""
        chunks: dict[int, list[int]] = {}
        for vector, chunk in self._connection.execute(
            f"SELECT DISTINCT chunks.vector, chunks.id {CHOSEN_CHUNKS} AND {HOLDING}"  # noqa: S608 - a constant of this module
            " AND chunks.vector IN (SELECT value FROM json_each(:ids)) ORDER BY chunks.id",
            {"ids": _json_list(vector_ids), **self._parameters(filter_)},
        ):
            chunks.setdefault(vector, []).append(chunk)
        return chunks

    def documents_of(self, chunk_ids: Collection[int], filter_: Filter = EVERYTHING) -> dict[int, int]:
        """The document that each of these chunks belongs to, as far as the filter leaves any."""
        rows = self._connection.execute(
            f"SELECT DISTINCT chunks.id, chunks.document {CHOSEN_CHUNKS} AND {HOLDING}"  # noqa: S608 - a constant of this module
            " AND chunks.id IN (SELECT value FROM json_each(:ids))",
            {"ids": _json_list(chunk_ids), **self._parameters(filter_)},
        )
        return dict(rows.fetchall())

    def first_chunks(self, paths: Collection[str], filter_: Filter = EVERYTHING) -> dict[str, int]:
        """The first chunk that a filter leaves of each of these files."""
        rows = self._connection.execute(
            _FIRST_CHUNKS, {"paths": json.dumps([*paths]), **self._parameters(filter_)}
        )
        return dict(rows.fetchall())

    def newest(self, limit: int, filter_: Filter = EVERYTHING) -> list[int]:
        """The first chunk that a filter leaves of each file, those of the files changed last first."""
        rows = self._connection.execute(_NEWEST, {"limit": limit, **self._parameters(filter_)})
        return [chunk_id for (chunk_id,) in rows]

    def document_of(self, path: str) -> int | None:
        """The document that a file holds; None if it has no passages."""
        row = self._connection.execute(_DOCUMENT_OF, {"model": self._model_id(), "path": path}).fetchone()
        return row and int(row[0])

    def texts_of(self, document: int, limit: int) -> list[str]:
        """The texts of a document's first passages, in its order."""
        rows = self._connection.execute(
            "SELECT text FROM chunks WHERE document = ? ORDER BY ordinal LIMIT ?", (document, limit)
        )
        return [text for (text,) in rows]

    def document_vectors(
        self, documents: Collection[int], limit: int
    ) -> dict[int, tuple[list[int], NDArray[np.float32]]]:
        """The chunks among the first `limit` of each document that have vectors, and these: unit vectors, float32 (chunks, dimensions)."""
        found: dict[int, list[tuple[int, bytes]]] = {}
        for document, chunk, data in self._connection.execute(
            _DOCUMENT_VECTORS, {"documents": _json_list(documents), "limit": limit}
        ):
            found.setdefault(document, []).append((chunk, data))
        return {
            document: (
                [chunk for chunk, _ in rows],
                np.stack([np.frombuffer(data, np.float16) for _, data in rows]).astype(np.float32),
            )
            for document, rows in found.items()
        }

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

    def _leaves_few(self, filter_: Filter) -> bool:
        ((count,),) = self._connection.execute(
            f"SELECT count(*) FROM (SELECT 1 {FILTERED_DOCUMENTS} LIMIT :limit)",  # noqa: S608 - constants of this module
            {"limit": _FEW_FILES, **self._parameters(filter_)},
        )
        return int(count) < _FEW_FILES

    def _parameters(self, filter_: Filter) -> dict[str, str | int | None]:
        return {"model": self._model_id(), **parameters(filter_)}


_FEW_FILES: Final = 3000
"""Fewer than so many are gone through one by one; more are so many that the best passages are soon found to be of one of them."""

_CHUNKS_OF: Final = """SELECT count(*) FROM files
    JOIN documents ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type
    JOIN chunks ON chunks.document = documents.id
    WHERE documents.model = :model AND files.path = :path"""

_FIRST_CHUNK: Final = f"""(SELECT chunks.id FROM chunks WHERE chunks.document = documents.id AND {HOLDING}
    ORDER BY chunks.ordinal LIMIT 1)"""  # noqa: S608 - constants of this module

_FIRST_CHUNKS: Final = f"""SELECT path, chunk FROM (SELECT files.path, {_FIRST_CHUNK} AS chunk
    FROM files CROSS JOIN documents ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type
    WHERE documents.model = :model AND files.path IN (SELECT value FROM json_each(:paths)))
    WHERE chunk IS NOT NULL"""  # noqa: S608 - constants of this module

# LIMIT -1: SQLite sorts the files before it looks for their chunks, and looks for no more of these than are wanted.
_NEWEST: Final = f"""SELECT chunk FROM (
    SELECT {_FIRST_CHUNK.replace("documents.id", "sorted.id")} AS chunk FROM (
        SELECT documents.id {FILTERED_DOCUMENTS}
        ORDER BY files.mtime_ns DESC, files.path LIMIT -1) AS sorted)
    WHERE chunk IS NOT NULL LIMIT :limit"""  # noqa: S608 - constants of this module

_DOCUMENT_OF: Final = """SELECT documents.id FROM files
    JOIN documents ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type
    WHERE documents.model = :model AND documents.passages > 0 AND files.path = :path"""

_DOCUMENT_VECTORS: Final = """SELECT chunks.document, chunks.id, vectors.data
    FROM json_each(:documents) AS chosen CROSS JOIN chunks ON chunks.document = chosen.value CROSS JOIN vectors ON vectors.id = chunks.vector
    WHERE chunks.ordinal < :limit ORDER BY chunks.document, chunks.ordinal"""

_VECTORS_FILTERED: Final = f"""SELECT DISTINCT chunks.vector {FILTERED_CHUNKS} AND {HOLDING}
    AND chunks.vector IS NOT NULL ORDER BY 1"""

_VECTORS_HOLDING: Final = f"""SELECT DISTINCT chunks.vector {CHOSEN_CHUNKS} AND {HOLDING}
    AND chunks.id IN (SELECT rowid FROM keywords WHERE keywords MATCH :holding)
    AND chunks.vector IS NOT NULL ORDER BY 1"""  # noqa: S608 - constants of this module

_COUNTS_FILTERED: Final = f"""SELECT count(*), ifnull(sum(passages), 0),
    (SELECT count(*) FROM vectors WHERE model IS :model),
    (SELECT count(*) FROM json_each(:places) AS place
        CROSS JOIN files INDEXED BY files_refused WHERE verdict = 'skipped' AND {IN_PLACE} AND {FITTING}),
    (SELECT count(*) FROM json_each(:places) AS place, ({PROBLEMS}) AS files WHERE {IN_PLACE})
    {FILTERED_DOCUMENTS}"""  # noqa: S608 - constants of this module

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

_KEYWORDS_OF_MANY: Final = f"""SELECT rowid, rank FROM keywords WHERE keywords MATCH :match
    AND EXISTS (SELECT 1 {CHOSEN_CHUNKS} AND chunks.id = keywords.rowid) ORDER BY rank LIMIT :limit"""  # noqa: S608 - a constant of this module

# +rank: only what the filter leaves is weighed.
_KEYWORDS_OF_FEW: Final = f"""SELECT rowid, rank FROM keywords WHERE keywords MATCH :match
    AND +rowid IN (SELECT chunks.id {FILTERED_CHUNKS}) ORDER BY +rank LIMIT :limit"""  # noqa: S608 - a constant of this module

_PASSAGES: Final = f"""SELECT chunks.id, files.path, documents.id, files.file_type, files.mtime_ns, title, passages,
    text, start, "end", heading, page, line, cell {CHOSEN_CHUNKS} AND {HOLDING}
    AND chunks.id IN (SELECT value FROM json_each(:ids)) ORDER BY chunks.id, files.path"""  # noqa: S608 - a constant of this module


def _json_list(numbers: Iterable[int]) -> str:
    return f"[{','.join(str(int(number)) for number in numbers)}]"


_Row = tuple[str, int, str, int, str, int, str, int, int, str, int | None, int | None, str]


def _passage(row: _Row) -> Passage:
    path, document, file_type, modified_ns, title, passages, text, start, end, heading, page, line, cell = row
    return Passage(
        path=path,
        document=document,
        file_type=FileType(file_type),
        modified_ns=modified_ns,
        title=title,
        passages=passages,
        chunk=Chunk(text=text, start=start, end=end, heading=heading, page=page, line=line, cell=cell),
    )
