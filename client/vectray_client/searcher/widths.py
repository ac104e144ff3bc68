"""How wide a text is where every character takes one column or two, as in a terminal. Pure."""

from functools import lru_cache
from unicodedata import category, east_asian_width


@lru_cache(maxsize=8_192)  # a text uses few of all characters
def width(character: str) -> int:
    """Return the columns that a character takes: 2 for Han and full-width forms, 0 for marks on the one before and for what is not seen."""
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1


def columns(text: str) -> int:
    """Return the columns that a text takes."""
    return len(text) if text.isascii() else sum(map(width, text))
