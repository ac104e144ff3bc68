"""How fast the backlog may go, from what the machine is doing. Pure: the clock is passed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vectray_client.indexer.pace import FULL_SPEED, Pace

_LEAST_DISK_BYTES = 500_000_000
"""A guess: what a system needs to stay usable, and more than SQLite ever takes for a commit."""
_PRESSED_PERCENT = 20.0
"""Of the last ten seconds in which some task waited for a processor. Our own do, too, so it says nothing by itself."""
_OTHERS_PERCENT = 50.0
"""Of all processors, what other programs use. The daemon steps aside for them by itself; from here on we ask for less."""
_SHORT_PERCENT = 5.0
"""Of the last ten seconds in which some task waited for memory, which is felt at once."""
_GONE_SECONDS = 60.0
"""A guess: for so long a reason is still the same one. Other programs rest now and then, and who watches a film looks up a mail."""
_DISK_FULL = Pace(calls=0, is_stopped=True, reason="stopped: the disk is almost full")
_SHORT = Pace(calls=1, rest_seconds=2.0, lane="idle", reason="slowed: memory is short")
_FULL_SCREEN = Pace(calls=1, rest_seconds=1.0, lane="idle", reason="slowed: a program fills the screen")
_BATTERY = Pace(calls=1, rest_seconds=0.5, lane="idle", reason="slowed: on battery")
_BUSY = Pace(calls=1, rest_seconds=0.1, lane="idle", reason="slowed: other programs need the processor")
_NEVER_OVERRIDDEN = (_DISK_FULL, _SHORT)
"""More room or memory does not come from somebody's wish: indexing at full speed would end with what they need, or with ourselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is known of the machine; None where the system does not tell."""

    is_on_battery: bool | None = None
    cpu_pressure_percent: float | None = None
    """Share of the last ten seconds in which some task waited for a processor (PSI, `some avg10`)."""
    others_percent: float | None = None
    """Share of all processors that programs other than Vectray's used lately."""
    memory_pressure_percent: float | None = None
    disk_free_bytes: int | None = None
    """Where the index lies."""
    is_screen_filled: bool | None = None
    """Whether the program that is in use fills the whole screen: a film, a talk, a game."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurry:
    """What somebody said not to slow down for."""

    seen_at: Mapping[Pace, float] = field(default_factory=dict)
    """The paces that there were reasons for, and when there last was one."""


NO_HURRY = Hurry()


def paces_for(machine: Machine) -> list[Pace]:
    """Return every pace that there is a reason for, the slowest first, so that the reason that is told is the one that decides.

    A screen that is filled comes before a battery: a film that stutters is noticed at once, a battery that empties in an hour.
    """
    is_pressed = (machine.cpu_pressure_percent or 0.0) > _PRESSED_PERCENT
    reasons = {
        _DISK_FULL: machine.disk_free_bytes is not None and machine.disk_free_bytes < _LEAST_DISK_BYTES,
        _SHORT: (machine.memory_pressure_percent or 0.0) > _SHORT_PERCENT,
        _FULL_SCREEN: machine.is_screen_filled,
        _BATTERY: machine.is_on_battery,
        _BUSY: is_pressed and (machine.others_percent or 0.0) > _OTHERS_PERCENT,
    }
    return [pace for pace, holds in reasons.items() if holds]


def pace_for(machine: Machine, hurry: Hurry = NO_HURRY) -> Pace:
    """Return the pace, with the most pressing reason that nobody said to go on in spite of."""
    paces = paces_for(machine)
    left = next((pace for pace in paces if pace not in hurry.seen_at), FULL_SPEED)
    return replace(left, is_hurried=left is FULL_SPEED and bool(paces))


def hurry_from(machine: Machine, now: float) -> Hurry:
    """Return what somebody means who says now (seconds) to go on anyway: every reason that there is, but for a full disk and short memory."""
    return Hurry(seen_at={pace: now for pace in paces_for(machine) if pace not in _NEVER_OVERRIDDEN})


def still_hurried(hurry: Hurry, machine: Machine, now: float) -> Hurry:
    """Return what is left of it now: a reason that has been gone for a minute counts again when it comes back."""
    paces = paces_for(machine)
    seen_at = {pace: now if pace in paces else seen for pace, seen in hurry.seen_at.items()}
    return Hurry(seen_at={pace: seen for pace, seen in seen_at.items() if now - seen < _GONE_SECONDS})


def beside_questions(pace: Pace) -> Pace:
    """Return the pace while somebody searches: one of the model's streams, and the processor under it, is left to the questions."""
    return replace(pace, calls=min(pace.calls, 1))


def others_percent(*, all_seconds: float, own_seconds: float, seconds: float, processors: int) -> float:
    """Return the share of all processors that others used in so many seconds, in which all were busy for `all_seconds` together."""
    return min(100.0, 100 * max(0.0, all_seconds - own_seconds) / (seconds * processors))
