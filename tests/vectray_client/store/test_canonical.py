import json
from itertools import pairwise
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
    vector_of,
)

from vectray_client.domain import Changes, FileState
from vectray_client.store.store import Store, open_store

KEPT = document("kept", "also kept")


def clean(store: Store) -> None:
    """What is in the folder, indexed once."""
    store.set_model(MODEL)
    store.add_folder("/d")
    put(store, "/d/a", KEPT)
    put(store, "/d/b", KEPT)
    store.store_refusal("/d/c", STATE, settled=True, refusal=EMPTY)
    store.store_refusal("/d/failed", STATE, settled=True, refusal=DAMAGED)
    store.store_unreachable("/d", {"/d/shut": DAMAGED})


def eventful(store: Store) -> None:
    """The same after many changes: another model, moved and edited files, passages embedded out of order."""
    store.set_model(OTHER_MODEL)
    store.add_folder("/d")
    put(store, "/d/a", document("former"))
    store.set_model(MODEL)
    put(store, "/d/failed", document("was readable"))
    put(store, "/d/old name", document("gone"))
    store.store_document("/d/z", STATE, settled=False, document=KEPT)
    first, second = store.take_waiting(10)
    for passage in (second, first):
        store.put_vectors({passage.chunk_id: vector_of(passage.text)})
    store.forget_files(["/d/old name"])
    store.note("/d", Changes(dirty={"/d/a": FileState(1, 1, 1, 1)}, gone=frozenset({"/d/z"})))
    put(store, "/d/b", document("for a moment"))
    clean(store)


@pytest.mark.parametrize("is_swept", [True, False])
def test_an_index_is_described_without_its_history(tmp_path: Path, is_swept: bool) -> None:
    """However the files came to be what they are, the dump is that of a clean rebuild."""
    dumps = []
    for number, fill in enumerate((clean, eventful)):
        with open_store(index_path(tmp_path / str(number))) as store:
            fill(store)
            if is_swept:
                assert store.scrub()
            dumps.append(list(store.dump()))
    assert dumps[0] == dumps[1]
    assert len(dumps[0]) == len({"folder", "unreachable", "c", "failed"}) + 2 * (1 + len(KEPT.chunks))


def test_the_dump_tells_what_differs(store: Store) -> None:
    """A passage without its vector, another text, another path: nothing of what can be searched is left out."""
    put(store, "/d/a", document("one"))
    dumps = [list(store.dump())]
    store.store_document("/d/a", STATE, settled=True, document=document("two"))
    dumps.append(list(store.dump()))
    put(store, "/d/a", document("two"))
    dumps.append(list(store.dump()))
    store.forget_files(["/d/a"])
    put(store, "/d/b", document("two"))
    dumps.append(list(store.dump()))
    assert all(one != other for one, other in pairwise(dumps))
    assert json.loads(dumps[1][-1])[-1] is None
