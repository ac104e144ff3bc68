"""The sentences of a passage: what is shown of it, and compared with a question, one by one. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from vectray_client.domain import FileType
from vectray_client.read.cuts import lines, sentences, windows
from vectray_client.searcher.matching import Span
from vectray_client.searcher.widths import columns

_LONGEST_CHARACTERS: Final = 400
"""A longer one is cut: logs and tables may go on for pages without a full stop."""
_WRAPPED_COLUMNS: Final = 40
"""A line at least so wide may have been ended by an editor rather than its writer, and goes on in the next."""
_IN_LINES: Final = frozenset({FileType.CODE, FileType.XLSX, FileType.XLS})
"""Files whose lines each say something by themselves."""
_BEGINS_ANEW: Final = re.compile(
    r"\s*(?:[-*+•·#>|]|\d{1,3}[.)、]|[（(][\d一二三四五六七八九十]{1,3}[）)]|[a-z]\) )|\s{2,}"
)
"""A line that is an item of a list, a heading, a row or indented goes on from nothing."""
_NO_SENTENCE: Final = re.compile(r"\s*(?:\d{1,3}|[a-z]{1,2})[.)]\s*", re.ASCII | re.IGNORECASE)
"""The number or letter of an item."""
_CELLS: Final = re.compile(r"[\t|]")


class Sentence(NamedTuple):
    """A piece of a passage, as offsets of its first character and one past its last; no white space at either."""

    start: int
    end: int
    is_cut: bool = False
    """Whether it is the rest of what stands before it, and was cut off only for its length."""


def sentences_of(text: str, file_type: FileType) -> list[Sentence]:
    """Return the sentences of a passage, or what takes their place: lines of code, rows, items.

    Together they hold everything but white space.
    """
    found: list[Sentence] = []
    for start, end in _stretches(text, is_in_lines=file_type in _IN_LINES):
        for first, last in _whole(text, sentences(text, start, end)):
            is_cut = False
            for left, right in windows(text, first, last, characters=_LONGEST_CHARACTERS):
                if sentence := _bare(text, left, right, is_cut=is_cut):
                    found.append(sentence)
                    is_cut = True
    return found


def _whole(text: str, pieces: Iterable[Span]) -> Iterator[Span]:
    """Sentences, without those that a full stop only seemed to end."""
    begun, last = None, 0
    for start, last in pieces:
        begun = start if begun is None else begun
        if not _NO_SENTENCE.fullmatch(text, begun, last):
            yield begun, last
            begun = None
    if begun is not None:
        yield begun, last


def _stretches(text: str, *, is_in_lines: bool) -> Iterator[Span]:
    """Lines, those taken together that were wrapped."""
    begun = 0
    for start, end in lines(text, 0, len(text)):
        if is_in_lines or end == len(text) or not _goes_on(text, start, end):
            yield begun, end
            begun = end


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the sentence of a line may go on in the next."""
    line = text[start:end]
    if text[end].isspace() or _BEGINS_ANEW.match(text, end) or line.lstrip().startswith("#"):
        return False
    return not _CELLS.search(line) and columns(line) >= _WRAPPED_COLUMNS


def _bare(text: str, start: int, end: int, *, is_cut: bool) -> Sentence | None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    return Sentence(start, end, is_cut) if start < end else None
