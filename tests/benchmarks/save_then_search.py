"""Saves, and searches at once: is a save that is not in the answer ever left unsaid?

    python -m tests.benchmarks.save_then_search [--trials 2000] [--files 200] [--wait-ms 0 2000] [--seed 1]

The agent and its daemon are the real ones; the model is a checksum. Each trial changes a file in one of the ways in which programs
and people do (made, appended to, saved in place or by rename, by way of a backup, renamed, moved with its folder, deleted) under an
English or a Chinese name, and searches at once for a word that only the last save has, in turn with each freshness wait. An answer that
lacks the save, or that still has what is gone, is stale; it must not say that it is fresh. Now and then indexing is paused.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.agents import Agent, counting_agent
from tests.benchmarks.figures import percentile, row

from vectray.v1 import index_pb2 as pb

_NAMES = ("note", "笔记", "会议 记录", "Ünïcode", "draft v2")
_FOLDERS = ("", "in", "in/深", "项目")
_PAUSED_SHARE = 0.03


@dataclass(slots=True)
class Tree:
    """The files there are, with the word that each was last saved with."""

    root: Path
    chance: random.Random
    words: dict[Path, str] = field(default_factory=dict)
    made: int = 0

    def change(self) -> tuple[str, set[Path], set[str]]:
        """Change something; return the way, the files in which its word must be found now, and the words that must not be found any more."""
        way = self.chance.choice(list(WAYS))
        if not self.words:
            way = "made"
        return (way, *WAYS[way](self))

    def some(self) -> Path:
        """One of the files."""
        return self.chance.choice(sorted(self.words))

    def new_path(self) -> Path:
        """A path where nothing is."""
        self.made += 1
        folder = self.root / self.chance.choice(_FOLDERS)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.chance.choice(_NAMES)} {self.made}.md"

    def new_word(self) -> str:
        """A word that was never used."""
        return f"zq{self.chance.randrange(10**12):012}"

    def text(self, word: str) -> str:
        """A note with a word."""
        others = " ".join("".join(self.chance.choices("abcdefghij", k=6)) for _ in range(20))
        return f"# 笔记\n\n{others} {word} 每个人都有自己的笔记。\n"


def _made(tree: Tree) -> tuple[set[Path], set[str]]:
    path, word = tree.new_path(), tree.new_word()
    path.write_text(tree.text(word), "utf-8")
    tree.words[path] = word
    return {path}, set()


def _appended(tree: Tree) -> tuple[set[Path], set[str]]:
    path, word = tree.some(), tree.new_word()
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"\n{word}\n")
    tree.words[path] = word
    return {path}, set()


def _in_place(tree: Tree) -> tuple[set[Path], set[str]]:
    path, word = tree.some(), tree.new_word()
    path.write_text(tree.text(word), "utf-8")
    gone, tree.words[path] = tree.words[path], word
    return {path}, {gone}


def _atomic(tree: Tree) -> tuple[set[Path], set[str]]:
    path, word = tree.some(), tree.new_word()
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.write_text(tree.text(word), "utf-8")
    unfinished.replace(path)
    gone, tree.words[path] = tree.words[path], word
    return {path}, {gone}


def _by_backup(tree: Tree) -> tuple[set[Path], set[str]]:
    path, word = tree.some(), tree.new_word()
    backup = path.with_name(f"{path.name}~")
    path.rename(backup)
    path.write_text(tree.text(word), "utf-8")
    backup.unlink()
    gone, tree.words[path] = tree.words[path], word
    return {path}, {gone}


def _renamed(tree: Tree) -> tuple[set[Path], set[str]]:
    former, path = tree.some(), tree.new_path()
    former.rename(path)
    tree.words[path] = tree.words.pop(former)
    return {path}, set()


def _moved_with_folder(tree: Tree) -> tuple[set[Path], set[str]]:
    former = tree.some().parent
    if former == tree.root:
        return _made(tree)
    tree.made += 1
    folder = tree.root / f"移动 {tree.made}"
    former.rename(folder)
    moved = {path: folder / path.relative_to(former) for path in tree.words if path.is_relative_to(former)}
    for path, place in moved.items():
        tree.words[place] = tree.words.pop(path)
    return {tree.chance.choice(sorted(moved.values()))}, set()


def _deleted(tree: Tree) -> tuple[set[Path], set[str]]:
    path = tree.some()
    path.unlink()
    return set(), {tree.words.pop(path)}


WAYS: dict[str, Callable[[Tree], tuple[set[Path], set[str]]]] = {
    "made": _made,
    "appended": _appended,
    "in place": _in_place,
    "atomic": _atomic,
    "by backup": _by_backup,
    "renamed": _renamed,
    "folder moved": _moved_with_folder,
    "deleted": _deleted,
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One save, and the answer to the search behind it."""

    way: str
    wait_ms: int
    is_right: bool
    is_fresh: bool
    seconds: float


def trials(agent: Agent, tree: Tree, waits_ms: list[int]) -> Iterator[Trial]:
    """Save and search, without end."""
    while True:
        for wait_ms in waits_ms:
            is_paused = tree.chance.random() < _PAUSED_SHARE
            if is_paused:
                agent.calls.Pause(pb.PauseRequest(), timeout=60)
            way, present, gone = tree.change()
            began = time.perf_counter()
            answer, is_right = asked(agent, tree, present, gone, wait_ms)
            yield Trial(way, wait_ms, is_right, answer.fresh, time.perf_counter() - began)
            if is_paused:
                agent.calls.Resume(pb.ResumeRequest(), timeout=60)
            time.sleep(tree.chance.choice((0.0, 0.0, 0.01, 0.1, 0.3)))


def asked(
    agent: Agent, tree: Tree, present: set[Path], gone: set[str], wait_ms: int
) -> tuple[pb.SearchResponse, bool]:
    """Search for the word of a save, or for one that is gone; return the answer, and whether it has the save."""
    (word,) = {tree.words[path] for path in present} or gone
    answer = agent.search(word, wait_ms=wait_ms)
    found = {Path(hit.path) for hit in answer.hits if word in hit.text}
    return answer, found == present


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--wait-ms", type=int, nargs="+", default=[0, 2000])
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(Path(folder).resolve() / "文档", random.Random(arguments.seed))
        tree.root.mkdir()
        for _ in range(arguments.files):
            _made(tree)
        with counting_agent(Path(folder) / "home") as agent:
            agent.add(tree.root)
            agent.wait_files(arguments.files)
            made = trials(agent, tree, arguments.wait_ms)
            report([trial for trial, _ in zip(made, range(arguments.trials), strict=False)])


def report(done: list[Trial]) -> None:
    """Print what came of it."""
    print(
        row(
            "wait ms",
            "trials",
            "in the answer",
            "fresh",
            "stale, said so",
            "stale, not said",
            "p50 ms",
            "p95 ms",
        )
    )
    print(row(*["---"] * 8))
    for wait_ms in sorted({trial.wait_ms for trial in done}):
        some = [trial for trial in done if trial.wait_ms == wait_ms]
        kinds = Counter((trial.is_right, trial.is_fresh) for trial in some)
        took = [trial.seconds * 1000 for trial in some]
        print(
            row(
                wait_ms,
                len(some),
                kinds[True, True] + kinds[True, False],
                kinds[True, True],
                kinds[False, False],
                kinds[False, True],
                f"{statistics.median(took):.0f}",
                f"{percentile(took, 0.95):.0f}",
            )
        )
    wrong = Counter(trial.way for trial in done if trial.is_fresh and not trial.is_right)
    print(f"\nstale and not said so, by way: {dict(wrong) or 'none'}")


if __name__ == "__main__":
    main()
