from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import MODEL, document, found_texts, index_path, put

from vectray_client.agent import orders
from vectray_client.indexer.pausing import PAUSED_FOLDERS, kept_pauses
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


def paused(store: Store) -> list[str]:
    """The folders that are paused, and the empty path if all are."""
    return sorted(kept_pauses(store, unix_now=0.0).places)


def test_a_folder_is_paused_and_resumed(store: Store) -> None:
    """By itself, also in one that goes on; what is no indexed folder is not."""
    orders.pause(store, folder="/d/in", setting="0")
    assert paused(store) == ["/d/in"]
    orders.resume(store, folder="/d", unix_now=0.0)
    assert paused(store) == ["/d/in"]
    orders.resume(store, folder="/d/in", unix_now=0.0)
    assert paused(store) == []
    with pytest.raises(orders.UnknownFolder):
        orders.pause(store, folder="/d/other", setting="0")
    with pytest.raises(orders.UnknownFolder, match=r"only a part of the indexed folder /d\.$"):
        orders.resume(store, folder="/d/other", unix_now=0.0)


def test_after_going_on_not_all_is_paused(store: Store) -> None:
    """However it came that it was; a folder that is paused beside others stays so."""
    orders.pause(store, folder="/d/in", setting="0")
    orders.pause(store, folder="", setting="0")
    orders.resume(store, folder="", unix_now=0.0)
    assert paused(store) == ["/d/in"]
    orders.pause(store, folder="/d", setting="0")
    assert paused(store) == ["", "/d", "/d/in"]
    orders.resume(store, folder="", unix_now=0.0)
    assert paused(store) == []


def test_a_folder_that_goes_takes_its_pause_along(store: Store) -> None:
    """Whether it is removed or forgotten, and with all that is forgotten with it; it comes back without one."""
    for folder in ("/d", "/d/in"):
        orders.pause(store, folder=folder, setting="0")
    orders.remove_folder(store, "/d/in", discard_cache=lambda: None)
    assert "/d/in" not in store.setting(PAUSED_FOLDERS)
    orders.add_folder(store, "/d/in")
    orders.pause(store, folder="/d/in", setting="0")
    orders.forget(store, "/d", discard_cache=lambda: None)
    assert store.setting(PAUSED_FOLDERS) == ""
