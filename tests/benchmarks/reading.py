"""Files a second through reader processes, megabytes a second of long documents, and what a reader holds.

    python -m tests.benchmarks.reading --tokenizer TOKENIZER_JSON [--notes 5000] [--megabytes 4] [--rounds 3]

Notes are distinct, in English and in Chinese by turns, with a heading and a few sentences. "digest" is what the agent does
before it hands a file over. "whole" is the clock from the first batch to the last answer, with readers that have started before;
they yield to whatever else runs, so on a busy machine look at the CPU time: of the readers, and of this process, their owner.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil
from tests.benchmarks.edit_locality import chinese, english, generated, words
from tests.benchmarks.figures import median_and_range, row

from vectray_client.domain import Document
from vectray_client.read.digest import digest
from vectray_client.read.options import ReadOptions
from vectray_client.read.pool import Readers, Task

BATCH = 32


def write_notes(folder: Path, count: int) -> list[Task]:
    """Distinct small notes."""
    chance = random.Random(3)
    vocabulary = words(chance)
    tasks = []
    for number in range(count):
        paragraph = chinese if number % 2 else english
        path = folder / f"{number}.md"
        path.write_text(f"# Note {number}\n\n{paragraph(chance, vocabulary)}\n", encoding="utf-8")
        tasks.append(Task(str(path), path.stat().st_size))
    return tasks


class Cost(NamedTuple):
    """Seconds that reading took."""

    whole: float
    readers_cpu: float
    owner_cpu: float


def readers_cpu() -> float:
    """CPU seconds of all children that are there."""
    times = [child.cpu_times() for child in psutil.Process().children()]
    return sum(one.user + one.system for one in times)


def readers_megabytes() -> float:
    """RSS of the largest child."""
    return float(max(child.memory_info().rss for child in psutil.Process().children()) / 1e6)


def read_all(readers: Readers, tasks: list[Task]) -> Cost:
    """Read everything once."""
    started, used, theirs = time.perf_counter(), time.process_time(), readers_cpu()
    batches = [readers.submit(tasks[at : at + BATCH]) for at in range(0, len(tasks), BATCH)]
    answers = [answer for batch in batches for answer in batch.result()]
    assert all(isinstance(answer, Document) for answer in answers)
    return Cost(time.perf_counter() - started, readers_cpu() - theirs, time.process_time() - used)


def warmed(readers: Readers, processes: int, task: Task) -> None:
    """Wait until every reader has started: each takes one of as many batches, being busy with a start of its own."""
    for batch in [readers.submit([task]) for _ in range(4 * processes)]:
        batch.result()


def measure_notes(options: ReadOptions, tasks: list[Task], *, processes: int, rounds: int) -> None:
    """Print a row."""
    costs = []
    for _ in range(rounds):
        with Readers(
            options, processes=processes
        ) as readers:  # new ones: they remember what they have counted
            warmed(readers, processes, tasks[0])
            costs.append(read_all(readers, tasks[1:]))
            held = readers_megabytes()
    rates = median_and_range([len(tasks) / cost.whole for cost in costs], digits=0)
    name = f"{len(tasks)} notes, {processes} {'readers' if processes > 1 else 'reader'}"
    print(row(name, f"{rates} files/s", *cpu_each(costs, len(tasks)), f"{held:.0f} MB"), flush=True)


def measure_long(options: ReadOptions, path: Path, *, rounds: int) -> None:
    """Print a row."""
    costs = []
    note = path.with_suffix(".md")
    note.write_text("note")
    size = path.stat().st_size
    for _ in range(rounds):
        with Readers(options) as readers:
            warmed(readers, 1, Task(str(note), 4))
            costs.append(read_all(readers, [Task(str(path), size)]))
            held = readers_megabytes()
    rates = median_and_range([size / 1e6 / cost.whole for cost in costs])
    name = f"{path.stem} text, {size / 1e6:.0f} MB"
    print(row(name, f"{rates} MB/s", *cpu_each(costs, 1), f"{held:.0f} MB"), flush=True)


def cpu_each(costs: list[Cost], files: int) -> tuple[str, str]:
    """CPU milliseconds a file, of the readers and of their owner."""
    readers = statistics.median(cost.readers_cpu for cost in costs)
    owner = statistics.median(cost.owner_cpu for cost in costs)
    return f"{1_000 * readers / files:.2f} ms", f"{1_000 * owner / files:.2f} ms"


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--notes", type=int, default=5_000)
    parser.add_argument("--megabytes", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    options = ReadOptions(tokenizer_path=arguments.tokenizer, max_tokens=400)
    with tempfile.TemporaryDirectory() as folder:
        tasks = write_notes(Path(folder), arguments.notes)
        print(row("what", "whole", "readers, CPU a file", "owner, CPU a file", "RSS of a reader"))
        print(row(*["---"] * 5))
        started = time.process_time()
        for task in tasks:
            digest(task.path)
        each = (time.process_time() - started) / len(tasks)
        print(row("digest", "", "", f"{1_000 * each:.2f} ms", ""))
        for processes in (1, 2):
            measure_notes(options, tasks, processes=processes, rounds=arguments.rounds)
        for paragraph in (english, chinese):
            path = Path(folder) / f"{paragraph.__name__}.txt"
            size = int(arguments.megabytes * 1e6)
            long = generated(paragraph, headings=False, size=size, chance=random.Random(7))
            path.write_text("\n\n".join(long), encoding="utf-8")
            measure_long(options, path, rounds=arguments.rounds)


if __name__ == "__main__":
    main()
