"""What the machine is doing: power, pressure, room on the disk."""

import re
import shutil
from pathlib import Path

import psutil

from vectray_client.agent.pace import Machine

_SOME_AVG10 = re.compile(r"^some avg10=([\d.]+)", re.MULTILINE)


def look_at_machine(index: Path, *, pressure: Path = Path("/proc/pressure")) -> Machine:
    """Return what the system tells; `index` is the folder of the index."""
    return Machine(
        is_on_battery=_on_battery(),
        cpu_pressure_percent=_some_avg10(pressure / "cpu"),
        memory_pressure_percent=_some_avg10(pressure / "memory"),
        disk_free_bytes=_free_bytes(index),
    )


def _on_battery() -> bool | None:
    # Not there on every system; and a desktop has no battery.
    sensor = getattr(psutil, "sensors_battery", lambda: None)()
    return None if sensor is None or sensor.power_plugged is None else not sensor.power_plugged


def _some_avg10(file: Path) -> float | None:
    """Linux tells since 4.20 (Documentation/accounting/psi.rst); elsewhere nobody does."""
    try:
        found = _SOME_AVG10.search(file.read_text("ascii"))
    except (OSError, UnicodeDecodeError):
        return None
    return float(found[1]) if found else None


def _free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
