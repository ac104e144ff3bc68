"""What is done of the work that came in since nothing waited last. Pure."""

_STEPS = 1000
"""Shares are told in thousandths, rounded down: who waits is not told that it is done, nor of changes that nobody sees."""

_READING = 0.1
"""Of a file, in passages embedded: some 3,000 notes took 4 ms each to read and 40 ms a passage, on two cores."""


class Share:
    """Remembers how much there was to do. While nothing new comes in, the share never falls."""

    def __init__(self) -> None:
        self._files = 0
        self._most = 0.0
        """Work that came in."""
        self._share = 1.0

    def note(self, *, files: int, passages: int, per_file: float) -> float:
        """Take how many files are to be read, and passages to be embedded, now; return the share, 0 to 1, and 1 only if there are none.

        Work is counted in passages: a file has `per_file` of them on average, and its reading is as much as a fraction of one. That is a
        guess, which is why the work may seem to grow while nothing comes in. Then the share stands still.
        """
        left = files * (_READING + per_file) + passages
        has_come_in = files > self._files
        came_in = (files - self._files) * (_READING + per_file) if has_come_in else 0.0
        self._files = files
        if not left:
            self._most, self._share = 0.0, 1.0
            return 1.0
        is_first = not self._most
        self._most = max(left, self._most + came_in)
        share = int((1.0 - left / self._most) * _STEPS) / _STEPS
        self._share = share if is_first or has_come_in else max(self._share, share)
        return self._share
