"""The index in words: the same for the same files, model and recipe, whatever happened on the way."""

import hashlib
import json
from collections.abc import Iterator
from typing import Final

from vectray_client.store.connected import Connected


class Canonical(Connected):
    """The whole index, to be compared with a clean rebuild."""

    def dump(self) -> Iterator[str]:
        """All that a search with the current model can find, and all that it cannot, a JSON array a line, by path.

        Ids, times and the order in which things came are left out, and so is what a failed file held before it failed. Asked
        within a `snapshot` it is of one state.
        """
        parameters = {"model": self._model_id()}
        for (path,) in self._connection.execute("SELECT path FROM folders ORDER BY path"):
            yield _line("folder", path)
        for path, verdict, reason, document_id, *content in self._connection.execute(_FILES, parameters):
            if verdict:
                yield _line("refused", path, verdict, reason)
                continue
            yield _line("file", path, *content)
            for vector, *passage in self._connection.execute(_PASSAGES, (document_id,)):
                yield _line("passage", *passage, hashlib.sha256(vector).hexdigest() if vector else None)
        for row in self._connection.execute("SELECT * FROM unreachable ORDER BY folder, path"):
            yield _line("unreachable", *row)


_FILES: Final = """SELECT path, verdict, reason, documents.id, files.file_type, files.sha256, title
    FROM files LEFT JOIN documents
    ON documents.model = :model AND documents.sha256 = files.sha256 AND documents.file_type = files.file_type
    ORDER BY path"""

_PASSAGES: Final = """SELECT data, start, "end", heading, page, line, cell, text, refusal
    FROM chunks LEFT JOIN vectors ON chunks.vector = vectors.id WHERE document = ? ORDER BY ordinal"""


def _line(kind: str, *values: object) -> str:
    return json.dumps([kind, *values], ensure_ascii=False)
