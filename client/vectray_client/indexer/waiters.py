"""Those who wait until all that had happened when they asked was looked at."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

_LISTEN_SECONDS = 0.005
"""Until it is asked again whether all was heard."""

Unseen = Mapping[str, Sequence[str]]
"""Where something may have changed that nobody has looked at: paths, by folder, of which none is empty."""


@dataclass(slots=True, kw_only=True)
class _Waiter:
    """One of them."""

    answer: "Future[Unseen]"
    due_at: float
    is_served: bool = False
    """Whether all that had happened is being looked at, or has been."""


class Waiters:
    """Each is served once: what changes all the time would keep them waiting for ever. Used by one thread, whose clock is passed in."""

    def __init__(self) -> None:
        self._waiters: list[_Waiter] = []
        self._listens_at: float | None = None

    def add(self, answer: "Future[Unseen]", *, due_at: float) -> None:
        """Let somebody wait. By `due_at` all has been heard, where nobody can tell."""
        self._waiters.append(_Waiter(answer=answer, due_at=due_at))

    def serve(self, now: float, has_heard_all: Callable[[], bool]) -> bool:
        """Return whether all that was hinted at is to be looked at now for one of them."""
        waiting = [waiter for waiter in self._waiters if not waiter.is_served]
        is_sure = bool(waiting) and has_heard_all()
        served = [waiter for waiter in waiting if is_sure or waiter.due_at <= now]
        for waiter in served:
            waiter.is_served = True
        self._listens_at = now + _LISTEN_SECONDS if len(served) < len(waiting) else None
        return bool(served)

    def next_due(self) -> float | None:
        """When `serve` is to be called again; None if that is not known."""
        return self._listens_at

    def tell(self, unseen: Unseen) -> None:
        """Tell those who were served that everything was looked at, but for that."""
        served = [waiter for waiter in self._waiters if waiter.is_served]
        self._waiters = [waiter for waiter in self._waiters if not waiter.is_served]
        for waiter in served:
            waiter.answer.set_result(unseen)
