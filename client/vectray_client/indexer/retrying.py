"""When what failed is tried again. Pure."""

from vectray_client.watch.backoff import Backoff


class Trials:
    """Counts the failures of one thing in a row, and says when it may be tried again."""

    def __init__(self, delays: Backoff) -> None:
        self._delays = delays
        self.failures = 0
        """In a row."""
        self.due_at = 0.0
        """By the clock that is passed in."""

    def fail(self, now: float) -> None:
        """Note a failure."""
        self.failures += 1
        self.due_at = now + self._delays.after(self.failures)

    def succeed(self) -> None:
        """Note that all is well."""
        self.failures = 0
        self.due_at = 0.0

    def hurry(self, now: float) -> None:
        """Somebody waits: try again soon, but not more often than after the first failure."""
        self.due_at = min(self.due_at, now + self._delays.first_seconds)

    @property
    def are_failing(self) -> bool:
        """Whether the last attempt failed."""
        return self.failures > 0
