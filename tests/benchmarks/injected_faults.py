"""Thousands of faults, and what became of every text.

    python -m tests.benchmarks.injected_faults [--faults 10000] [--seed 1]

The real scheduler, fleet and worker code in this process; real worker processes that fail in the way that a text asks for. Among four
texts is one that brings a fault. Each must end as its kind says, and its neighbours unharmed:

    exception  the model raises on it, always                              an error
    memory     the model finds no memory for it among others, but alone    a vector
    nan        the model gives a vector that is not finite                 an error
    died       the worker kills itself over it, once                       a vector
    killed     the worker is killed from outside, as for want of memory    a vector
    poison     the worker kills itself over it, always                     an error
    hang       the worker never comes back from it, once                   a vector

Prints for each kind how many ended how, and the milliseconds from the first fault to the end of the text that brought it (others are
served meanwhile); then how soon after the loss of a worker the next vector came.
"""

import argparse
import asyncio
import collections
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.faulty_worker import TO_BE_KILLED
from tests.benchmarks.figures import percentile, row

from vectrayd.domain.embedding import Embedding, Outcome
from vectrayd.domain.messages import Load
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.domain.pacing import Pacing
from vectrayd.scheduling.jobs import Job, Ticket
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.workers.fleet import Fleet

MODEL = "faulty"
STREAMS = 2
SHARES = {
    "exception": 0.40,
    "memory": 0.30,
    "nan": 0.28,
    "died": 0.012,
    "killed": 0.004,
    "poison": 0.002,
    "hang": 0.002,
}
"""Of all faults. The last four cost a new process each, or several."""
ENDS_IN_A_VECTOR = frozenset({"well", "memory", "died", "killed", "hang"})
WATCHDOG_SECONDS = 1.0
"""Beyond twenty times what a slice should take."""
TEXT_BYTES = 160
_IN_FLIGHT = 1024
_AT_ONCE = 32
_PATIENCE_SECONDS = 120.0
"""Without a single answer before the rest counts as lost."""


@dataclass(slots=True)
class Seen:
    """What became of the texts, by their place in the list of all."""

    texts: Sequence[str]
    marks: Path
    ends: collections.defaultdict[int, list[Outcome]] = field(
        default_factory=lambda: collections.defaultdict(list)
    )
    taken_ms: collections.defaultdict[str, list[float]] = field(
        default_factory=lambda: collections.defaultdict(list)
    )
    """From the first time that a text brought its fault to its end, by kind."""
    lost_at: float | None = None
    """When a new worker was asked for, by the monotonic clock, while it has not given a vector."""
    back_ms: list[float] = field(default_factory=list)
    """From asking for a new worker to its first vector."""

    def deliver(self, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
        """Note the ends of some texts, now."""
        if self.lost_at and any(isinstance(outcome, Embedding) for outcome in outcomes):
            self.back_ms.append((time.monotonic() - self.lost_at) * 1000)
            self.lost_at = None
        for job, outcome in zip(jobs, outcomes, strict=True):
            self.ends[job.key].append(outcome)
            with contextlib.suppress(FileNotFoundError):  # no fault, or an end before the model met it
                began = (self.marks / str(job.key)).stat().st_mtime
                self.taken_ms[kind_of(job.text)].append((time.time() - began) * 1000)

    def is_right(self, number: int) -> bool:
        """Whether a text ended once, and as its kind should."""
        ends = self.ends[number]
        wanted = kind_of(self.texts[number]) in ENDS_IN_A_VECTOR
        return len(ends) == 1 and isinstance(ends[0], Embedding) == wanted


def kind_of(text: str) -> str:
    """Return a text's kind."""
    return text.split(maxsplit=1)[0]


def made_up(faults: int, seed: int) -> list[str]:
    """Texts, one in four with a fault, in an order by chance."""
    chance = random.Random(seed)
    kinds = [kind for kind, share in SHARES.items() for _ in range(round(share * faults))]
    kinds += ["well"] * (3 * len(kinds))
    chance.shuffle(kinds)
    return [f"{kind} {number} ".ljust(TEXT_BYTES, ".") for number, kind in enumerate(kinds)]


async def settle(scheduler: Scheduler, seen: Seen) -> None:
    """Submit the texts, a thousand at a time, until all of them have ended or nothing moves any more."""
    ticket = Ticket(
        model=MODEL, options=EncodeOptions(), lane=Lane.BULK, client="faults", deliver=seen.deliver
    )

    async def wait_unanswered(most: int) -> None:
        while ticket.unanswered > most:
            await asyncio.wait_for(scheduler.wait_room(), _PATIENCE_SECONDS)

    numbered = [(number, text, len(text)) for number, text in enumerate(seen.texts)]
    try:
        for at in range(0, len(numbered), _AT_ONCE):
            await wait_unanswered(_IN_FLIGHT)
            scheduler.submit(ticket, numbered[at : at + _AT_ONCE])
        await wait_unanswered(0)
    except TimeoutError:
        return


async def kill_who_waits(marks: Path) -> None:
    """Kill workers that ask for it, as the kernel does when there is no memory left."""
    while True:
        await asyncio.sleep(0.01)
        for file in marks.glob(f"*.{TO_BE_KILLED}"):
            if pid := file.read_text():
                file.unlink()
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)


async def run(seen: Seen) -> float:
    """Let all texts end; return how many seconds a worker takes to start."""

    async def order_for(_: str) -> Load:
        seen.lost_at = seen.lost_at or time.monotonic()
        return Load(folder="", findings="", streams=STREAMS)

    fleet = Fleet(
        order_for, command=[sys.executable, "-m", "tests.benchmarks.faulty_worker", f"--marks={seen.marks}"]
    )
    scheduler = Scheduler(
        fleet,
        lambda _: Pacing(streams=STREAMS),
        most_waiting_bytes=64 * 1024 * 1024,
        watchdog_seconds=WATCHDOG_SECONDS,
    )
    killer = asyncio.create_task(kill_who_waits(seen.marks))
    began = time.monotonic()
    await fleet.worker(MODEL)
    load_seconds = time.monotonic() - began
    seen.lost_at = None
    try:
        await settle(scheduler, seen)
    finally:
        killer.cancel()
        await scheduler.stop(grace_seconds=0)
        await fleet.stop_all()
    return load_seconds


def table(seen: Seen) -> list[str]:
    """Return the rows of a Markdown table."""
    right: collections.Counter[str] = collections.Counter()
    counts: collections.Counter[str] = collections.Counter()
    for number, text in enumerate(seen.texts):
        counts[kind_of(text)] += 1
        right[kind_of(text)] += seen.is_right(number)
    rows = [
        row("kind", "texts", "ended once, as they should", "otherwise", "p50, ms", "longest, ms"),
        row(*["---"] * 6),
    ]
    for kind, count in counts.most_common():
        taken = seen.taken_ms[kind]
        times = (f"{percentile(taken, 0.5):.0f}", f"{max(taken):.0f}") if taken else ("", "")
        rows.append(row(kind, f"{count:,}", f"{right[kind]:,}", count - right[kind], *times))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--faults", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    texts = made_up(flags.faults, flags.seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        seen = Seen(texts, Path(folder))
        load_seconds = asyncio.run(run(seen))
    print("\n".join(table(seen)))
    ends = [len(seen.ends[number]) for number in range(len(texts))]
    print(
        f"{len(texts):,} texts, {ends.count(0)} without an end, {sum(end > 1 for end in ends)} with more than one; seed {flags.seed},"
        f" {time.monotonic() - began:.0f} s"
    )
    print(
        f"{len(seen.back_ms)} workers replaced, from the loss to the next vector p50 {percentile(seen.back_ms, 0.5):.0f} ms, longest"
        f" {max(seen.back_ms):.0f} ms, of which {load_seconds * 1000:.0f} ms are the start of a process"
    )


if __name__ == "__main__":
    main()
