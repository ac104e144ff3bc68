import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.vectray_client.watch.saving import write

from vectray_client.watch.aggregator import Limits
from vectray_client.watch.backoff import Backoff
from vectray_client.watch.place import Place
from vectray_client.watch.rules import Rules
from vectray_client.watch.watched_folder import Timing, WatchHealth
from vectray_client.watch.watcher import Watcher

LIVE = WatchHealth(is_live=True, reason="", overflows=0)
QUICK = Timing(
    check_seconds=0.02,
    poll_seconds=0.1,
    limits=Limits(quiet_seconds=0.05, trees=Backoff(first_seconds=0.05, longest_seconds=0.1)),
)


class Watched:
    """A watcher in the hands of one who does what it says when it says so. Paths are relative to the base."""

    def __init__(self, base: Path, timing: Timing) -> None:
        self.base = base
        self.wall_clock_ahead = 0.0
        self._rings = threading.Event()
        self.watcher = Watcher(
            self._rings.set,
            rules=Rules(),
            apart=frozenset({str(base / "own")}),
            timing=timing,
            wall_clock=lambda: time.time() + self.wall_clock_ahead,
        )
        self.places: dict[str, Place] = {}

    def watch(self, *names: str) -> None:
        """Watches folders, and waits until all of each was handed out."""
        for name in names:
            (self.base / name).mkdir(parents=True, exist_ok=True)
            self.watcher.watch(str(self.base / name))
        self.wait_for(*names)

    def wait_for(self, *names: str) -> dict[str, Place]:
        """Waits until these places are handed out; returns all that were since the last time."""
        self.wait_until(lambda: set(names) <= self.places.keys())
        places, self.places = self.places, {}
        return places

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Does what the watcher says until something holds."""
        end = time.monotonic() + 10
        while not holds():
            now = time.monotonic()
            assert now < end, self.places
            for folder, places in self.watcher.due(now).items():
                for place in places:
                    assert place.path.startswith(folder)
                    self.places[os.path.relpath(place.path, self.base)] = place
            if not holds():
                self._rings.wait(max(0.0, min(self.watcher.next_due(), end) - time.monotonic()))
                self._rings.clear()

    def health(self, name: str) -> WatchHealth:
        """How well a folder is watched."""
        return self.watcher.health(str(self.base / name))


@contextmanager
def watching(base: Path, timing: Timing = QUICK) -> Iterator[Watched]:
    """A watcher of folders below a base."""
    watched = Watched(base, timing)
    try:
        yield watched
    finally:
        watched.watcher.close()


def test_all_of_a_folder_is_handed_out_first_and_then_what_changes(tmp_path: Path) -> None:
    """A saved note is handed out as the file that it is, once it has come to rest, and nothing else is."""
    with watching(tmp_path) as watched:
        watched.watch("docs")
        began = time.monotonic()
        write(tmp_path / "docs" / "sub.md")
        assert watched.wait_for("docs/sub.md") == {
            "docs/sub.md": Place(path=str(tmp_path / "docs" / "sub.md"))
        }
        assert time.monotonic() - began >= QUICK.limits.quiet_seconds
        assert watched.health("docs") == LIVE


def test_an_idle_watcher_needs_no_attention_but_its_checks(tmp_path: Path) -> None:
    """Where nothing happens, the next thing to do is to see whether the folder is still there."""
    with watching(tmp_path, Timing()) as watched:
        watched.watch("docs")
        watched.wait_until(lambda: watched.watcher.next_due() > time.monotonic() + 1)
        assert watched.watcher.next_due() <= time.monotonic() + Timing().check_seconds


@pytest.mark.parametrize("name", [".git", "a.tmp", "note.md~", "4913"])
def test_what_is_ignored_wakes_nobody_for_long(tmp_path: Path, name: str) -> None:
    """Debris and other programs' own files are not handed out."""
    with watching(tmp_path) as watched:
        watched.watch("docs")
        write(tmp_path / "docs" / name)
        write(tmp_path / "docs" / "last.md")
        assert watched.wait_for("docs/last.md").keys() == {"docs/last.md"}


def test_a_changed_ignore_file_concerns_its_directory(tmp_path: Path) -> None:
    """All below it may belong to the folder now, or no more."""
    with watching(tmp_path) as watched:
        (tmp_path / "docs" / "sub").mkdir(parents=True)
        watched.watch("docs")
        write(tmp_path / "docs" / "sub" / ".vectrayignore", "*.md")
        assert watched.wait_for("docs/sub")["docs/sub"].is_tree


def test_a_name_that_no_index_can_hold_stands_for_its_directory(tmp_path: Path) -> None:
    """What is handed out can be stored and asked for; whoever looks there will tell of the name."""
    with watching(tmp_path) as watched:
        (tmp_path / "docs" / "sub").mkdir(parents=True)
        watched.watch("docs")
        (tmp_path / "docs" / "sub" / os.fsdecode(b"caf\xe9")).write_text("text")
        assert watched.wait_for("docs/sub")["docs/sub"].is_tree


def test_a_folder_in_a_folder_is_handed_out_once(tmp_path: Path) -> None:
    """The inner folder hears of its own files; when it is watched no more, the outer one hears of them."""
    with watching(tmp_path) as watched:
        watched.watch("docs/inner", "docs")
        write(tmp_path / "docs" / "inner" / "a.md")
        write(tmp_path / "docs" / "b.md")
        assert watched.wait_for("docs/inner/a.md", "docs/b.md").keys() == {"docs/inner/a.md", "docs/b.md"}
        watched.watcher.unwatch(str(tmp_path / "docs" / "inner"))
        watched.wait_for("docs")
        write(tmp_path / "docs" / "inner" / "c.md")
        watched.wait_for("docs/inner/c.md")


def test_what_is_apart_is_not_watched(tmp_path: Path) -> None:
    """The index does not hear itself change."""
    with watching(tmp_path) as watched:
        write(tmp_path / "own" / "index.sqlite")
        watched.watch(".")
        write(tmp_path / "own" / "index.sqlite", "changed")
        write(tmp_path / "last.md")
        assert watched.wait_for("last.md").keys() == {"last.md"}


@pytest.mark.parametrize("way", ["missing", "moved", "replaced"])
def test_a_folder_that_comes_back_is_watched_again(tmp_path: Path, way: str) -> None:
    """While it is away that is said; all of it is handed out when it went, when it is back, and when another is in its place."""
    docs = tmp_path / "docs"
    with watching(tmp_path) as watched:
        watched.watch("docs")
        docs.rename(tmp_path / "away") if way != "missing" else docs.rmdir()
        if way != "replaced":
            watched.wait_until(lambda: not watched.health("docs").is_live)
            assert "No such file" in watched.health("docs").reason
            watched.wait_for("docs")
        docs.mkdir() if way != "moved" else (tmp_path / "away").rename(docs)
        watched.wait_for("docs")
        watched.wait_until(lambda: watched.health("docs") == LIVE)
        write(docs / "a.md")
        watched.wait_for("docs/a.md")


def test_a_folder_that_was_never_there_is_waited_for(tmp_path: Path) -> None:
    """A drive that is not connected at the start is watched once it is."""
    with watching(tmp_path) as watched:
        watched.watcher.watch(str(tmp_path / "drive"))
        watched.wait_until(lambda: not watched.health("drive").is_live)
        write(tmp_path / "drive" / "a.md")
        watched.wait_for("drive")
        watched.wait_until(lambda: watched.health("drive") == LIVE)


def test_sleep_makes_everything_due(tmp_path: Path) -> None:
    """A wall clock that jumps ahead of the steady one means that nobody listened for a while."""
    with watching(tmp_path) as watched:
        watched.watch("docs", "more")
        watched.wall_clock_ahead = 3600.0
        watched.wait_for("docs", "more")


def test_all_of_a_folder_is_handed_out_now_and_then(tmp_path: Path) -> None:
    """However well it is watched."""
    with watching(tmp_path, Timing(reconcile_seconds=0.3, limits=QUICK.limits)) as watched:
        watched.watch("docs")
        watched.wait_for("docs")
        assert watched.health("docs") == LIVE


def test_a_dead_thread_is_replaced(tmp_path: Path) -> None:
    """Where nobody listens any more, all of the folder is handed out, and somebody listens again."""
    with watching(tmp_path) as watched:
        watched.watch("docs")
        listener = watched.watcher._folders[str(tmp_path / "docs")]._listener
        assert listener
        listener.close()
        watched.wait_for("docs")
        write(tmp_path / "docs" / "a.md")
        watched.wait_for("docs/a.md")


def test_no_thread_is_left_behind(tmp_path: Path) -> None:
    """Closing ends all that was begun."""
    before = set(threading.enumerate())
    with watching(tmp_path) as watched:
        watched.watch("docs", "more")
        shutil.rmtree(tmp_path / "more")
        watched.wait_until(lambda: not watched.health("more").is_live)
    assert set(threading.enumerate()) <= before
