from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import MODEL, STATE, document, index_path, put

from vectray_client.cli.index import summary
from vectray_client.domain import Refusal, Verdict
from vectray_client.indexer.catching_up import Summary
from vectray_client.store.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An index of a folder in a folder, as after a first run."""
    with open_store(index_path(tmp_path)) as opened:
        opened.set_model(MODEL)
        opened.add_folder("/d")
        opened.add_folder("/d/in")
        put(opened, "/d/a", document("a", "b"))
        put(opened, "/d/in/c", document("c"))
        refusal = Refusal(verdict=Verdict.SKIPPED, reason="It is empty.")
        opened.store_refusal("/d/in/empty", STATE, settled=True, refusal=refusal)
        yield opened


@pytest.mark.parametrize("folders", [("/d", "/d/in"), ("/d/in", "/d")])
def test_folders_in_folders_count_once(store: Store, folders: tuple[str, ...]) -> None:
    """Whatever their order, what was embedded and what was not make up the whole."""
    result = summary(store, folders, Summary(embedded=3, removed=1))
    assert (result["files"], result["chunks"], result["embedded"], result["reused"]) == (2, 3, 3, 0)
    assert result["skipped"] == [{"path": "/d/in/empty", "reason": "It is empty."}]


def test_neighbours_are_added_up(store: Store) -> None:
    """Folders that merely begin alike are not inside each other."""
    store.add_folder("/d-too")
    put(store, "/d-too/x", document("a"))
    result = summary(store, ["/d", "/d-too"], Summary(embedded=0, removed=0))
    assert (result["files"], result["chunks"], result["reused"]) == (3, 4, 4)
