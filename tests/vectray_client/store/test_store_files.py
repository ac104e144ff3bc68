from pathlib import Path

import pytest
from tests.vectray_client.store.documents import (
    DAMAGED,
    EMPTY,
    MODEL,
    OTHER_MODEL,
    STATE,
    document,
    found_texts,
    put,
)

from vectray_client.domain import FileState, KnownFile
from vectray_client.store.records import Counts
from vectray_client.store.store import Store


@pytest.mark.parametrize("settled", [True, False])
def test_a_file_is_known_as_it_was_stored(store: Store, settled: bool) -> None:
    """The next scan compares with exactly what this one saw, inodes of 64 bits included."""
    state = FileState(0, -5, 2**63 - 1, 2**64 - 1)
    content = document("text")
    put(store, "/d/a", content, state=state, settled=settled)
    expected = KnownFile(state=state, sha256=content.sha256, settled=settled)
    assert store.known_file("/d/a") == expected
    assert store.known_files("/d") == {"/d/a": expected}


def test_a_failing_file_keeps_what_was_read_before(store: Store) -> None:
    """A lost permission or a torn save costs nothing that was indexed, and is listed as a problem."""
    content = document("precious")
    put(store, "/d/a", content)
    changed = FileState(11, 21, 31, 41)
    store.store_refusal("/d/a", changed, settled=True, refusal=DAMAGED)
    assert found_texts(store, "precious") == ["precious"]
    assert store.known_file("/d/a") == KnownFile(state=changed, sha256=content.sha256, refusal=DAMAGED)
    assert store.problems() == [("/d/a", DAMAGED)]
    store.store_known("/d/a", STATE, settled=True, sha256=content.sha256, file_type=content.file_type)
    assert (store.known_file("/d/a"), store.problems()) == (KnownFile(state=STATE, sha256=content.sha256), [])


def test_a_skipped_file_loses_what_was_read_before(store: Store) -> None:
    """A file that was emptied on purpose is not found by what it held, and is no problem."""
    put(store, "/d/a", document("outdated"))
    store.store_refusal("/d/a", STATE, settled=True, refusal=EMPTY)
    assert found_texts(store, "outdated") == []
    assert store.known_file("/d/a") == KnownFile(state=STATE, refusal=EMPTY)
    assert store.problems() == []
    assert store.counts() == Counts(files=0, chunks=0, vectors=1, skipped=1, problems=0)
    store.store_document("/d/b", STATE, settled=True, document=document("outdated"))
    assert store.take_waiting(1) == []


def test_a_refused_file_that_becomes_readable_is_no_problem_any_more(store: Store) -> None:
    """A success ends what a failure began."""
    store.store_refusal("/d/a", STATE, settled=True, refusal=DAMAGED)
    put(store, "/d/a", document("mended"))
    known = store.known_file("/d/a")
    assert known is not None
    assert (known.refusal, store.problems()) == (None, [])


def test_unreachable_places_are_those_of_the_last_scan(store: Store) -> None:
    """A directory that can be read again is no problem any more; other folders' problems stay."""
    store.add_folder("/e")
    store.store_unreachable("/e", {"/e": DAMAGED})
    store.store_unreachable("/d", {"/d/x": DAMAGED, "/d/y": DAMAGED})
    store.store_unreachable("/d", {"/d/y": DAMAGED})
    assert store.problems() == [("/d/y", DAMAGED), ("/e", DAMAGED)]
    store.remove_folder("/e")
    assert store.problems() == [("/d/y", DAMAGED)]


def test_an_unchanged_scan_writes_nothing(store: Store, tmp_path: Path) -> None:
    """A folder with a problem in it can be looked at for ever without wearing out the disk."""
    store.store_unreachable("/d", {"/d/y": DAMAGED})
    log = tmp_path / "data" / "index.sqlite-wal"
    before = log.stat().st_size
    store.store_unreachable("/d", {"/d/y": DAMAGED})
    assert log.stat().st_size == before


def test_a_file_belongs_to_the_innermost_folder(store: Store) -> None:
    """Folders inside each other never argue about a file, whatever their rules ignore."""
    for path in ("/d/a", "/d/in/b", "/d/inner", "/d-too"):
        put(store, path, document(path))
    assert set(store.known_files("/d")) == {"/d/a", "/d/in/b", "/d/inner"}
    store.add_folder("/d/in")
    assert store.nested_folders("/d") == {"/d/in"}
    assert set(store.known_files("/d")) == {"/d/a", "/d/inner"}
    assert set(store.known_files("/d/in")) == {"/d/in/b"}


def test_removing_an_inner_folder_leaves_its_files_to_the_outer(store: Store) -> None:
    """What another folder still holds is not forgotten."""
    store.add_folder("/d/in")
    put(store, "/d/in/b", document("b"))
    assert store.remove_folder("/d/in") == 0
    assert store.holders("/d/in") == ("/d",)
    assert set(store.known_files("/d")) == {"/d/in/b"}


def test_removing_an_outer_folder_leaves_the_inner_one(store: Store) -> None:
    """Only files that no folder holds any more are forgotten."""
    store.add_folder("/d/in")
    put(store, "/d/in/b", document("b"))
    put(store, "/d/a", document("a"))
    assert store.remove_folder("/d") == 1
    assert (store.folders(), store.known_file("/d/a")) == (("/d/in",), None)
    assert set(store.known_files("/d/in")) == {"/d/in/b"}


def test_the_root_directory_can_be_a_folder(store: Store) -> None:
    """`/` ends in a separator already, and holds everything."""
    put(store, "/top", document("top"))
    assert set(store.known_files("/")) == {"/top"}


def test_another_model_makes_all_files_dirty_and_loses_nothing(store: Store) -> None:
    """A switch of models is one row: going back to the old one finds everything in place."""
    put(store, "/d/a", document("text"))
    store.store_refusal("/d/b", STATE, settled=True, refusal=EMPTY)
    before = store.known_files("/d")
    store.set_model(OTHER_MODEL)
    assert store.model() == OTHER_MODEL
    assert store.known_files("/d") == {
        "/d/a": KnownFile(state=STATE, sha256="", settled=False),
        "/d/b": before["/d/b"],
    }
    assert (store.counts().vectors, store.counts().chunks, found_texts(store, "text")) == (0, 0, [])
    store.set_model(MODEL)
    assert store.known_files("/d") == before
    assert found_texts(store, "text") == ["text"]
    assert store.take_waiting(1) == []
