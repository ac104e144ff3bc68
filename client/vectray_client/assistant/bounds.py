"""How much text one answer may hold: an assistant pays for every character, and forgets what is long. Pure."""

from collections.abc import Sequence
from typing import Final

MOST_CHARACTERS: Final = 24_000
"""Of passages in one answer: about 6,000 tokens of English, 16,000 of Chinese, which clients still hand on without a warning."""
_LEAST_EACH: Final = 200
_MOST_EACH: Final = 4_000
_CUT: Final = "…"


def each(passages: int) -> int:
    """Return the characters that each of so many passages may have."""
    return max(_LEAST_EACH, min(_MOST_EACH, MOST_CHARACTERS // max(passages, 1)))


def shortened(text: str, most: int) -> str:
    """Return the text, or its beginning with a mark that there was more, in at most so many characters."""
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT


def kept_around(lengths: Sequence[int], middle: int, *, most: int) -> range:
    """Return which of the passages of these lengths fit into so many characters: `middle` in any case, and its neighbours.

    What follows comes first, since that is how people read.
    """
    low = high = middle
    left = most - (lengths[middle] if lengths else 0)
    while True:
        after = high + 1 < len(lengths) and lengths[high + 1] <= left
        if after:
            high += 1
            left -= lengths[high]
        before = low > 0 and lengths[low - 1] <= left
        if before:
            low -= 1
            left -= lengths[low]
        if not (after or before):
            return range(low, min(high + 1, len(lengths)))
