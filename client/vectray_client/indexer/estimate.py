"""How long it will take until nothing waits, by what was done lately. Pure: the clock is passed in."""

from collections import deque
from dataclasses import dataclass

_WINDOW_SECONDS = 120.0
"""A guess: long enough to even out big and small files, short enough to follow a machine that gets busy."""
_LEAST_SECONDS = 2.0
"""Before that much was seen, nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Totals since the start."""

    files: int = 0
    """Read."""
    cut: int = 0
    """Passages that reading gave."""
    embedded: int = 0


class Rate:
    """Remembers what was done when, over the last minutes of work."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, Done]] = deque()

    def note(self, now: float, done: Done) -> None:
        """Take the totals as of now. Not to be called while there is nothing to do: that would look like slowness."""
        self._seen.append((now, done))
        while now - self._seen[0][0] > _WINDOW_SECONDS:
            self._seen.popleft()

    def forget(self) -> None:
        """Begin anew, after a time without work."""
        self._seen.clear()

    def seconds_left(self, *, files: int, passages: int) -> float:
        """Return how long so many unread files, and passages without a vector, will take; 0 if nobody can tell yet."""
        if len(self._seen) < 2:  # noqa: PLR2004 - two points make a line
            return 0.0
        (began, first), (now, last) = self._seen[0], self._seen[-1]
        seconds, read, made = now - began, last.files - first.files, last.embedded - first.embedded
        if seconds < _LEAST_SECONDS or not (read or made):
            return 0.0
        per_file = (last.cut - first.cut) / read if read else last.cut / max(1, last.files)
        reading = files * seconds / read if read and files else 0.0
        embedding = (passages + files * per_file) * seconds / made if made else 0.0
        return max(reading, embedding)  # they go on side by side
