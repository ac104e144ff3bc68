"""What a map is made of, from the store: a fair sample of the documents, what each is about, and how each begins."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import FileType
from vectray_client.store.connected import Connected
from vectray_client.store.opening import reading_connection

_MOST_PASSAGES: Final = 64
"""Of one document, evenly spread over it: more of a book do not move its mean."""
_OPENING_PASSAGES: Final = 3
_OPENING_CHARACTERS: Final = 800
_PORTION: Final = 8192
"""Vectors in memory at once: 12 MB of 384 dimensions."""
Key = tuple[str, str]
"""Names a content: its hash, and what it is read as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A document that can be placed."""

    number: int
    """Of its row in the store; another one once it is read anew."""
    key: Key
    path: str
    """The first by name of the files that hold it."""
    title: str

    @property
    def file_type(self) -> FileType:
        """What it is read as."""
        return FileType(self.key[1])


class Gathering(Connected):
    """Answers from one connection, in the thread that opened it."""

    def listed(self, most: int) -> tuple[Listed, ...]:
        """Documents that have a vector of the current model, at most so many: in the order of their contents' hashes.

        Hashes do not know what they are of, so that the first of them are a fair sample; and a document that comes or goes changes
        it by one.
        """
        rows = self._connection.execute(_LISTED, {"model": self._model_id(), "most": most})
        return tuple(
            Listed(number=number, key=(sha256, file_type), path=path, title=title)
            for number, sha256, file_type, title, path in rows
        )

    def total(self) -> int:
        """Documents that could be placed."""
        ((count,),) = self._connection.execute(_TOTAL, {"model": self._model_id()})
        return int(count)

    def vectors(self, documents: Sequence[Listed]) -> NDArray[np.float32]:
        """The mean of each document's passages, of unit length; shape (documents, dimensions)."""
        model = self.model()
        means = np.zeros((len(documents), model.dimensions if model else 0), np.float32)
        rows = {document.number: row for row, document in enumerate(documents)}
        found = self._connection.execute(_VECTORS, {"numbers": _json_list(documents)})
        while portion := found.fetchmany(_PORTION):
            vectors = np.frombuffer(b"".join(data for _, data in portion), "<f2").astype(np.float32)
            np.add.at(means, [rows[number] for number, _ in portion], vectors.reshape(len(portion), -1))
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        means /= np.where(lengths > 0, lengths, 1)
        return means

    def openings(self, documents: Sequence[Listed]) -> list[str]:
        """The title of each document and how its first passages begin."""
        texts = {document.number: [document.title] for document in documents}
        query = {
            "numbers": _json_list(documents),
            "passages": _OPENING_PASSAGES,
            "characters": _OPENING_CHARACTERS,
        }
        for number, heading, text in self._connection.execute(_OPENINGS, query):
            texts[number] += (heading, text)
        return ["\n".join(texts[document.number]) for document in documents]


@contextmanager
def open_gathering(index_file: Path) -> Iterator[Gathering]:
    """All that is asked inside is answered from one state of the index.

    Raises IndexMissing, IndexOutdated, IndexTooNew, NotAnIndex, DiskFault, IndexDamaged.
    """
    with reading_connection(index_file) as connection:
        gathering = Gathering(connection)
        with gathering.snapshot():
            yield gathering


def _json_list(documents: Sequence[Listed]) -> str:
    return f"[{','.join(str(document.number) for document in documents)}]"


_TELLING: Final = f"""chunks.vector IS NOT NULL
    AND chunks.ordinal % ((documents.passages + {_MOST_PASSAGES - 1}) / {_MOST_PASSAGES}) = 0"""

_PLACEABLE: Final = f"""documents.model = :model
    AND EXISTS (SELECT 1 FROM chunks WHERE chunks.document = documents.id AND {_TELLING})"""  # noqa: S608 - constants

# In the order of the index on (model, sha256, file_type): no more rows are looked at than are asked for.
_LISTED: Final = f"""SELECT id, sha256, file_type, title, path FROM (
        SELECT documents.id, documents.sha256, documents.file_type, documents.title,
            (SELECT min(files.path) FROM files
                WHERE files.sha256 = documents.sha256 AND files.file_type = documents.file_type) AS path
        FROM documents WHERE {_PLACEABLE} ORDER BY documents.sha256, documents.file_type)
    WHERE path IS NOT NULL LIMIT :most"""  # noqa: S608 - constants

_TOTAL: Final = f"""SELECT count(*) FROM documents WHERE {_PLACEABLE}
    AND EXISTS (SELECT 1 FROM files
        WHERE files.sha256 = documents.sha256 AND files.file_type = documents.file_type)"""  # noqa: S608 - constants

_VECTORS: Final = f"""SELECT chunks.document, vectors.data FROM json_each(:numbers)
    CROSS JOIN documents ON documents.id = value
    CROSS JOIN chunks ON chunks.document = documents.id AND {_TELLING}
    JOIN vectors ON vectors.id = chunks.vector"""  # noqa: S608 - constants

_OPENINGS: Final = """SELECT document, heading, substr(text, 1, :characters) FROM json_each(:numbers)
    CROSS JOIN chunks ON chunks.document = value AND ordinal < :passages ORDER BY document, ordinal"""
