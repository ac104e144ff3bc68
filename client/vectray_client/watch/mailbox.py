"""Where the threads that hear of changes put what they heard, until somebody asks."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from vectray_client.watch.place import Hint

_MOST: Final = 10_000
"""More hints are not kept one by one, some megabytes of paths: whoever takes so many looks at the whole folder anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What was heard since the last time."""

    hints: Sequence[Hint]
    is_everything: bool
    """Whether the whole folder may have changed, in addition."""


class Mailbox:
    """Takes hints from any thread, and does as little as can be with them."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """`wake` is called from the threads that put something in, once after each `take` that found nothing."""
        self._wake = wake
        self._lock = threading.Lock()
        self._hints: dict[str, Hint] = {}
        self._is_everything = False
        self._is_waited_for = True
        self.overflows = 0
        """How often the system had more to tell than it could keep."""

    def put(self, hint: Hint) -> None:
        """Notes a hint, in place of an earlier one about the same path."""
        with self._lock:
            before = self._hints.get(hint.path)
            if before and before.is_tree > hint.is_tree:
                hint = Hint(path=hint.path, is_tree=True, is_removal=hint.is_removal)
            self._hints[hint.path] = hint
            if len(self._hints) > _MOST:
                self._hints.clear()
                self._is_everything = True
        self._ring()

    def put_everything(self) -> None:
        """Notes that the whole folder may have changed."""
        with self._lock:
            self._hints.clear()
            self._is_everything = True
        self._ring()

    def put_overflow(self) -> None:
        """Notes that hints were lost."""
        self.overflows += 1
        self.put_everything()

    def take(self) -> Mail:
        """Hands out what was put in, in its order, and empties the box. If there was nothing, the next hint wakes."""
        with self._lock:
            mail = Mail(hints=tuple(self._hints.values()), is_everything=self._is_everything)
            self._hints.clear()
            self._is_everything = False
            self._is_waited_for = not (mail.hints or mail.is_everything)
        return mail

    def _ring(self) -> None:
        if self._is_waited_for:
            self._is_waited_for = False
            self._wake()
