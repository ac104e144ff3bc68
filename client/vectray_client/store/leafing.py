"""Leafing through one document: what a file holds, and its passages in their order."""

from typing import Final

from vectray_client.domain import Chunk, FileState, FileType
from vectray_client.store.connected import Connected
from vectray_client.store.records import Held


class Leafing(Connected):
    """Questions about the document that one file holds, as the current model has it."""

    def held(self, path: str) -> Held | None:
        """What a file holds; None if nothing of it is found."""
        row = self._connection.execute(_HELD, {"model": self._model_id(), "path": path}).fetchone()
        if row is None:
            return None
        document_id, file_type, title, passages, reason, size, mtime_ns, ctime_ns, inode = row
        return Held(
            document_id=document_id,
            file_type=FileType(file_type),
            title=title,
            passages=passages,
            state=FileState(size, mtime_ns, ctime_ns, inode % 2**64),
            problem=reason or "",
        )

    def number_at(self, document_id: int, at: int) -> int:
        """The number, from 0, of a document's passage that holds a character, or of the last one before it; of the first if there is none."""
        ((before,),) = self._connection.execute(
            "SELECT count(*) FROM chunks WHERE document = ? AND start <= ?", (document_id, at)
        )
        return max(0, int(before) - 1)

    def leaves(self, document_id: int, first: int, count: int) -> list[Chunk]:
        """Passages of a document in their order, `count` at most, from number `first` on."""
        rows = self._connection.execute(_LEAVES, (document_id, count, first))
        return [
            Chunk(text=text, start=start, end=end, heading=heading, page=page, line=line, cell=cell)
            for text, start, end, heading, page, line, cell in rows
        ]


_HELD: Final = """SELECT documents.id, files.file_type, title, passages, reason, size, mtime_ns, ctime_ns, inode FROM files
    JOIN documents ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type
    WHERE documents.model = :model AND files.path = :path"""

_LEAVES: Final = """SELECT text, start, "end", heading, page, line, cell FROM chunks
    WHERE document = ? ORDER BY ordinal LIMIT ? OFFSET ?"""
