"""How fast something went lately. Pure: the time is passed in."""

from collections import deque

_SPAN_SECONDS = 60


class Throughput:
    """Tokens of the last minute, second by second."""

    def __init__(self) -> None:
        self._seconds: deque[tuple[int, int]] = deque()

    def add(self, tokens: int, now: float) -> None:
        """Note that so many tokens have just gone through the model."""
        second = int(now)
        if self._seconds and self._seconds[-1][0] == second:
            self._seconds[-1] = (second, self._seconds[-1][1] + tokens)
        else:
            self._seconds.append((second, tokens))
        self._forget(now)

    def tokens_per_second(self, now: float) -> float:
        """Return the tokens per second over the last minute, or since the first of them if that was later."""
        self._forget(now)
        if not self._seconds:
            return 0.0
        return sum(tokens for _, tokens in self._seconds) / max(now - self._seconds[0][0], 1.0)

    def _forget(self, now: float) -> None:
        while self._seconds and self._seconds[0][0] <= now - _SPAN_SECONDS:
            self._seconds.popleft()
