"""What is still to be done, as it follows from the store: files to be read, passages to be embedded."""

from collections.abc import Collection, Sequence
from typing import Final

from vectray_client.domain import Chunk, FileState
from vectray_client.store.connected import RECIPE, Connected
from vectray_client.store.filed import below
from vectray_client.store.records import Dirty, Waiting


class Awaiting(Connected):
    """Questions about unfinished work."""

    def queue(self, folder: str, limit: int, *, skip: Collection[str] = ()) -> list[Dirty]:
        """Files of a folder that are to be read, the last edited first; without the paths to `skip`."""
        rows = self._connection.execute(
            "SELECT path, size, mtime_ns, ctime_ns, inode, ticket FROM queue WHERE folder = ?"
            " ORDER BY mtime_ns DESC LIMIT ?",
            (folder, limit + len(skip)),
        )
        return [_dirty(row) for row in rows if row[0] not in skip][:limit]

    def queued(self) -> dict[str, int]:
        """How many files are to be read, for each folder that has any."""
        return dict(self._connection.execute("SELECT folder, count(*) FROM queue GROUP BY folder"))

    def queued_file(self, path: str) -> Dirty | None:
        """What is noted of a file that is to be read; None if it does not wait."""
        row = self._connection.execute(
            "SELECT path, size, mtime_ns, ctime_ns, inode, ticket FROM queue WHERE path = ?", (path,)
        ).fetchone()
        return row and _dirty(row)

    def queued_files(self, folder: str, place: str | None = None) -> list[str]:
        """The files of a folder that are to be read, or those of them that are at `place` or below it."""
        low, high = below(place or folder)
        rows = self._connection.execute(
            "SELECT path FROM queue WHERE folder = ? AND (path = ? OR (path >= ? AND path < ?))",
            (folder, place, low, high),
        )
        return [path for (path,) in rows]

    def queue_below(self, directory: str) -> int:
        """How many files at a path or below it are to be read."""
        low, high = below(directory)
        ((count,),) = self._connection.execute(
            "SELECT count(*) FROM queue WHERE path = ? OR (path >= ? AND path < ?)", (directory, low, high)
        )
        return int(count)

    def place_in_queue(self, path: str) -> int | None:
        """How many files were edited later and wait as well, and one; None if this one does not wait."""
        dirty = self.queued_file(path)
        if dirty is None:
            return None
        ((ahead,),) = self._connection.execute(
            "SELECT count(*) FROM queue WHERE mtime_ns > ?", (dirty.state.mtime_ns,)
        ).fetchall()
        return int(ahead) + 1

    def has_document(self, sha256: str, file_type: str, *, fingerprint: str | None = None) -> bool:
        """Whether the passages of a content are here as the present recipe makes them, for the current model or another."""
        return self._has_document((self._model_id(fingerprint), sha256, file_type, self.setting(RECIPE)))

    def is_held(self, sha256: str, file_type: str) -> bool:
        """Whether a file holds a content, as far as the index knows."""
        row = self._connection.execute(
            "SELECT 1 FROM files WHERE sha256 = ? AND file_type = ?", (sha256, file_type)
        ).fetchone()
        return row is not None

    def waiting_documents(self, *, fingerprint: str | None = None, apart: Sequence[str] = ()) -> int:
        """How many contents have passages without a vector, but for those that only files in the folders `apart` hold."""
        ((count,),) = self._connection.execute(
            f"SELECT count(*) FROM documents WHERE {_is_awaited(apart)}",  # noqa: S608 - names from this module
            {"model": self._model_id(fingerprint), **_bounds(apart)},
        )
        return int(count)

    def awaited_files(self, limit: int) -> list[str]:
        """Files with passages without a vector, the last read contents first."""
        rows = self._connection.execute(_AWAITED_FILES, {"model": self._model_id(), "limit": limit})
        return [path for (path,) in rows]

    def waiting_passages(self, *, fingerprint: str | None = None, apart: Sequence[str] = ()) -> int:
        """How many passages have no vector, but for those that only files in the folders `apart` hold."""
        ((count,),) = self._connection.execute(
            f"SELECT ifnull(sum(waiting), 0) FROM documents WHERE {_is_awaited(apart)}",  # noqa: S608 - as above
            {"model": self._model_id(fingerprint), **_bounds(apart)},
        )
        return int(count)

    def waiting_of(self, path: str) -> list[Waiting]:
        """The passages of one file that have no vector of the current model yet."""
        rows = self._connection.execute(_WAITING_OF, {"model": self._model_id(), "path": path})
        return [_waiting(row) for row in rows]

    def waiting(
        self,
        limit: int,
        *,
        skip: Collection[int] = (),
        fingerprint: str | None = None,
        apart: Sequence[str] = (),
    ) -> list[Waiting]:
        """Passages without a vector, in the order in which their contents came; without the chunk ids to `skip`, and without those that
        only files in the folders `apart` hold.
        """
        rows = self._connection.execute(
            _WAITING.format(is_awaited=_is_awaited(apart)),
            {"model": self._model_id(fingerprint), "limit": limit + len(skip), **_bounds(apart)},
        )
        return [_waiting(row) for row in rows if row[0] not in skip][:limit]

    def files_without(
        self, fingerprint: str, limit: int, *, after: str = "", apart: Sequence[str] = ()
    ) -> list[Dirty]:
        """Files, by path behind `after`, whose contents have no passages for that model yet though they can be read; none in the folders
        `apart`.

        Their ticket is 0: they are in no queue.
        """
        rows = self._connection.execute(
            _WITHOUT.format(is_apart=_is_apart(apart)),
            {
                "model": self._model_id(fingerprint),
                "recipe": self.setting(RECIPE),
                "after": after,
                "limit": limit,
                **_bounds(apart),
            },
        )
        return [_dirty(row) for row in rows]

    def _has_document(self, content: tuple[int | None, str, str, str]) -> bool:
        """Whether there are passages of a model by its number, a content by its hash and type, and a recipe."""
        row = self._connection.execute(
            "SELECT 1 FROM documents WHERE model = ? AND sha256 = ? AND file_type = ? AND recipe = ?", content
        ).fetchone()
        return row is not None


def _is_awaited(apart: Sequence[str]) -> str:
    """Contents that no file holds are not worth a vector: they may never be held again."""
    return f"""waiting > 0 AND documents.model = :model AND EXISTS (SELECT 1 FROM files
        WHERE files.sha256 = documents.sha256 AND files.file_type = documents.file_type
        AND NOT {_is_apart(apart)})"""  # noqa: S608 - names from this module


def _is_apart(apart: Sequence[str]) -> str:
    """Whether a file lies in one of some folders, given as `_bounds` of them."""
    within = (f"files.path >= :low{number} AND files.path < :high{number}" for number, _ in enumerate(apart))
    return f"({' OR '.join(within) or 'FALSE'})"


def _bounds(apart: Sequence[str]) -> dict[str, str]:
    bounds: dict[str, str] = {}
    for number, folder in enumerate(apart):
        bounds[f"low{number}"], bounds[f"high{number}"] = below(folder)
    return bounds


_IS_BARE: Final = "chunks.vector IS NULL AND chunks.refusal IS NULL"

# CROSS JOIN: in the order of the documents, so that the first few are found without a look at the others.
_WAITING: Final = f"""SELECT chunks.id, heading, text
    FROM documents CROSS JOIN chunks ON chunks.document = documents.id
    WHERE {{is_awaited}} AND {_IS_BARE} ORDER BY documents.id, chunks.id LIMIT :limit"""  # noqa: S608 - constants of this module

# CROSS JOIN: in the order of the documents, likewise.
_AWAITED_FILES: Final = """SELECT path FROM documents CROSS JOIN files USING (sha256, file_type)
    WHERE waiting > 0 AND model = :model ORDER BY documents.id DESC LIMIT :limit"""

_WAITING_OF: Final = f"""SELECT chunks.id, heading, text FROM files
    JOIN documents ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type
    JOIN chunks ON chunks.document = documents.id
    WHERE path = :path AND documents.model = :model AND {_IS_BARE} ORDER BY chunks.id"""  # noqa: S608 - a constant of this module

_WITHOUT: Final = """SELECT path, size, mtime_ns, ctime_ns, inode, 0 FROM files
    WHERE path > :after AND NOT {is_apart} AND sha256 != '' AND verdict IS NULL AND NOT EXISTS (SELECT 1 FROM documents
        WHERE documents.model = :model AND documents.sha256 = files.sha256
        AND documents.file_type = files.file_type AND documents.recipe = :recipe)
    ORDER BY path LIMIT :limit"""


def _dirty(row: tuple[str, int, int, int, int, int]) -> Dirty:
    path, size, mtime_ns, ctime_ns, inode, ticket = row
    return Dirty(path=path, state=FileState(size, mtime_ns, ctime_ns, inode % 2**64), ticket=ticket)


def _waiting(row: tuple[int, str, str]) -> Waiting:
    chunk_id, heading, text = row
    return Waiting(
        chunk_id=chunk_id, text=Chunk(text=text, start=0, end=len(text), heading=heading).embedded_text
    )
