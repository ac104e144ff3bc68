"""How fast the backlog may go, from what the machine is doing. Pure."""

from dataclasses import dataclass

from vectray_client.indexer.pace import FULL_SPEED, Pace

_LEAST_DISK_BYTES = 500_000_000
"""A guess: what a system needs to stay usable, and more than SQLite ever takes for a commit."""
_PRESSED_PERCENT = 40.0
"""Of the last ten seconds in which somebody waited for the processor. Our own threads alone come to about 20 on two cores."""
_SHORT_PERCENT = 5.0
"""Likewise for memory, where any waiting at all is felt."""
_BATTERY = Pace(calls=1, rest_seconds=0.5, lane="idle", reason="slowed: on battery")
_BUSY = Pace(calls=1, rest_seconds=0.5, lane="idle", reason="slowed: other programs need the processor")
_SHORT = Pace(calls=1, rest_seconds=2.0, lane="idle", reason="slowed: memory is short")
_DISK_FULL = Pace(calls=0, is_stopped=True, reason="stopped: the disk is almost full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is known of the machine; None where the system does not tell."""

    is_on_battery: bool | None = None
    cpu_pressure_percent: float | None = None
    """Share of the last ten seconds in which some task waited for a processor (PSI, `some avg10`)."""
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
    if (machine.cpu_pressure_percent or 0.0) > _PRESSED_PERCENT:
        return _BUSY
    return FULL_SPEED
