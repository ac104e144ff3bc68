from collections.abc import Iterator
from pathlib import Path

import pytest
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

from vectray_client.domain import FileState
from vectray_client.store.recent import _CHANGED_LAST
from vectray_client.store.store import Store, open_store

ALWAYS = 2**62


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An index with a model and a folder."""
    with open_store(index_path(tmp_path)) as opened:
        opened.set_model(MODEL)
        opened.add_folder("/d")
        yield opened


def changed(modified_ns: int) -> FileState:
    """A file that was changed then."""
    return FileState(10, modified_ns, 30, 40)


def names(store: Store, limit: int = 10, *, before_ns: int = ALWAYS) -> list[str]:
    """The files that were changed last."""
    return [file.path for file in store.changed_last(limit, before_ns=before_ns)]


def test_the_last_changed_come_first(store: Store) -> None:
    """By the time of the file, not by that of the reading; a copy is a file of its own."""
    for path, modified_ns in (("/d/b", 5), ("/d/c", -7), ("/d/a", 9)):
        put(store, path, document("same"), state=changed(modified_ns))
    assert names(store) == ["/d/a", "/d/b", "/d/c"]
    assert names(store, 1) == ["/d/a"]
    assert names(store, before_ns=9) == ["/d/b", "/d/c"]


def test_only_what_is_found_is_told(store: Store) -> None:
    """Nothing that was refused, is forgotten, has no passages, or is another model's; what cannot be read any more is found and told."""
    put(store, "/d/kept", document("kept"))
    put(store, "/d/forgotten", document("forgotten"))
    put(store, "/d/damaged", document("damaged"))
    store.store_document("/d/blank", STATE, settled=True, document=document())
    store.store_refusal("/d/empty", STATE, settled=True, refusal=EMPTY)
    store.store_refusal("/d/damaged", changed(21), settled=True, refusal=DAMAGED)
    store.forget("/d/forgotten")
    assert names(store) == ["/d/damaged", "/d/kept"]
    store.set_model(OTHER_MODEL)
    assert names(store) == []


def test_it_looks_at_no_more_files_than_it_tells(store: Store) -> None:
    """Newest first through an index, however many there are."""
    plan = store._connection.execute(
        f"EXPLAIN QUERY PLAN {_CHANGED_LAST}", {"model": 1, "before": ALWAYS, "limit": 10}
    ).fetchall()
    details = [row[3] for row in plan]
    assert "files_by_time" in details[0]
    assert not any("TEMP B-TREE" in detail or detail.startswith("SCAN") for detail in details)
