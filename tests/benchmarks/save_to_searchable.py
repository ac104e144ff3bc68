"""How long after a save a small note is found, by words and by meaning, for each way in which editors save.

    python -m tests.benchmarks.save_to_searchable [--saves 40] [--files 2000] [--model multilingual-e5-small]

The agent and the daemon are the real ones, in a folder of other notes. Seconds from the end of the save until a search through the
agent's socket has the note with a score of that kind; it is asked every ten milliseconds.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
from tests.benchmarks.agents import Agent

_ASK_SECONDS = 0.01


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--saves", type=int, default=40)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--model", default="multilingual-e5-small")
    asked = parser.parse_args()
    choose = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        home, tree = Path(folder) / "home", Path(folder) / "notes"
        tree.mkdir()
        for number in range(asked.files):
            (tree / f"{number:05}.md").write_text(f"# Note {number}\n\n{_words(choose)}\n", "utf-8")
        _configure(home, asked.model)
        agent = Agent(home)
        agent.start()
        try:
            agent.add(tree)
            agent.wait_files(asked.files)
            print(f"{'way of saving':16} {'words p50':>9} {'p95':>6} {'meaning p50':>11} {'p95':>6}")
            # No file twice: one that was just saved is left alone for five seconds, on purpose.
            chosen = iter(choose.sample(sorted(tree.iterdir()), asked.saves * len(WAYS)))
            for name, save in WAYS.items():
                _row(name, *_measured(agent, list(islice(chosen, asked.saves)), save, choose))
        finally:
            agent.stop()
            subprocess.run(
                [sys.executable, "-m", "vectray_client", "stop"],
                env={**os.environ, "VECTRAY_HOME": str(home)},
                check=False,
            )


def _atomic(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)


def _in_place(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"\n{text}\n")


def _swap_file(path: Path, text: str) -> None:
    """As vim does: the old file becomes a backup, the new one is written, the backup goes."""
    backup = path.with_name(f"{path.name}~")
    path.rename(backup)
    path.write_text(text, "utf-8")
    backup.unlink()


WAYS: dict[str, Callable[[Path, str], None]] = {
    "atomic rename": _atomic,
    "in place": _in_place,
    "append": _append,
    "swap file": _swap_file,
}


def _measured(
    agent: Agent, paths: list[Path], save: Callable[[Path, str], None], choose: random.Random
) -> tuple[list[float], list[float]]:
    by_words, by_meaning = [], []
    for path in paths:
        word = f"zq{choose.randrange(10**9):09}"
        save(path, f"# A thought\n\n{word} {_words(choose)}\n")
        saved = time.perf_counter()
        words = meaning = 0.0
        while not (words and meaning):
            if time.perf_counter() - saved > 60:
                raise TimeoutError(f"{path.name} was not found within a minute: {agent.state()}")
            hit = next((hit for hit in agent.search(word, top=10).hits if hit.path == str(path)), None)
            now = time.perf_counter() - saved
            if hit is not None and not words and word in hit.text:
                words = now
            if hit is not None and not meaning and word in hit.text and hit.HasField("vector_score"):
                meaning = now
            time.sleep(_ASK_SECONDS)
        by_words.append(words)
        by_meaning.append(meaning)
        time.sleep(choose.uniform(0.2, 0.5))
    return by_words, by_meaning


def _row(name: str, by_words: list[float], by_meaning: list[float]) -> None:
    figures = [np.percentile(seconds, share) for seconds in (by_words, by_meaning) for share in (50, 95)]
    print(f"{name:16} {figures[0]:9.2f} {figures[1]:6.2f} {figures[2]:11.2f} {figures[3]:6.2f}", flush=True)


def _words(choose: random.Random) -> str:
    return (
        " ".join("".join(choose.choices("abcdefghij", k=6)) for _ in range(30)) + "，每个人都有自己的笔记。"
    )


def _configure(home: Path, model: str) -> None:
    config = home / "config" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[client]\nmodel = "{model}"\n', "utf-8")


if __name__ == "__main__":
    main()
