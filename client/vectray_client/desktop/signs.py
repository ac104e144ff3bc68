"""What the icon can say, and which picture says it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

SHARE_STEPS = 8
"""Pictures of the ring that fills while indexing: more cannot be told apart at 22 pixels."""


class Sign(StrEnum):
    """One glance, one truth. The first of these that holds is shown."""

    UNREACHABLE = "unreachable"
    """The agent or the daemon does not answer."""
    ACTION = "action"
    """Nothing goes on until somebody acts."""
    PAUSED = "paused"
    """All folders, by a person."""
    DEGRADED = "degraded"
    """Some changes are noticed late."""
    INDEXING = "indexing"
    SCANNING = "scanning"
    IDLE = "idle"
    STARTING = "starting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the icon, whatever its size and colour."""

    sign: Sign
    step: int = 0
    """How full the ring of INDEXING is, 0 to SHARE_STEPS."""

    @property
    def name(self) -> str:
        """The name of its files, and of the icon for desktops that look it up: `vectray-indexing-3`."""
        return f"vectray-{self.sign}-{self.step}" if self.sign is Sign.INDEXING else f"vectray-{self.sign}"
