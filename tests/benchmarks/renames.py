"""Ten thousand files renamed, moved, copied, and exchanged as by a switch of branches: what is embedded, and when the new paths are found.

    python -m tests.benchmarks.renames [--files 10000]

The agent is the real one; its model counts the passages that it is given. The first switch of branches brings texts that the index has never
seen, which are embedded once; the switch back, and there again, is what must cost nothing.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.agents import Agent, counting_agent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=10_000)
    count = parser.parse_args().files
    with tempfile.TemporaryDirectory() as folder, counting_agent(Path(folder) / "home") as agent:
        tree = Path(folder) / "tree"
        _write(tree / "a", count)
        agent.add(tree)
        print(
            f"first indexing of {count} files: {agent.wait_files(count):.1f} s, {agent.state().embedded} embedded"
        )
        for name, act, files, newest, word in _acts(tree, count):
            _report(agent, name, act, files=files, newest=newest, word=word)


def _acts(tree: Path, count: int) -> list[tuple[str, Callable[[], object], int, Path, str]]:
    """What happens; how many files there are then, the last of them, and a word of it that shows that the index has noticed."""
    last = f"{count - 1:06}"
    copied = tree / "d" / f"{last}.new.md"
    return [
        (
            "directory renamed",
            lambda: (tree / "a").rename(tree / "b"),
            count,
            tree / "b" / f"{last}.md",
            last,
        ),
        ("files renamed", lambda: _rename_each(tree / "b"), count, tree / "b" / f"{last}.new.md", last),
        (
            "files moved",
            lambda: _move_each(tree / "b", tree / "c"),
            count,
            tree / "c" / f"{last}.new.md",
            last,
        ),
        ("copied", lambda: shutil.copytree(tree / "c", tree / "d"), 2 * count, copied, last),
        ("new branch", lambda: _switch(tree / "d", "other"), 2 * count, copied, f"other{last}"),
        ("branch switched back", lambda: _switch(tree / "d", "first"), 2 * count, copied, f"first{last}"),
        ("branch switched", lambda: _switch(tree / "d", "other"), 2 * count, copied, f"other{last}"),
    ]


def _report(
    agent: Agent, name: str, act: Callable[[], object], *, files: int, newest: Path, word: str
) -> None:
    before, began = agent.state().embedded, time.perf_counter()
    act()
    acted = time.perf_counter() - began
    found = agent.wait(lambda: str(newest) in agent.finds(word), seconds=300)
    right = found + agent.wait(lambda: _is_right(agent, files), seconds=300)
    embedded = agent.state().embedded - before
    print(
        f"{name:22} took {acted:5.2f} s; the last is found {found:5.2f} s after, all is right after {right:5.2f} s; {embedded} embedded"
    )


def _is_right(agent: Agent, files: int) -> bool:
    state = agent.state()
    return state.files == files and state.pending == 0


def _write(folder: Path, count: int) -> None:
    folder.mkdir(parents=True)
    for number in range(count):
        _content(folder / f"{number:06}.md", "first")


def _content(path: Path, branch: str) -> None:
    number = path.name[:6]
    path.write_text(f"# {number}\n\nThe {branch} text of note {number}: {branch}{number}.\n", "utf-8")


def _rename_each(folder: Path) -> None:
    for path in list(folder.iterdir()):
        path.rename(path.with_suffix(".new.md"))


def _move_each(source: Path, target: Path) -> None:
    target.mkdir()
    for path in list(source.iterdir()):
        path.rename(target / path.name)


def _switch(folder: Path, branch: str) -> None:
    """Write each file anew, as git does: a new inode under the old name."""
    for path in list(folder.iterdir()):
        path.unlink()
        _content(path, branch)


if __name__ == "__main__":
    main()
