"""How long to leave alone what changes all the time: a log, a file saved at every keystroke, a directory that is unpacked.

The first change is looked at without delay. Further ones wait: after each look, the delay until the next doubles. What
stays quiet for twice its delay starts afresh. The numbers for files are those of KDE's Baloo (5 s doubling to 60 s, all
forgotten after 120 s), but count from the look, not from the change: a note saved every half minute never waits.
"""

from dataclasses import dataclass
from math import inf
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Limits."""

    first_seconds: float
    longest_seconds: float
    calm_seconds: float = inf
    """What was left in peace for so long is looked at however hot it is: whatever went on there has come to its end."""


FILES: Final = Backoff(first_seconds=5.0, longest_seconds=60.0)
TREES: Final = Backoff(first_seconds=1.0, longest_seconds=16.0, calm_seconds=1.0)
"""A guess: looking through a large folder takes a second or two, and who unpacks an archive waits for its end anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """When a place was last looked at, and how long it should be left alone from then on. Seconds of a steady clock."""

    looked_at: float
    delay_seconds: float

    @property
    def rests_until(self) -> float:
        """When it may be looked at again."""
        return self.looked_at + self.delay_seconds

    def is_forgotten(self, now: float) -> bool:
        """Whether the place was quiet for so long that it counts as never looked at."""
        return now >= self.looked_at + 2 * self.delay_seconds


def heat_after_look(before: Heat | None, *, changed_at: float, now: float, limits: Backoff) -> Heat:
    """How hot a place is that is looked at now, because of a change at `changed_at`."""
    if before is None or before.is_forgotten(changed_at):
        return Heat(looked_at=now, delay_seconds=limits.first_seconds)
    return Heat(looked_at=now, delay_seconds=min(2 * before.delay_seconds, limits.longest_seconds))
