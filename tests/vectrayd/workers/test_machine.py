import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from vectrayd.workers.machine import memory_bytes, rss_bytes, slept_seconds


@pytest.mark.parametrize(
    ("own", "files", "limit"),
    [
        ("0::/\n", {"memory.max": "1000000"}, 1_000_000),
        ("0::/a/b\n", {"a/memory.max": "2000000", "a/b/memory.max": "max"}, 2_000_000),
        ("0::/a/b\n", {"a/memory.max": "3000000", "a/b/memory.max": "1500000"}, 1_500_000),
        ("9:cpu,cpuacct:/x\n4:memory:/c\n", {"memory/c/memory.limit_in_bytes": "700000"}, 700_000),
        ("9:cpu:/x\n", {"x/memory.max": "1"}, None),
        ("0::/\n", {"memory.max": "max"}, None),
        ("0::/\n", {}, None),
    ],
)
def test_a_containers_limit_counts_as_the_machine(
    tmp_path: Path, own: str, files: dict[str, str], limit: int | None
) -> None:
    """The tightest limit of the process' own groups holds, in either version; without one, what the machine has."""
    (tmp_path / "own").write_text(own, "ascii")
    for name, content in files.items():
        (tmp_path / "groups" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "groups" / name).write_text(content, "ascii")
    found = memory_bytes(cgroups=tmp_path / "groups", own_cgroup=tmp_path / "own")
    assert found == (limit or psutil.virtual_memory().total)


def test_a_process_that_is_gone_takes_nothing() -> None:
    """Asking for the memory of a process that has just ended is no error."""
    assert rss_bytes(os.getpid()) > 1_000_000
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert rss_bytes(ended.pid) == 0


def test_time_awake_is_no_sleep() -> None:
    """Only sleep of the machine makes the two clocks differ."""
    assert abs(slept_seconds() - slept_seconds()) < 0.1


@pytest.mark.parametrize(("before", "after"), [((0, 4096), (1, 1)), ((0, 0), (0, 0))])
def test_no_core_dump_holds_a_text(before: tuple[int, int], after: tuple[int, int]) -> None:
    """Whatever a process was allowed before, once it forbids core dumps neither it nor a child of it leaves one."""
    child = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
    script = f"""
import resource, subprocess, sys
from vectrayd.workers.machine import forbid_core_dumps
resource.setrlimit(resource.RLIMIT_CORE, {before})
forbid_core_dumps()
subprocess.run([sys.executable, "-c", {child!r}])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == f"{after}\n"
