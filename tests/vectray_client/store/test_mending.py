"""An index whose writer did not close it, with real damage in it."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import (
    MODEL,
    STATE,
    document,
    found_texts,
    index_path,
    is_left_out,
    put,
    vector_of,
)

from vectray_client.domain import Document
from vectray_client.store.connected import MENDED
from vectray_client.store.errors import IndexDamaged
from vectray_client.store.mending import is_damaged
from vectray_client.store.opening import damaged_file
from vectray_client.store.reading import open_reader
from vectray_client.store.store import open_store

FILES = 60
PAGE_BYTES = 4096


def content(number: int) -> Document:
    """Five long passages."""
    return document(*(f"file {number} part {part} {'x ' * 200}" for part in range(5)))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with a few pages in every table, as a writer leaves it that is killed between two commits."""
    path = index_path(tmp_path_factory.mktemp("original"))
    with open_store(path) as store:
        store.set_model(MODEL)
        store.add_folder("/d")
        store.leave_out("/d/secret")
        store.set_setting("paused", "0")
        with store.transaction():
            for number in range(FILES):
                put(store, f"/d/{number}", content(number))
        mark = path.with_name(f"{path.name}.pid").read_text()
    path.with_name(f"{path.name}.pid").write_text(mark)
    return path


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    shutil.copytree(original.parent, index_path(tmp_path).parent)
    return index_path(tmp_path)


def pages_of(path: Path, table: str) -> list[int]:
    """The numbers of a table's leaf pages."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno", (table,)
        )
        return [page for (page,) in rows]


def overwrite(path: Path, pages: list[int]) -> None:
    """Bytes that no page of SQLite has."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE_BYTES)
            file.write(b"\xff" * PAGE_BYTES)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "passages": lambda path: overwrite(path, pages_of(path, "chunks")[3:5]),
    "vectors": lambda path: overwrite(path, pages_of(path, "vectors")[1:2]),
    "keywords": lambda path: overwrite(path, pages_of(path, "keywords_data")[1:2]),
    "folders": lambda path: overwrite(path, pages_of(path, "folders")),
    "schema": lambda path: overwrite(path, [1]),
    "half": lambda path: os.truncate(path, path.stat().st_size // 2),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_set_aside_and_begun_anew(path: Path, damage: str) -> None:
    """The person is told, keeps what is left of the file, and can go on; the new index is whole."""
    DAMAGES[damage](path)
    with open_store(path) as store:
        assert str(damaged_file(path)) in store.setting(MENDED)
        assert damaged_file(path).exists()
        assert store.counts().files == 0
        assert store._connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        store.set_model(MODEL)
        put(store, "/d/new", document("new"))
        assert found_texts(store, "new") == ["new"]
        store.set_setting(MENDED, "")
    with open_store(path) as store:
        assert (store.setting(MENDED), store.counts().files) == ("", 1)


def test_what_can_be_saved_is_saved(path: Path) -> None:
    """Folders, pause and secrets stay; what was embedded is not embedded again, but for the page that is lost."""
    overwrite(path, [pages_of(path, "vectors")[1], pages_of(path, "chunks")[3]])
    with open_store(path) as store:
        assert (store.folders(), store.model(), store.setting("paused")) == (("/d",), MODEL, "0")
        assert is_left_out(store, "/d/secret")
        assert store.known_files("/d") == {}
        for number in range(FILES):
            store.store_document(f"/d/{number}", STATE, settled=True, document=content(number))
        assert 0 < len(store.take_waiting(10 * FILES)) < 5 * FILES / 2


def test_an_index_that_was_not_closed_and_is_whole_stays(path: Path) -> None:
    """A kill is no damage."""
    with open_store(path) as store:
        assert (store.setting(MENDED), store.counts().files) == ("", FILES)
    assert not damaged_file(path).exists()


def test_damage_that_is_met_later_is_mended_by_the_next_writer(path: Path) -> None:
    """Whoever meets it says so in one sentence, and leaves a mark."""
    overwrite(path, pages_of(path, "chunks"))
    with pytest.raises(IndexDamaged, match="mended"), open_reader(path) as reader:
        list(reader.dump())
    path.with_name(f"{path.name}.pid").unlink()
    with pytest.raises(IndexDamaged, match="mended"), open_store(path) as store:
        store.put_vectors({1: vector_of("text")})
    with open_store(path) as store:
        assert store.setting(MENDED)


def test_keywords_that_do_not_fit_the_passages_are_found_out(path: Path) -> None:
    """A passage that no word finds is damage, though every page is in order."""
    with closing(sqlite3.connect(path)) as connection:
        assert not is_damaged(connection)
        connection.execute("DELETE FROM keywords_docsize WHERE id = 3")
        assert is_damaged(connection)
        assert not is_damaged(connection, seconds=0)


def test_what_was_mended_is_a_problem_until_the_damaged_index_is_gone(path: Path) -> None:
    """The person is told where it lies, how much must not be made again, and is rid of that by deleting it."""
    overwrite(path, [1])
    with open_store(path) as store:
        ((place, refusal),) = store.problems()
        assert (place, store.counts().problems) == (str(path), 1)
        assert str(damaged_file(path)) in refusal.reason
    damaged_file(path).unlink()
    with open_store(path) as store:
        assert (store.problems(), store.setting(MENDED)) == ([], "")


def test_forgetting_takes_the_damaged_index_with_it(path: Path) -> None:
    """What was set aside holds what is to be forgotten, and nobody needs to hear of it any more."""
    overwrite(path, [1])
    with open_store(path) as store:
        assert store.forget("/d/0").is_scrubbed
        assert store.problems() == []
    assert [file for file in path.parent.iterdir() if "damaged" in file.name] == []
