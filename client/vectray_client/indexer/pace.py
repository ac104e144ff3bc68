"""How fast the backlog may be worked off, decided elsewhere from what the machine is doing."""

from dataclasses import dataclass

from vectray_client.sdk.requests import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the backlog may take of the machine. What was just saved is done at once, unless everything is stopped."""

    calls: int = 2
    """To the model at the same time."""
    rest_seconds: float = 0.0
    """Between two calls."""
    lane: Lane = "bulk"
    is_stopped: bool = False
    """Nothing is read or embedded, however new."""
    reason: str = ""
    """Why it is not full speed, in one sentence."""
    is_hurried: bool = False
    """It would be slower, had nobody said to go on."""


FULL_SPEED = Pace()
