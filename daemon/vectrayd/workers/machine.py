"""What the operating system says of memory and sleep, and is told about core dumps."""

import contextlib
import time
from pathlib import Path

import psutil

_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUP = Path("/proc/self/cgroup")


def rss_bytes(pid: int) -> int:
    """Return the resident memory of a process; 0 if it has just ended."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def memory_bytes(*, cgroups: Path = _CGROUPS, own_cgroup: Path = _OWN_CGROUP) -> int:
    """Return the memory that this process and its children may take together: the machine's, or less in a container."""
    return min([int(psutil.virtual_memory().total), *_cgroup_limits(cgroups, own_cgroup)])


def _cgroup_limits(cgroups: Path, own_cgroup: Path) -> list[int]:
    # Version 2 names the limit memory.max and says "max" for none, version 1 memory.limit_in_bytes with a huge number for none; a
    # limit holds for all groups below it. https://docs.kernel.org/admin-guide/cgroup-v2.html
    limits: list[int] = []
    with contextlib.suppress(OSError):
        for line in own_cgroup.read_text("utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers and "memory" not in controllers.split(","):
                continue
            mount, name = (
                (cgroups / "memory", "memory.limit_in_bytes") if controllers else (cgroups, "memory.max")
            )
            inside = mount / path.lstrip("/")
            for folder in (inside, *inside.parents):
                if folder.is_relative_to(mount):
                    with contextlib.suppress(OSError, ValueError):
                        limits.append(int((folder / name).read_text("ascii")))
    return limits


def slept_seconds() -> float:
    """Return how long the machine has been asleep since it was started; 0 where nobody can know.

    Linux' CLOCK_BOOTTIME goes on in sleep, CLOCK_MONOTONIC does not (clock_gettime(2)).
    """
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


def forbid_core_dumps() -> None:
    """Keep this process and its children from leaving texts in core dumps.

    The limit is one byte, not none: it stops files just as well, and the kernel takes 1 as the wish not to be dumped to a program
    either, while 0 still feeds the crash handlers of desktop systems (Linux, fs/coredump.c).
    """
    with contextlib.suppress(ImportError):  # Windows has neither
        import resource  # noqa: PLC0415 - see above

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        allowed = 0 if most == 0 else 1  # only root may raise what was forbidden before
        resource.setrlimit(resource.RLIMIT_CORE, (allowed, allowed))
