"""Headings by a document's own table of contents, for formats whose pages do not mark them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from vectray_client.read.assembly import Piece

_NUMBER = re.compile(
    r"^(?:\d+(?:\.\d+)*\.?(?=\D|$)|第[\d零一二三四五六七八九十百]+[章节部篇]|chapter\d+|[ivx]+\.)"
)
_MARKS = re.compile(r"[\W_]+")
_MOST_LINES = 3  # that one heading is set over
_MAX_TITLE_CHARACTERS = 300


class Entry(NamedTuple):
    """One line of a table of contents."""

    page: int
    """Counted from 0."""
    level: int
    """1 to 6."""
    title: str


def with_headings(pages: Sequence[Sequence[Piece]], entries: Iterable[Entry]) -> Iterator[list[Piece]]:
    """The pages, with the paragraphs that the entries name made headings.

    An entry that is not found on its page becomes a heading at the page's start, unless another one stands above it.
    """
    wanted: dict[int, list[Entry]] = {}
    for entry in entries:
        wanted.setdefault(entry.page, []).append(entry)
    for number, page in enumerate(pages):
        yield _page_with_headings(page, wanted.get(number, ()))


def _page_with_headings(page: Sequence[Piece], entries: Sequence[Entry]) -> list[Piece]:
    if not entries:
        return list(page)
    result: list[Piece] = []
    done = 0
    # What is longer is no title, and its key would cost time.
    keys = [_key(piece.text) if len(piece.text) <= _MAX_TITLE_CHARACTERS else "" for piece in page]
    for entry in entries:
        found = _found(keys, _key(entry.title), done)
        if found is None:
            if not done and not result:
                result.append(Piece(entry.title, level=entry.level))
            continue
        start, end = found
        result.extend(page[done:start])
        result.append(Piece(" ".join(piece.text for piece in page[start:end]), level=entry.level))
        done = end
    return [*result, *page[done:]]


def _found(keys: Sequence[str], title: str, first: int) -> tuple[int, int] | None:
    """Start and end of the paragraphs that are the title, looked for from `first` on."""
    if not title:
        return None
    for start in range(first, len(keys)):
        for end in range(start + 1, min(start + _MOST_LINES, len(keys)) + 1):
            joined = "".join(keys[start:end])
            if joined == title:
                return start, end
            if not joined or not title.startswith(joined):
                break
    return None


def _key(text: str) -> str:
    """What is compared: letters and digits, without case, and without the number that one of the two may lack."""
    squeezed = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _MARKS.sub("", _NUMBER.sub("", squeezed) or squeezed)
