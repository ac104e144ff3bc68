"""Where in a file a passage stands, as other programs count. Pure."""

from dataclasses import dataclass
from typing import Final

from vectray_client.domain import Chunk, FileType

_READ_AS_THEY_ARE: Final = frozenset({FileType.TEXT, FileType.MARKDOWN, FileType.CODE})
"""Their lines are the file's own; elsewhere a passage's line is one of the extracted text, which no other program knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a file. What is not known of it, or means nothing there, is None."""

    line: int | None = None
    """From 1."""
    page: int | None = None
    """From 1, of the file's own pages, whatever is printed on them."""


NOWHERE: Final = Place()


def place_of(chunk: Chunk, file_type: FileType) -> Place:
    """Return where a passage of such a file begins."""
    return Place(line=chunk.line if file_type in _READ_AS_THEY_ARE else None, page=chunk.page)
