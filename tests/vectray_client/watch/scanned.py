"""Folders to be scanned, what can happen to them, and what is known after a scan."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from hypothesis import strategies as st

from vectray_client.domain import Changes, FileState
from vectray_client.watch.rules import Rules
from vectray_client.watch.scanner import Bounds, scan

BOUNDS = Bounds(rules=Rules())


def after(known: Mapping[str, FileState | None], changes: Changes) -> dict[str, FileState | None]:
    """What is known once all changes have been dealt with."""
    left = {path: file for path, file in known.items() if path not in changes.gone}
    return left | dict(changes.dirty)


def known_from(folder: Path, bounds: Bounds = BOUNDS) -> dict[str, FileState | None]:
    """What is known after a first scan."""
    return after({}, scan(str(folder), {}, bounds))


def write(path: Path, content: str = "text") -> str:
    """Writes a file, with the directories above it; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return str(path)


NAMES = st.sampled_from(["a", "b", "ü", ".git", "x.pyc"])
PLACES = st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: Path(*parts))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), PLACES, st.text("xyz", max_size=3)),
        st.tuples(st.just("delete"), PLACES),
        st.tuples(st.just("move"), PLACES, PLACES),
        st.tuples(st.just("link"), PLACES, PLACES),
        st.tuples(st.just("fifo"), PLACES),
    ),
    max_size=8,
)


def take(folder: Path, step: tuple[str, Path, Path] | tuple[str, Path, str] | tuple[str, Path]) -> None:
    """Does to the folder what a person could; what the disk does not allow does not happen."""
    path = folder / step[1]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        match step:
            case ("write", _, str(content)) if not path.is_fifo():  # writing into one would never end
                path.write_text(content)
            case ("delete", _):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            case ("move", _, Path() as target):
                (folder / target).parent.mkdir(parents=True, exist_ok=True)
                path.rename(folder / target)
            case ("link", _, Path() as target):
                path.symlink_to(folder / target)
            case ("fifo", _):
                os.mkfifo(path)
    except OSError:
        pass


def too_deep(root: Path) -> str:
    """Makes directories below `root` until a path is longer than the system allows; returns the last allowed one."""
    limit, name = os.pathconf(root, "PC_PATH_MAX"), "d" * 200
    descriptor, path = os.open(root, os.O_RDONLY), str(root)
    while len(path) + len(name) + 1 < limit:
        os.mkdir(name, dir_fd=descriptor)
        below = os.open(name, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor, path = below, f"{path}/{name}"
    os.mkdir(name, dir_fd=descriptor)
    os.close(os.open("f" * 200, os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)
    return path
