"""How much of a model's work is under way at once."""

from dataclasses import dataclass

QUANTUM_SECONDS = 0.05
"""What a slice may take. A person does not notice this much, and on a processor smaller slices cost throughput
(docs/figures/encode.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """What the scheduler keeps to."""

    streams: int
    """Slices that are worked on at once."""
    quantum_seconds: float = QUANTUM_SECONDS
    """What each of them should take."""
