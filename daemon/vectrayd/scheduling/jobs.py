"""One text on its way through the daemon, and what it has in common with the others of its caller."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vectrayd.domain.embedding import Outcome
from vectrayd.domain.options import EncodeOptions, Lane

JOB_BYTES = 256
"""What a waiting text is counted as beside its own bytes: about what the objects for it take."""


@dataclass(slots=True, eq=False)
class Job:
    """A text that was admitted. It is delivered exactly once, unless its caller hangs up first."""

    key: int
    """The caller's name for it."""
    text: str
    size_bytes: int
    """Of the text in UTF-8: what limits are counted in, and a guess at the work before anything is tokenized."""
    ticket: "Ticket"
    arrived: float = 0.0
    """Seconds on the scheduler's clock."""
    strikes: int = 0
    """How many workers died over it when it was alone in a slice."""

    @property
    def room_bytes(self) -> int:
        """What it is counted as while it waits."""
        return self.size_bytes + JOB_BYTES


Deliver = Callable[[Sequence[Job], Sequence[Outcome]], None]
"""Takes some of a caller's jobs and their outcomes, in the same order."""


@dataclass(slots=True, eq=False, kw_only=True)
class Ticket:
    """One caller: everything that its texts share, and where their outcomes go."""

    model: str
    options: EncodeOptions
    lane: Lane
    client: str
    """Name of the calling program; shares of the machine are fair between names."""
    deliver: Deliver
    is_cancelled: bool = False
    waiting: int = 0
    """Texts in its client's queue."""
    waiting_bytes: int = 0
    unanswered: int = 0
    """Texts that were admitted and not delivered, those at work included."""
    room_bytes: int = 0
    """What those are counted as."""
