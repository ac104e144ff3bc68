"""What the machine is doing: power, pressure, room on the disk, a screen that somebody needs."""

import contextlib
import re
import shutil
import time
from pathlib import Path

import psutil

from vectray_client.agent.pace import Machine, others_percent
from vectray_client.agent.screen import Screen

_SOME_AVG10 = re.compile(r"^some avg10=([\d.]+)", re.MULTILINE)


class Lookout:
    """Looks at the machine now and then."""

    def __init__(self, index: Path, *, daemon_pid: Path, pressure: Path = Path("/proc/pressure")) -> None:
        """`index` is the folder of the index, `daemon_pid` the file with the daemon's process id."""
        self._index = index
        self._daemon_pid = daemon_pid
        self._pressure = pressure
        self._screen = Screen()
        self._all, self._own = _processor_seconds(), 0.0
        self._looked_at = time.monotonic()

    def look(self) -> Machine:
        """Return what the system tells, of the time since the last look where it is about a time."""
        return Machine(
            is_on_battery=_on_battery(),
            cpu_pressure_percent=_some_avg10(self._pressure / "cpu"),
            others_percent=self._others_percent(),
            memory_pressure_percent=_some_avg10(self._pressure / "memory"),
            disk_free_bytes=_free_bytes(self._index),
            is_screen_filled=self._screen.is_filled(),
        )

    def _others_percent(self) -> float | None:
        seconds = time.monotonic() - self._looked_at
        former_all, former_own = self._all, self._own
        self._looked_at += seconds
        self._all, self._own = _processor_seconds(), _own_seconds(self._daemon_pid)
        if not former_own or seconds <= 0:
            return None
        # A process that ended took its seconds with it: then it looks as if others had used them.
        return others_percent(
            all_seconds=self._all - former_all,
            own_seconds=max(0.0, self._own - former_own),
            seconds=seconds,
            processors=psutil.cpu_count() or 1,
        )


def _processor_seconds() -> float:
    """What all processors were busy for, since the system started."""
    times = psutil.cpu_times()
    return (
        float(times.user + times.nice + times.system) if hasattr(times, "nice") else times.user + times.system
    )


def _own_seconds(daemon_pid: Path) -> float:
    """What the agent, the daemon and their children, as they are now, have used since they started."""
    processes = [psutil.Process()]
    with contextlib.suppress(OSError, ValueError, psutil.Error):
        processes.append(psutil.Process(int(daemon_pid.read_text("ascii"))))
    seconds = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            for each in (process, *process.children(recursive=True)):
                times = each.cpu_times()
                seconds += times.user + times.system
    return seconds


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
