"""A printed page's lines to paragraphs: what was broken to fit the paper is joined again."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from vectray_client.read.normalise import normalise

# A share of the page's usual line width. A paragraph's last line, a heading and a table cell mostly stay below it;
# the ragged lines inside a paragraph seldom do.
_FULL_LINE_SHARE = 0.8
_USUAL_WIDTH_QUANTILE = 0.9

HAN = "\u2e80-\u303f\u3040-\u30ff\u31c0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_GAP_IN_HAN = re.compile(rf"(?<=[{HAN}])[ \t]+(?=[{HAN}])")
_HAN_RUN = re.compile(rf"[{HAN}]+")
_HAN_CHARACTER = re.compile(rf"[{HAN}]")
_SENTENCE_END = re.compile(r"[.!?。！？：:；…][\"'”’」』）)]*$")
_SENTENCE_END_REACH = 16  # characters; a line may be as long as its page
_LIST_MARK = re.compile(r"[•‣◦▪●○■□–—*·-]\s|\(?\d{1,3}[.)、]\s?(?!\d)|[（(]?[一二三四五六七八九十]+[、）)]")
_WORD = re.compile(r"(?<!-)\b[^\W\d_]+\b(?!-)")
_MIN_WORD = 4  # characters; shorter ones are syllables too
_COMPOUND = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_WORD_BEFORE = re.compile(r"(?P<before>[-./_@]?)(?P<word>[^\W\d_]+)-$")
_WORD_AFTER = re.compile(r"(?P<word>[^\W\d_]+)(?P<after>-?)")
_WORD_REACH = 40  # characters
# What fonts draw as one sign, and the radicals that some PDF producers write instead of the characters they look like:
# nobody searches for either. NFKC of the whole text would change far more.
_LOOKALIKES = (*range(0x2F00, 0x2FD6), *range(0xFB00, 0xFB07))
_CONTROLS = set(range(32)) - set(b"\t\n\f\r")  # what damaged fonts decode to
_REWRITTEN: Mapping[int, str | None] = {
    code: unicodedata.normalize("NFKC", chr(code)) for code in _LOOKALIKES
} | dict.fromkeys(_CONTROLS)


class Vocabulary(NamedTuple):
    """The words that a document writes within its lines, in lower case: what tells a broken word from a compound."""

    words: frozenset[str]
    compounds: frozenset[str]
    """Those with a hyphen."""


NO_WORDS = Vocabulary(frozenset(), frozenset())


def vocabulary(pages: Iterable[str]) -> Vocabulary:
    """The words of all pages."""
    texts = [page.lower() for page in pages]
    return Vocabulary(
        words=frozenset().union(*map(_WORD.findall, texts)),
        compounds=frozenset().union(*map(_COMPOUND.findall, texts)),
    )


def lines_of(page: str) -> list[str]:
    """A page's lines, in characters that people type, without those that hold nothing."""
    lines = (" ".join(line.split()) for line in normalise(page).translate(_REWRITTEN).split("\n"))
    return [line for line in lines if line]


def paragraphs(lines: Sequence[str], *, full_width: float, known: Vocabulary = NO_WORDS) -> list[str]:
    """The paragraphs that some lines of a page make, each on one line, in order.

    A line of `full_width` columns and more does not end its paragraph by itself. A word broken at a line's end loses
    its hyphen, unless what is `known` says that the hyphen belongs to it.
    """
    return [_GAP_IN_HAN.sub("", paragraph) for paragraph in _joined(lines, full_width, known)]


def full_width(lines: Sequence[str]) -> float:
    """From how many columns on a line of this page counts as full."""
    widths = sorted(_width(line) for line in lines)
    return _FULL_LINE_SHARE * widths[int(len(widths) * _USUAL_WIDTH_QUANTILE)] if widths else 0.0


def _joined(lines: Sequence[str], full_width: float, known: Vocabulary) -> Iterator[str]:
    parts: list[str] = []
    for line, following in pairwise([*lines, ""]):
        if parts:
            parts[-1] = _led_over(parts[-1], line, known)
        parts.append(line)
        if not following or _ends_paragraph(line, following, full_width):
            yield "".join(parts)
            parts = []


def _width(line: str) -> int:
    """In columns: East Asian characters take two."""
    return len(line) if line.isascii() else len(line) + sum(map(len, _HAN_RUN.findall(line)))


def _ends_paragraph(line: str, following: str, full_width: float) -> bool:
    if _LIST_MARK.match(following):
        return True
    if _width(line) >= full_width or _WORD_BEFORE.search(line[-_WORD_REACH:]):
        return False
    return bool(_SENTENCE_END.search(line[-_SENTENCE_END_REACH:])) or not following[0].islower()


def _led_over(line: str, following: str, known: Vocabulary) -> str:
    """`line` as it has to end for `following` to come right after it."""
    first, second = _WORD_BEFORE.search(line[-_WORD_REACH:]), _WORD_AFTER.match(following)
    if first and second:
        # A word broken at one hyphen of several, or inside an address, had that hyphen before.
        is_whole = not first["before"] and not second["after"] and second["word"][0].islower()
        is_compound = _is_compound(first["word"].lower(), second["word"].lower(), known)
        return line[:-1] if is_whole and not is_compound else line
    in_han = _HAN_CHARACTER.match(line[-1]) and _HAN_CHARACTER.match(following)
    return line if in_han else f"{line} "


def _is_compound(first: str, second: str, known: Vocabulary) -> bool:
    """Whether the hyphen between them is the word's own, and not the line end's."""
    if f"{first}-{second}" in known.compounds:
        return True
    both_are_words = all(len(part) >= _MIN_WORD and part in known.words for part in (first, second))
    return both_are_words and first + second not in known.words
