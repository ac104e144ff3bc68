"""The index as its one writer sees it.

Every method commits before it returns, whole documents only, so a kill at any moment loses at most what was not yet
answered. `transaction` puts many of them into one commit. A store is used by the thread that opened it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import Chunk, Document, FileState, Refusal, Verdict
from vectray_client.index.errors import NoModel, UnknownVector, WrongVectors
from vectray_client.index.keywords import RECIPE, tokens
from vectray_client.index.opening import writing_connection
from vectray_client.index.reading import Reader
from vectray_client.index.records import Model

_OUTER: Final = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_INNER: Final = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))

_SPARE_VECTORS: Final = 1000
"""Less than a megabyte, and what a day of moving, undoing and switching branches needs again."""


@contextmanager
def open_store(path: Path) -> Iterator["Store"]:
    """The index, to be written; made or upgraded where needed. Raises IndexBusy, IndexTooNew, NotAnIndex."""
    with writing_connection(path) as connection:
        store = Store(connection)
        store.renew_keywords()
        yield store


class Store(Reader):
    """Reads and writes over one connection, which holds the writer's lock as long as it is open."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is stored inside is committed together at the end, or not at all if an exception leaves it.

        May be nested; an inner one that fails takes back only its own part.
        """
        begin, end, undo = _INNER if self._connection.in_transaction else _OUTER
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

    def set_model(self, model: Model) -> None:
        """Says whose vectors are searched and stored from now on.

        Nothing is dropped: files indexed for another model count as unsettled, and are what they were when it is set
        again.
        """
        with self.transaction():
            ((model_id,),) = self._connection.execute(
                "INSERT INTO models (fingerprint, name, dimensions) VALUES (?, ?, ?)"
                " ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name RETURNING id",
                (model.fingerprint, model.name, model.dimensions),
            ).fetchall()
            self._set("model", model_id)

    def add_folder(self, path: str) -> None:
        """Adds a folder, given as an absolute path without `/` at its end. Files known below it become its own."""
        with self.transaction():
            self._connection.execute("INSERT OR IGNORE INTO folders VALUES (?)", (path,))

    def remove_folder(self, path: str) -> int:
        """Removes a folder, forgets the files that no other folder holds, and tells how many these were."""
        with self.transaction():
            self._connection.execute("DELETE FROM folders WHERE path = ?", (path,))
            return 0 if self.holders(path) else self.forget_files(self.known_files(path))

    def add_vectors(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keeps vectors of the current model, of unit length, by their `vector_key`. Keys that are known stay as they are.

        Lets the work for a long document survive before all of it is done. Raises NoModel, WrongVectors.
        """
        if not vectors:
            return
        model_id, model = self._model_id(), self.model()
        if model_id is None or model is None:
            raise NoModel
        rows = _as_float16(tuple(vectors.values()), model.dimensions)
        with self.transaction():
            self._connection.executemany(
                "INSERT OR IGNORE INTO vectors (model, key, data) VALUES (?, ?, ?)",
                ((model_id, key, row.tobytes()) for key, row in zip(vectors, rows, strict=True)),
            )

    def store_document(
        self,
        path: str,
        state: FileState,
        *,
        settled: bool,
        document: Document,
        keys: Sequence[bytes],
        new_vectors: Mapping[bytes, NDArray[np.float32]],
    ) -> None:
        """Puts a document into the place of what was known under its path.

        `keys` are the `vector_key`s of its chunks, in their order; each is known or among `new_vectors`. Raises NoModel,
        UnknownVector, WrongVectors, and ValueError if there are not as many keys as chunks.
        """
        with self.transaction():
            self.add_vectors(new_vectors)
            file_id = self._put_file(path, state, settled=settled)
            self._connection.execute(
                "UPDATE files SET sha256 = ?, file_type = ?, title = ?, model = ?, verdict = NULL, reason = NULL"
                " WHERE id = ?",
                (document.sha256, document.file_type, document.title, self._model_id(), file_id),
            )
            self._drop_chunks(file_id)
            for ordinal, (chunk, key) in enumerate(zip(document.chunks, keys, strict=True)):
                self._add_chunk(file_id, ordinal, chunk, key)

    def store_touched(self, path: str, state: FileState, *, settled: bool) -> None:
        """Notes that a known file was touched and still holds the bytes that were read. No problem is left with it."""
        with self.transaction():
            file_id = self._put_file(path, state, settled=settled)
            self._connection.execute(
                "UPDATE files SET verdict = NULL, reason = NULL WHERE id = ?", (file_id,)
            )

    def store_refusal(self, path: str, state: FileState, *, settled: bool, refusal: Refusal) -> None:
        """Notes why a file has no passages, or none that are up to date.

        A skipped file loses its passages: it holds nothing to find any more. A failed one keeps them, since what was
        read before is better than nothing, and may be right again when the obstacle is gone.
        """
        with self.transaction():
            file_id = self._put_file(path, state, settled=settled)
            self._connection.execute(
                "UPDATE files SET verdict = ?, reason = ? WHERE id = ?",
                (refusal.verdict, refusal.reason, file_id),
            )
            if refusal.verdict is Verdict.SKIPPED:
                self._drop_chunks(file_id)
                self._connection.execute(
                    "UPDATE files SET sha256 = '', file_type = NULL, title = '', model = NULL WHERE id = ?",
                    (file_id,),
                )

    def store_unreachable(self, folder: str, refused: Mapping[str, Refusal]) -> None:
        """Notes what the last scan of an indexed folder could not look at, in place of what the scan before it noted.

        Writes nothing if that is the same.
        """
        rows = {(folder, path, refusal.verdict, refusal.reason) for path, refusal in refused.items()}
        if rows == set(self._connection.execute("SELECT * FROM unreachable WHERE folder = ?", (folder,))):
            return
        with self.transaction():
            self._connection.execute("DELETE FROM unreachable WHERE folder = ?", (folder,))
            self._connection.executemany("INSERT INTO unreachable VALUES (?, ?, ?, ?)", rows)

    def forget_files(self, paths: Iterable[str]) -> int:
        """Drops files with their passages, in one commit, and tells how many were known."""
        forgotten = 0
        with self.transaction():
            for path in paths:
                row = self._connection.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
                if row is not None:
                    self._drop_chunks(row[0])
                    self._connection.execute("DELETE FROM files WHERE id = ?", row)
                    forgotten += 1
        return forgotten

    def sweep_vectors(self) -> int:
        """Deletes the vectors that no passage refers to, and tells how many. Until then a moved or restored text is free."""
        with self.transaction():
            return self._connection.execute(
                "DELETE FROM vectors WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.vector = vectors.id)"
            ).rowcount

    def sweep_vectors_in_excess(self) -> None:
        """Sweeps once a fifth of the vectors, and a good number of them, belong to no passage any more."""
        ((kept, used),) = self._connection.execute(
            "SELECT (SELECT count(*) FROM vectors), (SELECT count(DISTINCT vector) FROM chunks)"
        ).fetchall()
        if kept - used > max(_SPARE_VECTORS, kept // 5):
            self.sweep_vectors()

    def scrub(self) -> bool:
        """Leaves no trace of what was deleted in the files, unused vectors included.

        False if a reader kept the log from being emptied, which then holds some. FTS5 only marks words as deleted until
        it merges its parts; the log holds pages as they were.
        """
        with self.transaction():
            self.sweep_vectors()
            self._connection.execute("INSERT INTO keywords (keywords) VALUES ('optimize')")
        (busy, _, _) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def renew_keywords(self) -> None:
        """Makes all keywords anew if they were made by another recipe (another Unicode or stemmer version)."""
        row = self._connection.execute("SELECT value FROM settings WHERE name = 'keywords'").fetchone()
        if row == (RECIPE,):
            return
        with self.transaction():
            self._connection.execute("INSERT INTO keywords (keywords) VALUES ('delete-all')")
            chunks = self._connection.execute("SELECT id, heading, text FROM chunks")
            self._connection.executemany(
                _ADD_KEYWORDS, ((chunk_id, _keywords(heading, text)) for chunk_id, heading, text in chunks)
            )
            self._set("keywords", RECIPE)

    def _put_file(self, path: str, state: FileState, *, settled: bool) -> int:
        ((file_id,),) = self._connection.execute(
            _PUT_FILE, (path, *_state_columns(state), settled)
        ).fetchall()
        return int(file_id)

    def _drop_chunks(self, file_id: int) -> None:
        chunks = self._connection.execute("SELECT id, heading, text FROM chunks WHERE file = ?", (file_id,))
        self._connection.executemany(
            "INSERT INTO keywords (keywords, rowid, tokens) VALUES ('delete', ?, ?)",
            [(chunk_id, _keywords(heading, text)) for chunk_id, heading, text in chunks],
        )
        self._connection.execute("DELETE FROM chunks WHERE file = ?", (file_id,))

    def _add_chunk(self, file_id: int, ordinal: int, chunk: Chunk, key: bytes) -> None:
        vector_id = self._vector_id(key)
        if vector_id is None:
            raise UnknownVector(key)
        place = (chunk.start, chunk.end, chunk.heading, chunk.page, chunk.line)
        chunk_id = self._connection.execute(
            _ADD_CHUNK, (file_id, ordinal, *place, chunk.text, vector_id)
        ).lastrowid
        self._connection.execute(_ADD_KEYWORDS, (chunk_id, _keywords(chunk.heading, chunk.text)))

    def _set(self, name: str, value: str | int) -> None:
        self._connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))


_PUT_FILE: Final = """INSERT INTO files (path, size, mtime_ns, ctime_ns, inode, settled) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,
    ctime_ns = excluded.ctime_ns, inode = excluded.inode, settled = excluded.settled RETURNING id"""

_ADD_CHUNK: Final = """INSERT INTO chunks (file, ordinal, start, "end", heading, page, line, text, vector)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_ADD_KEYWORDS: Final = "INSERT INTO keywords (rowid, tokens) VALUES (?, ?)"


def _keywords(heading: str, text: str) -> str:
    return tokens(f"{heading}\n{text}")


def _state_columns(state: FileState) -> tuple[int, int, int, int]:
    """SQLite's integers have 63 bits and a sign.

    Inodes have 64 bits and come back whole. A time after 2262 does not: that file is dirty at every scan.
    """
    latest = 2**63 - 1
    inode = state.inode if state.inode <= latest else state.inode - 2**64
    return state.size, min(state.mtime_ns, latest), min(state.ctime_ns, latest), inode


def _as_float16(vectors: Sequence[NDArray[np.float32]], dimensions: int) -> NDArray[np.float16]:
    if any(vector.shape != (dimensions,) for vector in vectors):
        raise WrongVectors(f"The model's vectors have {dimensions} dimensions; these have others.")
    with np.errstate(over="ignore"):
        halves = np.stack(vectors).astype("<f2")
    if not np.isfinite(halves).all():
        raise WrongVectors("A vector holds numbers that are too large, infinite or none at all.")
    return halves
