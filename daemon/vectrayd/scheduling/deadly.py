"""Texts that ended workers, by their digests: they are not let near another for a while. Pure: the time is passed in."""

import hashlib
from collections import OrderedDict

_MOST = 1024
_SECONDS = 3600.0
"""Long enough that a program which tries again and again costs nobody a worker; the cause may be gone afterwards, as memory may be free."""


class DeadlyTexts:
    """What was found out about one model's texts."""

    def __init__(self) -> None:
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._until)

    def add(self, text: str, now: float) -> None:
        """Remember a text that ended workers."""
        self._until[_digest(text)] = now + _SECONDS
        if len(self._until) > _MOST:
            self._until.popitem(last=False)

    def knows(self, text: str, now: float) -> bool:
        """Whether a text ended workers not long ago."""
        digest = _digest(text)
        if self._until.get(digest, now) > now:
            return True
        self._until.pop(digest, None)
        return False


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
