"""Names of files and folders as a line of a menu can hold them: harmless, and shortened in the middle. Pure."""

import re
import unicodedata
from pathlib import PurePath

MOST_COLUMNS = 40
_ELLIPSIS = "…"
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, line ends, marks that turn the direction of writing, and halves of characters."""


def name_of(path: str, *, most_columns: int = MOST_COLUMNS) -> str:
    """Return the last part of a path, in at most so many columns; Chinese characters take two."""
    return shortened(PurePath(path).name or path, most_columns=most_columns) or _ELLIPSIS


def shortened(text: str, *, most_columns: int) -> str:
    """Return what can be shown of a text; of a long one the beginning and the end, which tell more than the middle."""
    text = harmless(text)
    if columns(text) <= most_columns:
        return text
    room = most_columns - 1
    begin = _fitting(text, room - room // 2)
    end = _fitting(text[::-1], room // 2)[::-1]
    return f"{begin}{_ELLIPSIS}{end}"


def harmless(text: str) -> str:
    """Return a text without what cannot be shown."""
    return _UNSHOWN.sub("", text)


def columns(text: str) -> int:
    """Return how wide a text is, in columns of a letter (Unicode Standard Annex 11)."""
    return sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fitting(text: str, most_columns: int) -> str:
    """The longest beginning that is no wider."""
    taken = 0
    for place, character in enumerate(text):
        taken += _width(character)
        if taken > most_columns:
            return text[:place]
    return text
