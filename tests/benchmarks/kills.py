"""The agent, its readers, the daemon and its worker killed at random moments while somebody works in the indexed folder.

    python -m tests.benchmarks.kills [--kills 1000] [--seed 1] [--every 100]

After every hundred kills all is left alone until nothing waits. Then the store must be sound, and its canonical dump that of an index
built from nothing over the same files. The daemon is the light one, behind a proxy that never dies, so that nobody starts another; its
worker notes every text it is given, which tells what was done more than once.
"""

import argparse
import collections
import contextlib
import difflib
import itertools
import os
import random
import shutil
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import psutil
from tests import light_daemon
from tests.benchmarks.agents import Agent
from tests.cutting_proxy import CuttingProxy

from vectray.places import make_private
from vectray_client.store.reading import open_reader

_KINDS = ("agent", "reader", "daemon", "worker")
_WORKER = {"dimensions": 8, "unit": 1, "text_seconds": 0.002}
_MOST_FILES = 150
_SUFFIXES = (".md", ".txt", ".py", ".html", ".csv")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=100)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    done: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as folder, HardLife(Path(folder)) as life:
        worker = Busy(life.tree, seed=asked.seed)
        for number in range(1, asked.kills + 1):
            with worker.working():
                time.sleep(chance.uniform(0.05, 0.8))
                kind = chance.choice(_KINDS)
                if life.kill(kind):
                    done[kind] += 1
            if number % asked.every == 0 or number == asked.kills:
                print(f"{number} kills {dict(done)}: {life.verdict()}", flush=True)


class HardLife:
    """An agent over a tree, and the daemon that it finds behind a proxy."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.tree.mkdir()
        self._folder = folder
        self._journal = folder / "journal"
        self._journal.touch()
        self._noted = 0
        self.agent = Agent(folder / "home")
        self._daemon_home = folder / "daemon"
        self._life = contextlib.ExitStack()

    def __enter__(self) -> Self:
        make_private(self.agent.places.runtime)
        self._start_daemon()
        self._proxy = CuttingProxy(
            self.agent.places.daemon_socket, light_daemon.places(self._daemon_home).daemon_socket
        )
        self._proxy.__enter__()
        self.agent.start()
        self.agent.add(self.tree)
        return self

    def __exit__(self, *_: object) -> None:
        self.agent.kill()
        self._proxy.__exit__()
        self._life.close()

    def kill(self, kind: str) -> bool:
        """Kill one of the processes; return whether there was one."""
        if kind == "agent":
            self.agent.kill()
            self.agent.start()
            return True
        if kind == "daemon":
            os.kill(self._daemon.pid, signal.SIGKILL)
            self._daemon.wait()
            self._life.close()
            self._start_daemon()
            return True
        parent = self.agent.pid if kind == "reader" else self._daemon.pid
        victims = psutil.Process(parent).children(recursive=True)
        for victim in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.kill()
        return bool(victims)

    def verdict(self) -> str:
        """Say what the store came to, once nothing waits."""
        # What was saved a moment ago is not even a hint yet.
        self.agent.wait(lambda: self.agent.search("w", top=1, wait_ms=5000).fresh, seconds=300)
        self.agent.wait(self._is_right, seconds=300)
        problems = self.agent.state().problems
        path = self.agent.places.index / "index.sqlite"
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            ((integrity,),) = connection.execute("PRAGMA integrity_check").fetchall()
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        mine, clean = self._dump(path), self._clean_dump()
        differences = [
            line
            for line in difflib.unified_diff(clean, mine, lineterm="", n=0)
            if line[:1] in "+-" and line[:3] not in ("+++", "---")
        ]
        for line in differences[:10]:
            print(line[:200])
        return (
            f"integrity {integrity}, {len(orphans)} orphans, {len(differences)} lines of {len(clean)} unlike a clean rebuild's,"
            f" {problems} problems; {self._repeated()} texts embedded again"
        )

    def _is_right(self) -> bool:
        state = self.agent.state()
        return state.pending == 0 and state.files + state.problems >= sum(1 for _ in self.tree.rglob("*.*"))

    def _start_daemon(self) -> None:
        self._daemon = self._life.enter_context(
            light_daemon.running(self._daemon_home, journal=self._journal, **_WORKER)
        )

    @staticmethod
    def _dump(path: Path) -> list[str]:
        with open_reader(path) as reader, reader.snapshot():
            return list(reader.dump())

    def _clean_dump(self) -> list[str]:
        home = self._folder / "clean"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        with light_daemon.running(home, dimensions=8, unit=1):
            agent = Agent(home)
            agent.command("index", str(self.tree))
            return self._dump(agent.places.index / "index.sqlite")

    def _repeated(self) -> int:
        counts = collections.Counter(self._journal.read_text("ascii").split())
        total = sum(counts.values()) - len(counts)
        repeated, self._noted = total - self._noted, total
        return repeated


class Busy:
    """Somebody who works in a folder: every text that they write is new, unless they copy it."""

    def __init__(self, tree: Path, *, seed: int) -> None:
        self._tree = tree
        self._chance = random.Random(seed)
        self._number = itertools.count()
        for _ in range(_MOST_FILES // 2):
            self._create()

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Work in a thread meanwhile."""
        is_over = threading.Event()
        thread = threading.Thread(target=self._work, args=(is_over,))
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def _work(self, is_over: threading.Event) -> None:
        acts = (self._create, self._edit, self._edit, self._append, self._rename, self._copy, self._delete)
        while not is_over.is_set():
            self._chance.choice(acts)()
            time.sleep(self._chance.uniform(0.0, 0.05))

    def _text(self) -> str:
        parts = [
            f"## Part {next(self._number)}\n\n"
            + " ".join(f"w{self._chance.randrange(10**6)}" for _ in range(60))
            for _ in range(self._chance.randrange(1, 8))
        ]
        return "\n\n".join(parts) + "\n\n机器学习是人工智能的一个分支。\n"

    def _some(self) -> Path | None:
        files = sorted(path for path in self._tree.rglob("*.*") if path.is_file())
        return self._chance.choice(files) if files else None

    def _new_path(self) -> Path:
        directory = self._tree / f"d{self._chance.randrange(8)}"
        directory.mkdir(exist_ok=True)
        return directory / f"{next(self._number)}{self._chance.choice(_SUFFIXES)}"

    def _create(self) -> None:
        if sum(1 for _ in self._tree.rglob("*.*")) < _MOST_FILES:
            self._new_path().write_text(self._text(), "utf-8")

    def _edit(self) -> None:
        if path := self._some():
            path.write_text(self._text(), "utf-8")

    def _append(self) -> None:
        if path := self._some():
            with path.open("a", encoding="utf-8") as stream:
                stream.write(f"\n\n## More {next(self._number)}\n\nw{self._chance.randrange(10**6)}\n")

    def _rename(self) -> None:
        if path := self._some():
            path.rename(self._new_path().with_suffix(path.suffix))

    def _copy(self) -> None:
        if path := self._some():
            shutil.copy(path, self._new_path().with_suffix(path.suffix))

    def _delete(self) -> None:
        if path := self._some():
            path.unlink()


if __name__ == "__main__":
    main()
