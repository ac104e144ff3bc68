"""The index after any story is that of a clean rebuild. How to try more stories by hand stands in packaging/README.md."""

import itertools
import os
import shutil
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.vectray_client.indexer.desk import desk, document, pipeline
from tests.vectray_client.store.documents import index_path

from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.store.connected import MENDED
from vectray_client.store.mending import is_damaged

STORIES = int(os.environ.get("VECTRAY_STORIES", "60"))
REFUSED = ("poison0",)
FOLDERS = ("first", "second")
PLACES = st.sampled_from([f"{folder}/{name}" for folder in FOLDERS for name in ("a.md", "b.txt", "in/c.md")])
TOPICS = st.lists(st.sampled_from(["ash", "oak", "elm", "poison"]), min_size=1, max_size=3)
KILLS = st.tuples(st.just("kill"), PLACES, TOPICS, st.integers(0, 40))
STEPS = st.one_of(
    KILLS,
    KILLS,  # the dearest of all laws
    st.tuples(st.just("write"), PLACES, TOPICS),
    st.tuples(st.just("append"), PLACES, TOPICS),
    st.tuples(st.just("move"), PLACES, PLACES),
    st.tuples(st.just("copy"), PLACES, PLACES),
    st.tuples(st.just("delete"), PLACES),
    st.tuples(st.just("ignore"), st.sampled_from(FOLDERS), st.sampled_from(["", "a.md", "in/"])),
    st.tuples(st.just("move folder"), st.sampled_from(FOLDERS)),
    st.tuples(st.just("settle")),
    st.tuples(st.just("pause")),
    st.tuples(st.just("resume")),
)


class Tree:
    """Two indexed folders that things happen to, which are not empty, and their index."""

    def __init__(self, home: Path, room: ReadingRoom) -> None:
        self._home = home
        self._room = room
        self._life = ExitStack()

    def __enter__(self) -> Self:
        self._begin()
        for name in FOLDERS:
            (self.at.folder / name / "in").mkdir(parents=True)
            self.at.store.add_folder(str(self.at.folder / name))
        self._write("first/a.md", ["ash", "oak"])
        self._write("first/in/c.md", ["elm"])
        self._write("second/b.txt", ["ash", "poison"])
        self.settle()
        return self

    def __exit__(self, *_: object) -> None:
        self._life.close()

    def take(self, step: tuple[object, ...]) -> None:
        """Do what a step says, as far as it can be done."""
        kind, *arguments = step
        with suppress(OSError, shutil.SameFileError):
            getattr(self, f"_{kind}".replace(" ", "_"))(*arguments)

    def settle(self) -> None:
        """Look at all folders, and work until nothing waits, or a pause is in the way."""
        with pipeline(self.at) as opened:
            opened.rescan()
            opened.run(until_idle=True)

    def _begin(self) -> None:
        self.at = self._life.enter_context(desk(self._home, self._room))
        self.at.embedder.refused_words = REFUSED

    def _write(self, place: str, topics: list[str]) -> None:
        (self.at.folder / place).write_text(document(*topics))

    def _append(self, place: str, topics: list[str]) -> None:
        with (self.at.folder / place).open("a") as stream:
            stream.write(document(*topics))

    def _move(self, source: str, target: str) -> None:
        (self.at.folder / source).rename(self.at.folder / target)

    def _copy(self, source: str, target: str) -> None:
        shutil.copyfile(self.at.folder / source, self.at.folder / target)

    def _delete(self, place: str) -> None:
        (self.at.folder / place).unlink()

    def _ignore(self, folder: str, pattern: str) -> None:
        (self.at.folder / folder / ".vectrayignore").write_text(pattern)

    def _move_folder(self, folder: str) -> None:
        """Unmount it, more or less, look, and mount it again."""
        (self.at.folder / folder).rename(self.at.folder / "elsewhere")
        self.settle()
        (self.at.folder / "elsewhere").rename(self.at.folder / folder)

    def _settle(self) -> None:
        self.settle()

    def _kill(self, place: str, topics: list[str], moment: int) -> None:
        """Write a file, end the process before one of the statements that change the index, and start another.

        What it leaves is what its files hold at that moment. That it goes on for a while beside them changes nothing in the tree.
        """
        self._write(place, topics)
        data, left = index_path(self._home).parent, self._home / "left"
        moments = itertools.count()

        def look(statement: str) -> None:
            if not statement.startswith(("SELECT", "--")) and next(moments) == moment:
                shutil.copytree(data, left)

        self.at.store._connection.set_trace_callback(look)
        self.settle()
        self._life.close()
        if left.exists():
            shutil.rmtree(data)
            left.rename(data)
        self._begin()

    def _pause(self) -> None:
        self.at.store.set_setting("paused", "0")

    def _resume(self) -> None:
        self.at.store.set_setting("paused", "")


def rebuilt(tree: Tree, home: Path, room: ReadingRoom) -> list[str]:
    """The dump of a new index of the same folders."""
    with desk(home, room) as new:
        new.embedder.refused_words = REFUSED
        for folder in tree.at.store.folders():
            new.store.add_folder(folder)
        with pipeline(new) as opened:
            opened.rescan()
            opened.run(until_idle=True)
        return list(new.store.dump())


def check(steps: list[tuple[object, ...]], room: ReadingRoom) -> None:
    """Take the steps, settle, and compare with a clean rebuild; nothing was damaged, and another look finds nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        mine, clean = (Path(os.path.realpath(folder)) / name for name in ("mine", "clean"))
        mine.mkdir()
        clean.mkdir()
        with Tree(mine, room) as tree:
            for step in steps:
                tree.take(step)
            tree.take(("resume",))
            tree.settle()
            store, given = tree.at.store, len(tree.at.embedder.given)
            assert list(store.dump()) == rebuilt(tree, clean, room)
            assert not store.setting(MENDED)
            assert not is_damaged(store._connection)
            assert store.queued() == {}
            tree.settle()
            assert len(tree.at.embedder.given) == given


@given(st.lists(STEPS, min_size=3, max_size=10))
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_happened_does_not_matter(room: ReadingRoom, steps: list[tuple[object, ...]]) -> None:
    """After any edits, moves, kills, pauses and lost folders the index is what a clean rebuild would be."""
    check(steps, room)


@pytest.mark.slow
@pytest.mark.timeout(60 + 3 * STORIES)
@given(st.lists(STEPS, min_size=3, max_size=20))
@settings(max_examples=STORIES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_happened_does_not_matter_for_long(room: ReadingRoom, steps: list[tuple[object, ...]]) -> None:
    """The same for more and longer stories, others each time: about one a second."""
    check(steps, room)
