import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.vectray_client.store.documents import (
    DAMAGED,
    EMPTY,
    MODEL,
    OTHER_MODEL,
    STATE,
    document,
    index_path,
    put,
)
from tests.vectray_client.store.test_migrations import write_first_format

from vectray_client.domain import Changes, FileState, FileType
from vectray_client.store.migrations import migrate
from vectray_client.store.records import Filter
from vectray_client.store.store import Store, open_store

KEPT = document("kept")


def named(store: Store, typed: str, filter_: Filter | None = None) -> list[str]:
    """The paths that are found by a name."""
    found = store.name_search(typed, 10) if filter_ is None else store.name_search(typed, 10, filter_)
    return [path for path, _ in found]


def test_the_whole_name_comes_first(store: Store) -> None:
    """Then those of which most was typed; what is scored lies between 0 and 1."""
    for name in ("项目周报终稿.txt", "周报2024.txt", "周报.txt", "周.txt"):
        put(store, f"/d/{name}", KEPT)
    found = store.name_search("周報", 10)
    assert [path for path, _ in found] == ["/d/周报.txt", "/d/周报2024.txt", "/d/项目周报终稿.txt"]
    assert found[0][1] == 1.0
    assert all(0 < score < 1 for _, score in found[1:])
    assert named(store, "zb") == named(store, "zhoubao")


def test_all_words_must_be_in_the_name(store: Store) -> None:
    """In any order; one that is not there is not made up for."""
    put(store, "/d/张三 周报.txt", KEPT)
    assert named(store, "zhoubao 张三") == ["/d/张三 周报.txt"]
    assert named(store, "周报 李四") == []


@pytest.mark.parametrize(
    "typed", ["", " ", "？！", "\0", "\ud800", '"', "* OR names:*", "'; DROP TABLE names"]
)
def test_nothing_that_is_typed_is_an_error(store: Store, typed: str) -> None:
    """It is looked for, or is nothing to look for."""
    put(store, "/d/neutral.txt", KEPT)
    assert named(store, typed) == []


def test_only_what_can_be_found_today_has_a_name(store: Store) -> None:
    """Neither a skipped file, nor one that has no passages of the current model, nor one that a filter leaves out."""
    put(store, "/d/report.txt", KEPT)
    store.store_refusal("/d/report.bin", STATE, settled=True, refusal=EMPTY)
    put(store, "/e/report.md", document("other", file_type=FileType.MARKDOWN))
    assert named(store, "report") == ["/d/report.txt", "/e/report.md"]
    assert named(store, "report", Filter(folders=("/e",))) == ["/e/report.md"]
    assert named(store, "report", Filter(file_types=(FileType.TEXT,))) == ["/d/report.txt"]
    store.set_model(OTHER_MODEL)
    assert named(store, "report") == []


def test_an_index_without_names_gets_them(tmp_path: Path) -> None:
    """One of an earlier format, or whose names were made by another recipe."""
    path = index_path(tmp_path)
    write_first_format(path)
    with open_store(path) as store:
        assert named(store, "copy") == ["/d/copy"]
        store._connection.execute("INSERT INTO names (names) VALUES ('delete-all')")
        store.set_setting("names", "another recipe")
        assert named(store, "copy") == []
    with open_store(path) as store:
        assert named(store, "copy") == ["/d/copy"]


PATHS = st.sampled_from([f"/d/{name}" for name in ("周报", "a b", "aB", "重庆1", "x")])


class Renaming(RuleBasedStateMachine):
    """Files come, move, become unreadable, and go."""

    def __init__(self) -> None:
        super().__init__()
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        migrate(self.connection)
        self.store = Store(self.connection)
        self.store.set_model(MODEL)
        self.store.add_folder("/d")
        self.inode = 0

    def teardown(self) -> None:
        self.connection.close()

    @rule(path=PATHS)
    def save(self, path: str) -> None:
        self.inode += 1
        self.store.store_document(path, FileState(1, 2, 3, self.inode), settled=True, document=KEPT)

    @rule(path=PATHS)
    def fail(self, path: str) -> None:
        self.store.store_refusal(path, STATE, settled=True, refusal=DAMAGED)

    @rule(path=PATHS)
    def empty(self, path: str) -> None:
        self.store.store_refusal(path, STATE, settled=True, refusal=EMPTY)

    @rule(path=PATHS)
    def forget(self, path: str) -> None:
        self.store.forget_files([path])

    @rule(former=PATHS, path=PATHS)
    def move(self, former: str, path: str) -> None:
        known = self.store.known_file(former)
        if known is not None and former != path:
            self.store.note("/d", Changes(dirty={path: known.state}, gone=frozenset({former})))

    @invariant()
    def names_are_those_of_readable_files(self) -> None:
        """Exactly: FTS5 holds what it would hold if all were filed anew."""
        readable = self.connection.execute("SELECT path FROM files WHERE sha256 != ''").fetchall()
        for (path,) in readable:
            assert path in named(self.store, path.removeprefix("/d/"))
        rows = self.connection.execute("SELECT rowid FROM names WHERE names MATCH ?", (ALL,)).fetchall()
        assert len(rows) == len(readable)


ALL = '"周"* OR "重"* OR "a"* OR "x"*'
TestRenaming = Renaming.TestCase
TestRenaming.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)


def test_who_does_not_know_names_cannot_change_files(tmp_path: Path) -> None:
    """A foreign program that deletes a file's row is stopped, not left with a name of nothing."""
    path = index_path(tmp_path)
    with open_store(path) as store:
        store.set_model(MODEL)
        put(store, "/d/a", KEPT)
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.OperationalError, match="name_tokens"),
    ):
        connection.execute("DELETE FROM files")
