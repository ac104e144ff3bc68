"""Which models may share the memory. Pure.

Models that are loaded count as what they take now, models that are being loaded as what they are expected to take.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DEFAULT_BUDGET = "60%"
"""Of the machine's memory: the person's own programs are to have the rest."""
_PROCESS_BYTES = 350_000_000
"""Of a worker beside its weights: torch, the tokenizer, room to compute. Measured with both shipped models: 0.3 to 0.6 GB."""
_UNIT_BYTES = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "ki": 2**10, "mi": 2**20, "gi": 2**30}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:(%)|((?:[kmg]i?)?)b?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A model that takes memory now."""

    model: str
    size_bytes: int
    idle_since: float | None
    """Monotonic seconds; None while it is used or loading, so that it cannot be unloaded."""


def evictions(
    needed_bytes: int, residents: Iterable[Resident], *, budget_bytes: float
) -> tuple[str, ...] | None:
    """Return the models to unload so that `needed_bytes` more fit: idle ones, least recently used first, no more than it takes.

    None if it would not fit without the busy ones: waiting for them is right.
    """
    everybody = list(residents)
    excess = needed_bytes + sum(one.size_bytes for one in everybody) - budget_bytes
    idle = [one for one in everybody if one.idle_since is not None]
    chosen = []
    for one in sorted(idle, key=lambda resident: resident.idle_since or 0.0):
        if excess <= 0:
            break
        chosen.append(one.model)
        excess -= one.size_bytes
    return tuple(chosen) if excess <= 0 else None


def expected_bytes(weights_bytes: Mapping[str, int]) -> int:
    """Return what the process of a model is expected to take, from what its weights take by precision; 0 if nobody knows.

    The smallest precision counts. Which one the machine is good for shows only in the worker, and a model that is refused for a wrong
    guess is worse than a budget that is exceeded once.
    """
    return min(weights_bytes.values()) + _PROCESS_BYTES if weights_bytes else 0


def read_budget(words: str, *, machine_bytes: int) -> int:
    """Return the bytes that "60%", "4GB", "512 MiB" or "4000000000" mean on a machine with `machine_bytes`.

    Raises:
        ValueError: it is none of these, or more than all.

    """
    if not (found := _AMOUNT.fullmatch(words.strip().casefold())):
        raise ValueError(f'{words!r} is no amount of memory such as "60%", "4GB" or "512MiB"')
    number, percent, unit = found.groups()
    amount = float(number) * (machine_bytes / 100 if percent else _UNIT_BYTES[unit])
    if amount < 1 or math.isinf(amount) or (percent and float(number) > 100):  # noqa: PLR2004 - per cent
        raise ValueError(f"{words[:100]!r} is no part of this machine's memory")
    return int(amount)


def in_words(size_bytes: float) -> str:
    """Return an amount of memory as a person reads it."""
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"  # noqa: PLR2004 - a GB
