"""Is anything missed when files are made faster than anybody can hear of them?

    python -m tests.benchmarks.event_storm [--files 100000] [--directories 0] [--writers 2] [--busy 1] [--under /dev/shm]

Watches a folder as the agent does, with busy Python threads beside it; other processes make files in one directory as fast as the system
can. Whenever the watcher hands out a place, a scan of it is taken over, as the index would take it. Prints how often events were lost, how many
places were handed out, how long after the end of the storm everything was right, how many files a last scan found missing, and the
processor time of the ten seconds after that. With `--directories` the folder holds so many directories besides, and all of them are
caught up with after an overflow.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from vectray_client.domain import FileState
from vectray_client.watch.place import Place
from vectray_client.watch.rules import Rules
from vectray_client.watch.scanner import Bounds, scan
from vectray_client.watch.watcher import Watcher

STORM = """
import os, sys, time
folder, files = sys.argv[1], int(sys.argv[2])
source = f"{folder}/{os.getpid()}"
os.close(os.open(source, os.O_CREAT | os.O_WRONLY))
began = time.perf_counter()
for number in range(files):  # further names of one file are the fastest to make; of each three things are told
    os.link(source, source + ".new")
    os.rename(source + ".new", f"{source}-{number}.md")
print(round(files / (time.perf_counter() - began)), time.time())
"""
SETTLED_SECONDS = 10.0


class Known:
    """What an index would know, by the places that it was told to look at."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.bounds = Bounds(rules=Rules())
        self.files: dict[str, FileState | None] = {}
        self.places = 0

    def take(self, place: Place) -> None:
        """Look at a place."""
        self.places += 1
        there = self.files
        if place.path != self.folder:
            inside = os.path.join(place.path, "")  # noqa: PTH118 - strings
            there = {
                path: file for path, file in there.items() if path == place.path or path.startswith(inside)
            }
        changes = scan(self.folder, there, self.bounds, places=[place])
        for path in changes.gone:
            del self.files[path]
        self.files |= changes.dirty

    def documents(self) -> int:
        """How many of the storm's files are known under their last names."""
        return sum(path.endswith(".md") for path in self.files)

    def missing(self) -> int:
        """How many files differ from what is known."""
        return scan(self.folder, self.files, self.bounds).pending


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--directories", type=int, default=0)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--busy", type=int, default=1, help="Python threads that never rest")
    parser.add_argument("--under", help="where the folder is made")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=told.under) as folder, _busy(told.busy):
        target = Path(folder) / "target"
        target.mkdir()
        for number in range(told.directories):
            (Path(folder) / f"{number // 100}" / f"{number}").mkdir(parents=True)
        rings = threading.Event()
        watcher = Watcher(rings.set, rules=Rules())
        known = Known(folder)
        watcher.watch(folder)
        _run(watcher, rings, known, until=lambda: known.places > 0)
        _storm(watcher, rings, known, target, told)
        watcher.close()


def _storm(
    watcher: Watcher, rings: threading.Event, known: Known, target: Path, told: argparse.Namespace
) -> None:
    command = [sys.executable, "-c", STORM, str(target), str(told.files // told.writers)]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(told.writers)]
    _run(watcher, rings, known, until=lambda: all(writer.poll() is not None for writer in writers))
    said = [writer.communicate()[0].split() for writer in writers]
    _run(watcher, rings, known, until=lambda: known.documents() >= told.files)
    right_after = time.time() - max(float(ended) for _, ended in said)
    rate = sum(int(rate) for rate, _ in said)
    print(f"{told.files} files at {rate} a second; right {right_after:.1f} s after the end")
    began, used = time.perf_counter(), time.process_time()
    _run(watcher, rings, known, until=lambda: time.perf_counter() - began > SETTLED_SECONDS)
    used = time.process_time() - used
    overflows = watcher.health(known.folder).overflows
    print(f"overflows: {overflows}; places handed out: {known.places}; missed: {known.missing()}")
    print(f"processor time of {SETTLED_SECONDS:.0f} quiet seconds, busy threads included: {used:.2f} s")


def _run(watcher: Watcher, rings: threading.Event, known: Known, *, until: Callable[[], bool]) -> None:
    """Do what the watcher says, for at most a minute."""
    end = time.monotonic() + 60
    while not until() and time.monotonic() < end:
        for places in watcher.due(time.monotonic()).values():
            for place in places:
                known.take(place)
        rings.wait(min(0.05, max(0.0, watcher.next_due() - time.monotonic())))
        rings.clear()


@contextlib.contextmanager
def _busy(count: int) -> Iterator[None]:
    """Threads that compute in Python until the end."""
    is_over = threading.Event()

    def work() -> None:
        while not is_over.is_set():
            sum(range(1000))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
