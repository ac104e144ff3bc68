"""How long it will take until nothing waits, by what was done lately. Pure: the clock is passed in."""

from collections import deque
from collections.abc import Callable
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
        reading, embedding = self._seconds_each(_read), self._seconds_each(_embedded)
        if not self._seen or not (reading or embedding):
            return 0.0
        first, last = self._seen[0][1], self._seen[-1][1]
        read = last.files - first.files
        per_file = (last.cut - first.cut) / read if read else last.cut / max(1, last.files)
        return max(files * reading, (passages + files * per_file) * embedding)  # they go on side by side

    def _seconds_each(self, count: Callable[[Done], int]) -> float:
        """Return what one of them took lately; 0 if nobody can tell. What came before the first, as a model that is loaded, is done once."""
        if not self._seen:
            return 0.0
        now, last = self._seen[-1]
        before = count(self._seen[0][1])
        began = max(when for when, done in self._seen if count(done) == before)
        made, seconds = count(last) - before, now - began
        return seconds / made if made and seconds >= _LEAST_SECONDS else 0.0


def _read(done: Done) -> int:
    return done.files


def _embedded(done: Done) -> int:
    return done.embedded
