"""Thousands of faults, and what became of every text.

    python -m tests.benchmarks.injected_faults [--faults 10000] [--seed 1] [--hangs 0]

The real scheduler, fleet and worker code in this process; real worker processes that fail in the way that a text asks for. Among four
texts is one that brings a fault. Each must end as its kind says, and its neighbours unharmed:

    exception  the model raises on it, always                              an error
    memory     the model finds no memory for it among others, but alone    a vector
    nan        the model gives a vector that is not finite                 an error
    died       the worker kills itself over it, once                       a vector
    killed     the worker is killed from outside, as for want of memory    a vector
    poison     the worker kills itself over it, always                     an error
    hang       the worker never comes back from it, once                   a vector

Prints for each kind how many ended how, and the milliseconds from the first fault to the end of the text that brought it.
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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.faulty_worker import TO_BE_KILLED
from tests.benchmarks.figures import percentile, row

from vectrayd.domain.embedding import Embedding, Outcome
from vectrayd.domain.messages import Load
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.workers.fleet import Fleet

MODEL = "faulty"
STREAMS = 2
SHARES = {"exception": 0.40, "memory": 0.30, "nan": 0.273, "died": 0.02, "killed": 0.005, "poison": 0.002}
"""Of all faults. The last three cost a new process each, or several."""
ENDS_IN_A_VECTOR = frozenset({"well", "memory", "died", "killed", "hang"})
WATCHDOG_SECONDS = 2.0
TEXT_BYTES = 160
"""At 2 ms each, a slice is worth about a quantum, as it would be with a model."""
_IN_FLIGHT = 1024
_AT_ONCE = 32
_PATIENCE_SECONDS = 120.0
"""Without a single answer before the rest counts as lost."""


@dataclass(slots=True)
class Seen:
    """What became of the texts."""

    ends: collections.Counter[tuple[str, str]] = field(default_factory=collections.Counter)
    """By kind of text and kind of end."""
    recovered_ms: collections.defaultdict[str, list[float]] = field(
        default_factory=lambda: collections.defaultdict(list)
    )
    neighbours_harmed: int = 0

    def note(self, text: str, outcome: Outcome, marks: Path) -> None:
        """Note a text's end, now."""
        kind, number, *_ = text.split()
        self.ends[kind, type(outcome).__name__] += 1
        self.neighbours_harmed += kind == "well" and not isinstance(outcome, Embedding)
        with contextlib.suppress(FileNotFoundError):  # an error that came before the text was even tried
            self.recovered_ms[kind].append((time.time() - (marks / number).stat().st_mtime) * 1000)


def made_up(faults: int, hangs: int, seed: int) -> list[str]:
    """Texts, one in four with a fault, in an order by chance."""
    chance = random.Random(seed)
    kinds = [kind for kind, share in SHARES.items() for _ in range(round(share * faults))]
    kinds += ["hang"] * hangs
    kinds += ["well"] * (3 * len(kinds))
    chance.shuffle(kinds)
    return [f"{kind} {number} ".ljust(TEXT_BYTES, ".") for number, kind in enumerate(kinds)]


async def settle(scheduler: Scheduler, texts: Sequence[str], marks: Path) -> Seen:
    """Submit the texts, a thousand at a time, until all of them have ended or nothing moves any more."""
    seen = Seen()
    waiting = list(reversed(texts))
    under_way: dict[asyncio.Future[Outcome], str] = {}
    while waiting or under_way:
        while waiting and len(under_way) < _IN_FLIGHT:
            part = [waiting.pop() for _ in range(min(_AT_ONCE, len(waiting)))]
            under_way |= zip(scheduler.submit(MODEL, part, EncodeOptions(), Lane.BULK), part, strict=True)
        done, _ = await asyncio.wait(
            under_way, timeout=_PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            seen.ends.update((text.split()[0], "no end") for text in under_way.values())
            break
        for answer in done:
            seen.note(under_way.pop(answer), answer.result(), marks)
    return seen


async def kill_who_waits(marks: Path) -> None:
    """Kill workers that ask for it, as the kernel does when there is no memory left."""
    while True:
        await asyncio.sleep(0.01)
        for file in marks.glob(f"*.{TO_BE_KILLED}"):
            if pid := file.read_text():
                file.unlink()
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)


async def run(texts: Sequence[str], marks: Path) -> tuple[Seen, int, float]:
    """Return what became of the texts, how many workers were started, and how many seconds the first start took."""
    starts = 0

    async def order_for(_: str) -> Load:
        nonlocal starts
        starts += 1
        return Load(folder="", findings="", streams=STREAMS)

    fleet = Fleet(
        order_for, command=[sys.executable, "-m", "tests.benchmarks.faulty_worker", f"--marks={marks}"]
    )
    scheduler = Scheduler(fleet, streams=STREAMS, most_waiting_bytes=64 * 1024 * 1024)
    killer = asyncio.create_task(kill_who_waits(marks))
    began = time.monotonic()
    await fleet.worker(MODEL)
    load_seconds = time.monotonic() - began
    try:
        seen = await settle(scheduler, texts, marks)
    finally:
        killer.cancel()
        await scheduler.stop(grace_seconds=0)
        await fleet.stop_all()
    return seen, starts, load_seconds


def table(seen: Seen, kinds: Mapping[str, int]) -> list[str]:
    """Return the rows of a Markdown table."""
    rows = [
        row("kind", "texts", "ended as it should", "otherwise", "p50, ms", "longest, ms"),
        row(*["---"] * 6),
    ]
    for kind, count in kinds.items():
        ends = {end: many for (whose, end), many in seen.ends.items() if whose == kind}
        right = sum(
            many
            for end, many in ends.items()
            if end != "no end" and (end == "Embedding") == (kind in ENDS_IN_A_VECTOR)
        )
        taken = seen.recovered_ms[kind]
        times = (f"{percentile(taken, 0.5):.0f}", f"{max(taken):.0f}") if taken else ("", "")
        rows.append(row(kind, f"{count:,}", f"{right:,}", count - right, *times))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--faults", type=int, default=10_000)
    parser.add_argument("--hangs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    texts = made_up(flags.faults, flags.hangs, flags.seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        seen, starts, load_seconds = asyncio.run(run(texts, Path(folder)))
    kinds = collections.Counter(text.split()[0] for text in texts)
    print("\n".join(table(seen, dict(kinds.most_common()))))
    print(
        f"{len(texts):,} texts, {sum(seen.ends.values()):,} ends, {sum(many for (_, end), many in seen.ends.items() if end == 'no end')}"
        f" without one; {seen.neighbours_harmed} neighbours harmed; {starts - 1} workers replaced, one starts in"
        f" {load_seconds * 1000:.0f} ms; {time.monotonic() - began:.0f} s, seed {flags.seed}"
    )


if __name__ == "__main__":
    main()
