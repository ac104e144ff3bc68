"""Folding: one spelling for what people take for the same, and the way back to the text as it stands.

Case, accents, width and ligatures make no difference, nor do the invisible characters with which texts are broken across
lines, nor whether Chinese is written in traditional or in simplified characters.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

_TABLE = files("vectray_client.store").joinpath("simplified.txt").read_text("utf-8")
# Character by character as OpenCC has it: no word is changed, so that offsets stay what they are.
_SIMPLIFIED = str.maketrans(*_TABLE.splitlines())
RECIPE: Final = f"unicode-{unicodedata.unidata_version} han-{zlib.crc32(_TABLE.encode()):08x}"
"""Names what `folded` depends on."""

# Accents, and the invisible characters with which texts are broken across lines.
_UNHEARD = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]")

# Characters that become one by themselves, and join none before them: nearly all of most texts.
_PLAIN = "\0-\x7f\u2014\u2018-\u201d\u3001-\u3003\u3008-\u3011\u4e00-\u9fff\uff01-\uff5e"
# The last of them belongs to what follows, which may be a mark.
_STRETCHES = re.compile(f"(?P<plain>[{_PLAIN}]+(?![^{_PLAIN}]))|[{_PLAIN}]?[^{_PLAIN}]+")


def folded(text: str) -> str:
    """A text in the spelling by which texts are compared."""
    if text.isascii():
        return text.lower()
    bare = _UNHEARD.sub("", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFKC", bare).translate(_SIMPLIFIED)


def folded_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters where the one stands that it comes from; at the end, the text's length.

    What folded characters `start` to `end` come from is `text[offsets[start] : offsets[end - 1] + 1]`, and the marks
    behind that; `span_in_text` gives its bounds.
    """
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    parts: list[str] = []
    offsets: list[int] = []
    for stretch in _STRETCHES.finditer(text):
        if stretch["plain"]:
            parts.append(folded(stretch[0]))
            offsets += range(*stretch.span())
            continue
        for start, end in _clusters(text, *stretch.span()):
            part = _folded_cluster(text[start:end])
            parts.append(part)
            offsets += [start] * len(part)
    return "".join(parts), [*offsets, len(text)]


def span_in_text(offsets: list[int], start: int, end: int) -> tuple[int, int]:
    """Bounds in the text of what became the folded characters from `start` to `end`, which are at least one.

    A character that was folded into several is taken whole.
    """
    last = offsets[end - 1]
    while offsets[end] == last:
        end += 1
    return offsets[start], offsets[end]


def _clusters(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Bounds of what is folded by itself: a character, and the marks behind it that join it."""
    begun = (at for at in range(start, end) if at == start or not _joins(text[at]))
    return pairwise((*begun, end))


@lru_cache(maxsize=16_384)  # a script's characters repeat
def _folded_cluster(cluster: str) -> str:
    return folded(cluster)


@lru_cache(maxsize=16_384)
def _joins(char: str) -> bool:
    """Whether a character may become one with that before it: marks, vowels and finals of Hangul, what is not heard."""
    first = unicodedata.normalize("NFKD", char)[0]
    return (
        unicodedata.category(first).startswith("M")
        or "\u1160" <= first <= "\u11ff"
        or _UNHEARD.match(first) is not None
    )
