"""What the tray costs, and how soon it tells what has changed.

    python -m tests.benchmarks.tray [--seconds 120] [--changes 2000] [--pauses 50]

The real tray, with the real agent over a daemon whose model is a checksum, on a bus of its own with a host that draws nothing. Memory is that
of the tray's process alone: PSS counts what it shares with others in parts. Wake-ups are the times that one of its threads was put to sleep
by itself. A reaction is the time from a pause that is asked of the agent to the moment when the host has read the new picture.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figures import percentile
from tests.desktops.person import Person, quiet_session, somebody
from tests.vectray_client.desktop.fake_watcher import HostedItem, fake_watcher
from tests.vectray_client.desktop.private_bus import PrivateBus

from vectray_client.sdk.agent import Agent

_SETTLED_SECONDS = 5.0
_APART_SECONDS = 1.0
"""Between two pauses: the tray draws at most twice a second, and each should find it at rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a process has used since it started."""

    cpu_seconds: float
    wakeups: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--changes", type=int, default=2000)
    parser.add_argument("--pauses", type=int, default=50)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        PrivateBus() as bus,
        somebody(Path(folder) / "home", quiet_session(bus.address)) as person,
    ):
        documents = Path(folder) / "documents"
        documents.mkdir()
        (documents / "tides.md").write_text("The moon pulls the sea.\n", "utf-8")
        person.start_agent()
        with person.agent() as agent:
            agent.add_folder(str(documents))
        asyncio.run(measure(asked, bus_address=bus.address, person=person))


async def measure(asked: argparse.Namespace, *, bus_address: str, person: Person) -> None:
    """Print all figures of a tray that is started now."""
    async with fake_watcher(bus_address) as watcher:
        began = time.perf_counter()
        pid = person.start("tray", "--background").pid
        item = await watcher.wait_item()
        _print("icon seen after its start", f"{time.perf_counter() - began:.2f} s")
        await item.wait_until(lambda item: item.picture.startswith("vectray-idle"))
        _print("knows how things stand", f"{time.perf_counter() - began:.2f} s")
        await asyncio.sleep(_SETTLED_SECONDS)
        _print("memory after its start", memory(pid))
        _print(f"idle for {asked.seconds:.0f} s", await idle(pid, asked.seconds))
        with person.agent() as agent:
            seconds = await reactions(agent, item, asked.pauses)
        p50, p95, most = (percentile(seconds, share) for share in (0.5, 0.95, 1.0))
        _print(
            f"{asked.pauses} pauses: seen after", f"p50 {p50:.3f} s, p95 {p95:.3f} s, at most {most:.3f} s"
        )
        with person.agent() as agent:
            began = time.perf_counter()
            await asyncio.to_thread(change, agent, asked.changes)
            seconds_taken = time.perf_counter() - began
        await asyncio.sleep(_SETTLED_SECONDS)
        _print(f"memory after {asked.changes} changes in {seconds_taken:.0f} s", memory(pid))


async def idle(pid: int, seconds: float) -> str:
    """Tell what a process uses while nothing happens."""
    before, began = used(pid), time.perf_counter()
    await asyncio.sleep(seconds)
    after, took = used(pid), time.perf_counter() - began
    share = (after.cpu_seconds - before.cpu_seconds) / took
    return f"{share:.3%} of a core, {(after.wakeups - before.wakeups) / took:.1f} wake-ups a second"


async def reactions(agent: Agent, item: HostedItem, count: int) -> Sequence[float]:
    """Pause and resume so often; return the seconds until the host knew of each pause."""
    seconds = []
    for _ in range(count):
        await asyncio.sleep(_APART_SECONDS)
        began = time.perf_counter()
        await asyncio.to_thread(agent.pause)
        await item.wait_until(lambda item: item.picture.startswith("vectray-paused"))
        seconds.append(time.perf_counter() - began)
        await asyncio.sleep(_APART_SECONDS)
        await asyncio.to_thread(agent.resume)
        await item.wait_until(lambda item: not item.picture.startswith("vectray-paused"))
    return seconds


def change(agent: Agent, times: int) -> None:
    """Change the agent's state so often, one right after the other."""
    for number in range(times):
        if number % 2:
            agent.resume()
        else:
            agent.pause(seconds=3600)


def used(pid: int) -> Used:
    """Read what a process has used, from proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    statuses = [file.read_text("ascii") for file in Path(f"/proc/{pid}/task").glob("*/status")]
    wakeups = sum(
        int(line.split()[1])
        for status in statuses
        for line in status.splitlines()
        if line.startswith("voluntary")
    )
    return Used(cpu_seconds=(int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), wakeups=wakeups)


def memory(pid: int) -> str:
    """Tell how much memory a process has, from proc(5)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]
    megabytes = {line.split(":")[0]: int(line.split()[1]) * 1024 / 1e6 for line in lines}
    return f"RSS {megabytes['Rss']:.1f} MB, PSS {megabytes['Pss']:.1f} MB"


def _print(what: str, figure: str) -> None:
    print(f"{what:<36} {figure}", flush=True)


if __name__ == "__main__":
    main()
