import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.vectray_client.hashing_embedder import Killed
from tests.vectray_client.indexer.desk import Desk, desk, document, dump, pipeline

from vectray_client.indexer.reading_room import ReadingRoom

FOLDERS = ("first", "second")
PLACES = st.sampled_from([f"{folder}/{name}" for folder in FOLDERS for name in ("a.md", "b.txt", "in/c.md")])
TOPICS = st.lists(st.sampled_from(["ash", "oak", "elm", "poison"]), min_size=1, max_size=3)
STEPS = st.one_of(
    st.tuples(st.just("write"), PLACES, TOPICS),
    st.tuples(st.just("append"), PLACES, TOPICS),
    st.tuples(st.just("move"), PLACES, PLACES),
    st.tuples(st.just("copy"), PLACES, PLACES),
    st.tuples(st.just("delete"), PLACES),
    st.tuples(st.just("ignore"), st.sampled_from(FOLDERS), st.sampled_from(["", "a.md", "in/"])),
    st.tuples(st.just("move folder"), st.sampled_from(FOLDERS)),
    st.tuples(st.just("settle")),
    st.tuples(st.just("kill"), st.integers(0, 3)),
    st.tuples(st.just("pause")),
    st.tuples(st.just("resume")),
)


class Tree:
    """Two indexed folders that things happen to, and their index."""

    def __init__(self, at: Desk) -> None:
        self.at = at
        self.at.embedder.refused_words = ("poison0",)
        for name in FOLDERS:
            (at.folder / name / "in").mkdir(parents=True)
            at.store.add_folder(str(at.folder / name))

    def take(self, step: tuple[object, ...]) -> None:
        """Do what a step says, as far as it can be done."""
        kind, *arguments = step
        with suppress(OSError, shutil.SameFileError):
            getattr(self, f"_{kind}".replace(" ", "_"))(*arguments)

    def settle(self) -> None:
        """Look at all folders, and work until nothing waits, or something is in the way."""
        with pipeline(self.at) as opened:
            opened.rescan()
            with suppress(Killed):
                opened.run(until_idle=True)

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

    def _kill(self, after: int) -> None:
        self.at.embedder.dies_after = len(self.at.embedder.given) + after
        self.settle()
        self.at.embedder.dies_after = None

    def _pause(self) -> None:
        self.at.store.set_setting("paused", "0")

    def _resume(self) -> None:
        self.at.store.set_setting("paused", "")


def rebuilt(at: Desk, home: Path) -> list[object]:
    """The dump of a new index of the same folders."""
    with desk(home, at.room) as new:
        new.embedder.refused_words = ("poison0",)
        for folder in at.store.folders():
            new.store.add_folder(folder)
        with pipeline(new) as opened:
            opened.rescan()
            opened.run(until_idle=True)
        return dump(new.store)


def check(steps: list[tuple[object, ...]], room: ReadingRoom) -> None:
    """Take the steps, settle, and compare with a clean rebuild; then another look finds nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(os.path.realpath(folder)) / name for name in ("mine", "clean")]
        for home in homes:
            home.mkdir()
        with desk(homes[0], room) as at:
            tree = Tree(at)
            for step in steps:
                tree.take(step)
            tree.take(("resume",))
            tree.settle()
            assert _without_vectors(dump(at.store)) == _without_vectors(rebuilt(at, homes[1]))
            given = len(at.embedder.given)
            tree.settle()
            assert len(at.embedder.given) == given


def _without_vectors(dumped: list[object]) -> list[object]:
    """Without the number of vectors: some may belong to no passage any more."""
    *rest, counts = dumped
    return [*rest, replace(counts, vectors=0)]  # type: ignore[type-var] # a dump ends with counts


@given(st.lists(STEPS, max_size=8))
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_happened_does_not_matter(room: ReadingRoom, steps: list[tuple[object, ...]]) -> None:
    """After any edits, moves, kills, pauses and lost folders the index is what a clean rebuild would be."""
    check(steps, room)


@pytest.mark.slow
@given(st.lists(STEPS, max_size=16))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_happened_does_not_matter_for_long(room: ReadingRoom, steps: list[tuple[object, ...]]) -> None:
    """The same for more and longer stories, others each time."""
    check(steps, room)
