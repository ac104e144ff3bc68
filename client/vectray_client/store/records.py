"""What the index is asked about and what it answers."""

from dataclasses import dataclass
from typing import Final

from vectray_client.domain import Chunk, FileState, FileType


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Whose vectors the index holds. Vectors of equal fingerprints can be compared, others never are."""

    name: str
    fingerprint: str
    dimensions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which passages a search is about; all of them by default."""

    folders: tuple[str, ...] = ()
    """Directories, none of which lies in another; files at any depth below them. Empty: everywhere."""
    file_types: tuple[FileType, ...] = ()
    """Empty: of every type."""
    modified_since_ns: int | None = None
    """Unix time; compared with the file's mtime."""
    modified_before_ns: int | None = None
    """Unix time; the file's mtime is less."""
    name: str = ""
    """What the last part of the path holds somewhere, both folded."""
    named_ids: tuple[int, ...] | None = None
    """The files that have the name, where `resolved` has looked for them; None where it has not."""
    holding: str = ""
    """An FTS5 expression over keywords that the passage matches."""
    lacking: str = ""
    """One that it does not match."""


EVERYTHING: Final = Filter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk, in a file that holds it."""

    path: str
    document: int
    """Equal for files of the same content."""
    chunk: Chunk
    file_type: FileType
    modified_ns: int
    """Unix time of the file's last change, as of when it was read."""
    title: str
    """Of the document."""
    passages: int
    """Chunks that the document has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A file, and when it was changed."""

    path: str
    title: str
    """Of its document."""
    file_type: FileType
    modified_ns: int
    """Unix time, as of when it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The document that a file holds."""

    document_id: int
    file_type: FileType
    title: str
    passages: int
    state: FileState
    """Of the file, when it was last read or tried to."""
    problem: str
    """Why the last try gave nothing, so that the passages are those of an earlier one; empty if it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much there is."""

    files: int
    """Documents with their passages; also those that cannot be read any more at the moment."""
    chunks: int
    vectors: int
    """Of the current model, wherever they are from; some may belong to no passage any more."""
    skipped: int
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dirty:
    """A file that may differ from what the index holds of it."""

    path: str
    state: FileState
    """As it was when it was noted."""
    ticket: int
    """Another one each time that the file is noted: what was begun for an older one does not clear it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A passage that words find and meaning does not yet."""

    chunk_id: int
    text: str
    """What the model reads: `Chunk.embedded_text`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What the index took from a scan."""

    dirty: int
    """Files that now wait to be read, beside those that did before."""
    renamed: int
    """Of these, files that stand under their new names already."""
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What became of something that was to be forgotten."""

    files: int
    is_scrubbed: bool
    """False if the index's log could not be emptied yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderIdentity:
    """What tells an indexed folder from another one at the same path."""

    inode: int
    filesystem: str
    """Names the file system, across reboots where the system has such a name."""
