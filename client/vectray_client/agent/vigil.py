"""Keeps watch over the machine and the agent's own door."""

import math
import time
from collections.abc import Callable
from pathlib import Path

from vectray_client.agent.machine import Lookout
from vectray_client.agent.pace import (
    NO_HURRY,
    Machine,
    beside_questions,
    hurry_from,
    pace_for,
    still_hurried,
)
from vectray_client.agent.presence import identity
from vectray_client.indexer.pace import Pace

_LOOK_SECONDS = 5.0
"""Between two looks at the machine, and at the door."""
_ASIDE_SECONDS = 3.0
"""After a question, in which the next one is likely."""


class Vigil:
    """Looks at the machine, and whether the agent can still be found, whenever it is asked for the pace and it is time."""

    def __init__(self, lookout: Lookout) -> None:
        self._lookout = lookout
        self._looked_at = self._asked_at = -math.inf
        self._machine, self._hurry = Machine(), NO_HURRY
        self._is_urged = False
        self._door: Path | None = None
        self._bound: tuple[int, int] | None = None
        self._tell_lost: Callable[[], None] = lambda: None

    def guard(self, door: Path, tell_lost: Callable[[], None]) -> None:
        """Call `tell_lost` once `door` leads elsewhere. Folders of a session are removed when it ends; nobody could end this agent then."""
        self._door, self._bound, self._tell_lost = door, identity(door), tell_lost

    def note_question(self) -> None:
        """Let the backlog step aside for a moment: somebody searches. May be called from any thread."""
        self._asked_at = time.monotonic()

    def hurry(self) -> None:
        """Go on at full speed in spite of every reason that there is now to go slowly. May be called from any thread."""
        self._is_urged = True

    def pace(self) -> Pace:
        """Return how fast the backlog may go."""
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._look(now)
        if self._is_urged:
            self._is_urged = False
            self._hurry = hurry_from(self._machine, now)
        pace = pace_for(self._machine, self._hurry)
        return beside_questions(pace) if now - self._asked_at < _ASIDE_SECONDS else pace

    def _look(self, now: float) -> None:
        self._looked_at = now
        self._machine = self._lookout.look()
        self._hurry = still_hurried(self._hurry, self._machine, now)
        if self._door and identity(self._door) != self._bound:
            self._tell_lost()
