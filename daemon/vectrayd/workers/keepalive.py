"""How long a model stays loaded that nobody uses. Pure."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_SECONDS = 600.0
"""Long enough for a person who searches, reads and searches again; short enough that the memory is back after the coffee."""
_UNIT_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAlive:
    """Seconds that an idle worker stays, by model."""

    default_seconds: float = DEFAULT_SECONDS
    by_model: Mapping[str, float] = field(default_factory=dict)
    linger_seconds: float = 1.0
    """The least of all. Who opens a stream sends its first texts a moment later: the model must not be gone by then."""

    def seconds_left(self, model: str, *, idle_seconds: float) -> float:
        """Return how long a worker may stay that has been idle for `idle_seconds`; infinite for one that always stays."""
        stays = self.by_model.get(model, self.default_seconds)
        return max(0.0, max(stays, self.linger_seconds) - idle_seconds)


def read_span(words: str) -> float:
    """Return the seconds that "90", "90s", "30m", "2h" or "1d" mean; "always" is infinite.

    Raises:
        ValueError: it is none of these.

    """
    if words.strip().casefold() == "always":
        return math.inf
    if not (found := _SPAN.fullmatch(words.strip().casefold())):
        raise ValueError(f'{words!r} is no span of time such as "30m", "2h", "0" or "always"')
    return float(found[1]) * _UNIT_SECONDS[found[2]]
