"""Ten thousand files renamed, moved, copied, and exchanged as by a switch of branches: what is embedded, and when the new paths are found.

    python -m tests.benchmarks.renames [--files 10000]

The agent is the real one; its model counts the passages that it is given.
"""

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.agents import Agent, counting_agent

_MARK = "wegweiser"


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
        for name, act, files, newest in _acts(tree, count):
            _report(agent, name, act, files=files, newest=newest)


def _acts(tree: Path, count: int) -> list[tuple[str, Callable[[], object], int, Path]]:
    last = f"{count - 1:06}"
    return [
        ("directory renamed", lambda: (tree / "a").rename(tree / "b"), count, tree / "b" / f"{last}.md"),
        ("files renamed", lambda: _rename_each(tree / "b"), count, tree / "b" / f"{last}.new.md"),
        ("files moved", lambda: _move_each(tree / "b", tree / "c"), count, tree / "c" / f"{last}.new.md"),
        ("copied", lambda: shutil.copytree(tree / "c", tree / "d"), 2 * count, tree / "d" / f"{last}.new.md"),
        ("branch switched", lambda: _switch(tree / "d", "other"), 2 * count, tree / "d" / f"{last}.new.md"),
        (
            "branch switched back",
            lambda: _switch(tree / "d", "first"),
            2 * count,
            tree / "d" / f"{last}.new.md",
        ),
    ]


def _report(agent: Agent, name: str, act: Callable[[], object], *, files: int, newest: Path) -> None:
    before = agent.state().embedded
    act()
    seconds = agent.wait(lambda: _is_right(agent, files, newest), seconds=300)
    print(f"{name:22} right {seconds:5.2f} s after its end, {agent.state().embedded - before} embedded")


def _is_right(agent: Agent, files: int, newest: Path) -> bool:
    state = agent.state()
    return state.files == files and state.pending == 0 and str(newest) in agent.finds(newest.name[:6])


def _write(folder: Path, count: int) -> None:
    folder.mkdir(parents=True)
    for number in range(count):
        _content(folder / f"{number:06}.md", "first")


def _content(path: Path, branch: str) -> None:
    path.write_text(f"# {path.name[:6]}\n\nThe {branch} text of note {path.name[:6]}, {_MARK}.\n", "utf-8")


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
