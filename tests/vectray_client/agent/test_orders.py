from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import MODEL, document, found_texts, index_path, put

from vectray_client.agent import orders
from vectray_client.store.reading import open_reader
from vectray_client.store.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A folder in a folder, with a document in each."""
    with open_store(index_path(tmp_path)) as opened:
        opened.set_model(MODEL)
        opened.add_folder("/d")
        opened.add_folder("/d/in")
        put(opened, "/d/outer.txt", document("outer words"))
        put(opened, "/d/in/inner.txt", document("inner words"))
        yield opened


def left_out(store: Store, path: str) -> bool:
    """Whether a person had that very path forgotten."""
    is_left_out = store.left_out()
    return is_left_out is not None and is_left_out(path)


def test_a_file_is_forgotten_alone(store: Store) -> None:
    """Its words are gone, it is left out from now on, and its neighbours stay; the derived index is thrown away."""
    discarded: list[str] = []
    assert orders.forget(store, "/d/outer.txt", discard_cache=lambda: discarded.append("once")) == 1
    assert (found_texts(store, "words"), discarded) == (["inner words"], ["once"])
    assert left_out(store, "/d/outer.txt")
    assert not left_out(store, "/d")


def test_a_folder_of_its_own_is_no_folder_any_more(store: Store) -> None:
    """Inside another one it is left out there; the outermost is only removed, so that adding it again takes it in."""
    assert orders.forget(store, "/d/in", discard_cache=lambda: None) == 1
    assert store.folders() == ("/d",)
    assert left_out(store, "/d/in")
    orders.add_folder(store, "/d/in")
    assert not left_out(store, "/d/in")
    assert orders.forget(store, "/d", discard_cache=lambda: None) == 1
    assert store.folders() == ()
    assert not left_out(store, "/d")


def test_all_folders_below_are_forgotten_with_what_holds_them(store: Store) -> None:
    """Even if the path itself was never indexed."""
    assert orders.forget(store, "/", discard_cache=lambda: None) == 2
    assert store.folders() == ()


def test_what_was_never_indexed_cannot_be_forgotten(store: Store) -> None:
    """It is said, rather than that it was done."""
    for path in ("/e", "/d-too"):
        with pytest.raises(orders.UnknownFolder):
            orders.forget(store, path, discard_cache=lambda: None)


def test_traces_that_stay_are_confessed(store: Store, tmp_path: Path) -> None:
    """While another program reads an old state, the log cannot be emptied: forgetting says so, and succeeds later."""
    store._connection.execute("PRAGMA busy_timeout = 100")  # how long it waits for them
    with open_reader(index_path(tmp_path)) as reader, reader.snapshot():
        reader.counts()
        with pytest.raises(orders.TracesStay, match="traces of it stay"):
            orders.forget(store, "/d/outer.txt", discard_cache=lambda: None)
    assert orders.forget(store, "/d/outer.txt", discard_cache=lambda: None) == 0
    written = b"".join(file.read_bytes() for file in index_path(tmp_path).parent.iterdir())
    assert b"outer" not in written
