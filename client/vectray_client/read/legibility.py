"""Whether what a PDF's fonts decode to is text, or only the numbers of its shapes."""

import re
import unicodedata
from collections import Counter

_MAX_STRANGE_SHARE = 0.3
_CHARACTER_NUMBER = re.compile(r"\(cid:\d+\)")
# Han that no text consists of: the extensions hold what dictionaries and names need once in a while.
_RARE_HAN = re.compile("[\u3400-\u4dbf\U00020000-\U0003ffff]")
_STRANGE_CATEGORIES = frozenset(
    ["Cc", "Cn", "Co", "Cs"]
)  # controls, unassigned, private use, half characters
_REPLACEMENT = "\ufffd"


def is_garbled(page: str) -> bool:
    """Whether more of the page is private, unassigned, lost or never used than any text would hold."""
    visible = Counter("".join(_CHARACTER_NUMBER.sub(_REPLACEMENT, page).split()))
    strange = sum(count for character, count in visible.items() if _is_strange(character))
    return strange > _MAX_STRANGE_SHARE * visible.total()


def _is_strange(character: str) -> bool:
    return (
        character == _REPLACEMENT
        or unicodedata.category(character) in _STRANGE_CATEGORIES
        or _RARE_HAN.match(character) is not None
    )
