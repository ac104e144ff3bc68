"""Places where a text that is too long may be cut, the best kind first: sentences, lines, windows."""

import re
from collections.abc import Iterator

_SENTENCE_END = re.compile(r"[。！？；.!?]+[\"'”’」』）》)\]]*")
_ENDS_ANYWHERE = frozenset("。！？；")
_GOOD_BREAKS = " \n\t，、,;；:："


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Chinese marks end a sentence anywhere, Latin ones only before white space; closing quotes stay with it."""
    for found in _SENTENCE_END.finditer(text, start, end):
        after = found.end()
        if after < end and (text[after].isspace() or not _ENDS_ANYWHERE.isdisjoint(found[0])):
            yield start, after
            start = after
    yield start, end


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Each line with its line feed."""
    while start < end:
        line_end = text.find("\n", start, end) + 1 or end
        yield start, line_end
        start = line_end


def windows(text: str, start: int, end: int, *, characters: int) -> Iterator[tuple[int, int]]:
    """At most `characters` each (at least 1), ending where a word or clause ends if there is such a place in their second half."""
    while end - start > characters:
        middle, limit = start + characters // 2, start + characters
        cut = max(text.rfind(mark, middle, limit) for mark in _GOOD_BREAKS) + 1 or limit
        yield start, cut
        start = cut
    yield start, end
