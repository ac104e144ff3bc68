"""A printed page's lines to paragraphs: what was broken to fit the paper is joined again."""

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import pairwise

from vectray_client.read.normalise import normalise

# A share of the page's usual line width. A paragraph's last line, a heading and a table cell mostly stay below it;
# the ragged lines inside a paragraph seldom do.
_FULL_LINE_SHARE = 0.8
_USUAL_WIDTH_QUANTILE = 0.9

_HAN = "\u2e80-\u303f\u3040-\u30ff\u31c0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_GAP_IN_HAN = re.compile(rf"(?<=[{_HAN}])[ \t]+(?=[{_HAN}])")
_HAN_CHARACTER = re.compile(rf"[{_HAN}]")
_SENTENCE_END = re.compile(r"[.!?。！？：:；…][\"'”’」』）)]*$")
_SENTENCE_END_REACH = 16  # characters; a line may be as long as its page
_LIST_MARK = re.compile(r"[•‣◦▪●○■□–—*·-]\s|\(?\d{1,3}[.)、]\s?(?!\d)|[（(]?[一二三四五六七八九十]+[、）)]")
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


def compounds(text: str) -> frozenset[str]:
    """The words that `text` writes with a hyphen within a line, in lower case."""
    return frozenset(_COMPOUND.findall(text.lower()))


def paragraphs(page: str, *, hyphenated: Container[str] = frozenset()) -> list[str]:
    """The paragraphs of one page's text, each on one line, in order.

    A word broken at a line's end loses its hyphen, unless it is known as one that is always `hyphenated`.
    """
    lines = [" ".join(line.split()) for line in normalise(page).translate(_REWRITTEN).split("\n")]
    joined = _joined([line for line in lines if line], hyphenated)
    return [_GAP_IN_HAN.sub("", paragraph) for paragraph in joined]


def _joined(lines: Sequence[str], hyphenated: Container[str]) -> Iterator[str]:
    full = _FULL_LINE_SHARE * _usual_width(lines)
    parts: list[str] = []
    for line, following in pairwise([*lines, ""]):
        if parts:
            parts[-1] = _led_over(parts[-1], line, hyphenated)
        parts.append(line)
        if not following or _ends_paragraph(line, following, full):
            yield "".join(parts)
            parts = []


def _usual_width(lines: Sequence[str]) -> int:
    widths = sorted(_width(line) for line in lines)
    return widths[int(len(widths) * _USUAL_WIDTH_QUANTILE)] if widths else 0


def _width(line: str) -> int:
    """In columns: East Asian characters take two."""
    return len(line) + sum(unicodedata.east_asian_width(character) in "WF" for character in line)


def _ends_paragraph(line: str, following: str, full_width: float) -> bool:
    if _LIST_MARK.match(following):
        return True
    if _width(line) >= full_width or _WORD_BEFORE.search(line[-_WORD_REACH:]):
        return False
    return bool(_SENTENCE_END.search(line[-_SENTENCE_END_REACH:])) or not following[0].islower()


def _led_over(line: str, following: str, hyphenated: Container[str]) -> str:
    """`line` as it has to end for `following` to come right after it."""
    first, second = _WORD_BEFORE.search(line[-_WORD_REACH:]), _WORD_AFTER.match(following)
    if first and second:
        # A word broken at one hyphen of several, or inside an address, had that hyphen before.
        is_whole = not first["before"] and not second["after"] and second["word"][0].islower()
        is_broken = is_whole and f"{first['word']}-{second['word']}".lower() not in hyphenated
        return line[:-1] if is_broken else line
    in_han = _HAN_CHARACTER.match(line[-1]) and _HAN_CHARACTER.match(following)
    return line if in_han else f"{line} "
