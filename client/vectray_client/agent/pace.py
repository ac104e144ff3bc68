"""How fast the backlog may go, from what the machine is doing. Pure."""

from dataclasses import dataclass, replace

from vectray_client.indexer.pace import FULL_SPEED, Pace

_LEAST_DISK_BYTES = 500_000_000
"""A guess: what a system needs to stay usable, and more than SQLite ever takes for a commit."""
_PRESSED_PERCENT = 20.0
"""Of the last ten seconds in which some task waited for a processor. Our own do, too, so it says nothing by itself."""
_OTHERS_PERCENT = 50.0
"""Of all processors, what other programs use. The daemon steps aside for them by itself; from here on we ask for less."""
_SHORT_PERCENT = 5.0
"""Of the last ten seconds in which some task waited for memory, which is felt at once."""
_BATTERY = Pace(calls=1, rest_seconds=0.5, lane="idle", reason="slowed: on battery")
_BUSY = Pace(calls=1, rest_seconds=0.1, lane="idle", reason="slowed: other programs need the processor")
_SHORT = Pace(calls=1, rest_seconds=2.0, lane="idle", reason="slowed: memory is short")
_DISK_FULL = Pace(calls=0, is_stopped=True, reason="stopped: the disk is almost full")


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


def pace_for(machine: Machine) -> Pace:
    """Return the pace, with the most pressing reason."""
    if machine.disk_free_bytes is not None and machine.disk_free_bytes < _LEAST_DISK_BYTES:
        return _DISK_FULL
    if (machine.memory_pressure_percent or 0.0) > _SHORT_PERCENT:
        return _SHORT
    if machine.is_on_battery:
        return _BATTERY
    is_pressed = (machine.cpu_pressure_percent or 0.0) > _PRESSED_PERCENT
    return _BUSY if is_pressed and (machine.others_percent or 0.0) > _OTHERS_PERCENT else FULL_SPEED


def beside_questions(pace: Pace) -> Pace:
    """Return the pace while somebody searches: one of the model's streams, and the processor under it, is left to the questions."""
    return replace(pace, calls=min(pace.calls, 1))


def others_percent(*, all_seconds: float, own_seconds: float, seconds: float, processors: int) -> float:
    """Return the share of all processors that others used in so many seconds, in which all were busy for `all_seconds` together."""
    return min(100.0, 100 * max(0.0, all_seconds - own_seconds) / (seconds * processors))
