"""What is known of the model that a folder would be indexed with, whatever lies in the folder. Pure."""

from dataclasses import dataclass
from typing import Final

from vectray_client.sdk.states import ModelState
from vectray_client.sdk.tokens import Estimate

ASKED_BYTES: Final = 8_000_000
"""Of text: an estimate for so much tells what a byte takes, without what is done once."""
ASKED_TEXTS: Final = 10_000
"""Passages, which that comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """As far as somebody could tell."""

    model: str = ""
    languages: tuple[str, ...] = ()
    """BCP 47 tags; "mul" for many. Empty if they are not known."""
    seconds_per_byte: float = 0.0
    """Of text in UTF-8, until it is found by meaning; 0 if nobody knows."""
    seconds_before: float = 0.0
    """Until what waits already is done."""

    def seconds(self, size_bytes: int) -> float:
        """Return about how long so much text would take; 0 if nobody knows."""
        return self.seconds_before + size_bytes * self.seconds_per_byte if self.seconds_per_byte else 0.0


def prospect_of(model: ModelState, asked: Estimate, *, seconds_before: float = 0.0) -> Prospect:
    """Return what the daemon's answers come to: of a model, and of what `ASKED_TEXTS` with `ASKED_BYTES` would cost it."""
    return Prospect(
        model=model.name,
        languages=tuple(model.languages),
        seconds_per_byte=asked.compute_seconds / ASKED_BYTES,
        seconds_before=seconds_before,
    )
