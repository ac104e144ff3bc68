"""Storing what was read of files and what was embedded of their passages."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import Chunk, Document, FileState, FileType, Refusal, Verdict
from vectray_client.store.connected import RECIPE
from vectray_client.store.errors import NoModel
from vectray_client.store.keys import vector_key
from vectray_client.store.records import Model, Waiting
from vectray_client.store.writing import Writing, as_float16, keyword_tokens, state_columns

Vector = NDArray[np.float32]


class Contents(Writing):
    """Changes that readers and the model bring about. Each commits before it returns."""

    def add_vectors(self, vectors: Mapping[bytes, Vector], *, fingerprint: str | None = None) -> None:
        """Keeps vectors of unit length by their `vector_key`: of the current model, or of the one with that fingerprint.

        Keys that are known stay as they are. Raises NoModel, WrongVectors.
        """
        if not vectors:
            return
        model_id, model = self._model_asked(fingerprint)
        rows = as_float16(tuple(vectors.values()), model.dimensions)
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
        ticket: int | None = None,
        fingerprint: str | None = None,
    ) -> bool:
        """Puts a document into the place of what was known under its path. Passages whose vectors are known have them at once.

        They are for the current model, or the one with that fingerprint.

        With a `ticket`, the file leaves the queue, unless it was noted again since. A file that is in the queue no more was
        removed or forgotten while it was read: nothing is stored then, not even its passages. Returns whether it was stored.
        Raises NoModel.
        """
        with self.transaction():
            if not self._is_wanted(path, ticket):
                return False
            self.add_document(document, fingerprint=fingerprint)
            return self.store_known(
                path,
                state,
                settled=settled,
                sha256=document.sha256,
                file_type=document.file_type,
                ticket=ticket,
            )

    def add_document(self, document: Document, *, fingerprint: str | None = None) -> None:
        """Keeps the passages of a content, for the current model or the one with that fingerprint; what an older recipe
        made of it goes.

        Raises NoModel.
        """
        model_id, model = self._model_asked(fingerprint)
        content = (model_id, document.sha256, document.file_type, self.setting(RECIPE))
        with self.transaction():
            if self._has_document(content):
                return
            ((document_id,),) = self._connection.execute(_PUT_DOCUMENT, (*content, document.title)).fetchall()
            self._drop_chunks(document_id)
            for ordinal, chunk in enumerate(document.chunks):
                self._add_chunk(document_id, ordinal, chunk, model.fingerprint)

    def store_known(
        self,
        path: str,
        state: FileState,
        *,
        settled: bool,
        sha256: str,
        file_type: FileType,
        ticket: int | None = None,
    ) -> bool:
        """Notes that a file holds a content whose passages are here: it was touched, moved, copied or put back.

        No problem is left with it. `ticket` as for `store_document`.
        """
        with self.transaction():
            if not self._is_wanted(path, ticket):
                return False
            file_id = self._put_file(path, state, settled=settled, ticket=ticket)
            self._connection.execute(
                "UPDATE files SET sha256 = ?, file_type = ?, verdict = NULL, reason = NULL WHERE id = ?",
                (sha256, file_type, file_id),
            )
            self._connection.execute(_USE, (sha256, file_type))
            return True

    def store_refusal(
        self, path: str, state: FileState, *, settled: bool, refusal: Refusal, ticket: int | None = None
    ) -> bool:
        """Notes why a file has no passages, or none that are up to date. `ticket` as for `store_document`.

        A skipped file loses its passages: it holds nothing to find any more. A failed one keeps them, since what was
        read before is better than nothing, and may be right again when the obstacle is gone.
        """
        with self.transaction():
            if not self._is_wanted(path, ticket):
                return False
            file_id = self._put_file(path, state, settled=settled, ticket=ticket)
            self._connection.execute(
                "UPDATE files SET verdict = ?, reason = ? WHERE id = ?",
                (refusal.verdict, refusal.reason, file_id),
            )
            if refusal.verdict is Verdict.SKIPPED:
                self._connection.execute(
                    "UPDATE files SET sha256 = '', file_type = NULL WHERE id = ?", (file_id,)
                )
            return True

    def take_waiting(
        self,
        limit: int,
        *,
        skip: Collection[int] = (),
        fingerprint: str | None = None,
        path: str | None = None,
        apart: Sequence[str] = (),
    ) -> list[Waiting]:
        """Passages to be embedded, each text once. Those whose vectors have become known meanwhile get them instead.

        With a `path`, those of that file for the current model; without one, none that only files in the folders `apart` hold.
        """
        model = self._model_of(self._model_id(fingerprint))
        if model is None:
            return []
        taken: dict[bytes, Waiting] = {}
        while True:
            if path is None:
                found = self.waiting(limit, skip=skip, fingerprint=model.fingerprint, apart=apart)
            else:
                found = self.waiting_of(path)[:limit]
            known: dict[int, int] = {}
            for passage in found:
                key = vector_key(model.fingerprint, passage.text)
                if (vector_id := self._vector_id(key)) is not None:
                    known[passage.chunk_id] = vector_id
                else:
                    taken.setdefault(key, passage)
            if not known:
                return list(taken.values())
            taken.clear()
            with self.transaction():
                self._link(known)

    def put_vectors(self, vectors: Mapping[int, Vector], *, fingerprint: str | None = None) -> None:
        """Gives passages, by chunk id, their vectors of unit length. Those that are gone meanwhile are no harm.

        Raises NoModel, WrongVectors.
        """
        if not vectors:
            return
        _, model = self._model_asked(fingerprint)
        texts = {chunk_id: self._embedded_text(chunk_id) for chunk_id in vectors}
        keys = {
            chunk_id: vector_key(model.fingerprint, text)
            for chunk_id, text in texts.items()
            if text is not None
        }
        with self.transaction():
            self.add_vectors(
                {key: vectors[chunk_id] for chunk_id, key in keys.items()}, fingerprint=model.fingerprint
            )
            self._link({chunk_id: self._vector_id(key) for chunk_id, key in keys.items()})

    def refuse_passage(self, chunk_id: int, reason: str) -> None:
        """Notes why the model makes no vector of a passage; words find it all the same."""
        with self.transaction():
            self._connection.execute("UPDATE chunks SET refusal = ? WHERE id = ?", (reason, chunk_id))

    def quarantine(self, sha256: str, reason: str) -> None:
        """Keeps a content from the readers that it broke, until there is another recipe."""
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?)", (sha256, self.setting(RECIPE), reason)
            )

    def _model_asked(self, fingerprint: str | None) -> tuple[int | None, Model]:
        model_id = self._model_id(fingerprint)
        model = self._model_of(model_id)
        if model is None:
            raise NoModel
        return model_id, model

    def _is_wanted(self, path: str, ticket: int | None) -> bool:
        return ticket is None or self.queued_file(path) is not None

    def _put_file(self, path: str, state: FileState, *, settled: bool, ticket: int | None) -> int:
        if ticket is not None:
            self._connection.execute("DELETE FROM queue WHERE ticket = ? AND path = ?", (ticket, path))
        ((file_id,),) = self._connection.execute(
            _PUT_FILE, (path, *state_columns(state), settled, self.setting(RECIPE))
        ).fetchall()
        return int(file_id)

    def _link(self, vector_of_chunk: Mapping[int, int | None]) -> None:
        self._connection.executemany(
            "UPDATE chunks SET vector = ?, refusal = NULL WHERE id = ?",
            ((vector_id, chunk_id) for chunk_id, vector_id in vector_of_chunk.items()),
        )

    def _embedded_text(self, chunk_id: int) -> str | None:
        row = self._connection.execute(
            "SELECT heading, text FROM chunks WHERE id = ?", (chunk_id,)
        ).fetchone()
        return row and Chunk(heading=row[0], text=row[1], start=0, end=len(row[1])).embedded_text

    def _add_chunk(self, document_id: int, ordinal: int, chunk: Chunk, fingerprint: str) -> None:
        vector_id = self._vector_id(vector_key(fingerprint, chunk.embedded_text))
        place = (chunk.start, chunk.end, chunk.heading, chunk.page, chunk.line, chunk.cell)
        chunk_id = self._connection.execute(
            _ADD_CHUNK, (document_id, ordinal, *place, chunk.text, vector_id)
        ).lastrowid
        self._connection.execute(
            "INSERT INTO keywords (rowid, tokens) VALUES (?, ?)",
            (chunk_id, keyword_tokens(chunk.heading, chunk.text)),
        )


_PUT_FILE: Final = """INSERT INTO files (path, size, mtime_ns, ctime_ns, inode, settled, recipe) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns,
    inode = excluded.inode, settled = excluded.settled, recipe = excluded.recipe RETURNING id"""

# By model, since the index of documents begins with it.
_USE: Final = """UPDATE documents SET unused_since_ns = NULL
    WHERE model IN (SELECT id FROM models) AND sha256 = ? AND file_type = ? AND unused_since_ns IS NOT NULL"""

_PUT_DOCUMENT: Final = """INSERT INTO documents (model, sha256, file_type, recipe, title) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (model, sha256, file_type) DO UPDATE SET recipe = excluded.recipe, title = excluded.title RETURNING id"""

_ADD_CHUNK: Final = """INSERT INTO chunks (document, ordinal, start, "end", heading, page, line, cell, text, vector)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
