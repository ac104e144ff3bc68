from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vectray_client.store.documents import DIMENSIONS, MODEL, STATE, document, index_path

from vectray_client.searcher.similar import NothingToCompare, likeness, similar
from vectray_client.store.keys import vector_key
from vectray_client.store.records import Filter
from vectray_client.store.store import Store, open_store
from vectray_client.store.vector_index import VectorIndex


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty index with a model and a folder."""
    with open_store(index_path(tmp_path)) as opened:
        opened.set_model(MODEL)
        opened.add_folder("/d")
        yield opened


def towards(*numbers: float) -> np.ndarray:
    """A unit vector with these first parts."""
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[: len(numbers)] = numbers
    return vector / np.linalg.norm(vector)


def put(store: Store, path: str, passages: dict[str, np.ndarray]) -> None:
    """Store a document whose passages have these vectors."""
    content = document(*passages)
    keys = [vector_key(MODEL.fingerprint, chunk.embedded_text) for chunk in content.chunks]
    store.add_vectors(dict(zip(keys, passages.values(), strict=True)))
    store.store_document(path, STATE, settled=True, document=content)


def like(store: Store, path: str, *, where: Filter | None = None) -> list[str]:
    """The documents like a file's."""
    hits = similar(store, path, VectorIndex.open(store), top=10, where=where or Filter())
    return [hit.path for hit in hits]


def test_documents_about_the_same_come_in_order_of_likeness(store: Store) -> None:
    """The file itself and its copies are left out; of each other one the nearest passage is told."""
    put(store, "/d/a", {"a one": towards(1, 0.1), "a two": towards(1, 0, 0.1)})
    put(store, "/d/copy", {"a one": towards(1, 0.1), "a two": towards(1, 0, 0.1)})
    put(store, "/d/near", {"far part": towards(0, 1), "near part": towards(1, 0.12)})
    put(store, "/d/nearer", {"n one": towards(1, 0.2), "n two": towards(1, 0, 0.2)})
    put(store, "/d/sub/far", {"f": towards(-1, 0.5)})
    assert like(store, "/d/a") == ["/d/nearer", "/d/near", "/d/sub/far"]
    assert like(store, "/d/a", where=Filter(folders=("/d/sub",))) == ["/d/sub/far"]
    (_, near, _) = similar(store, "/d/a", VectorIndex.open(store), top=10)
    assert near.best.chunk.text == "near part"


def test_a_long_documents_own_passages_hide_no_others(store: Store) -> None:
    """However many of the nearest passages are its own, others are found."""
    put(store, "/d/book", {f"part {number}": towards(1, number / 1e4) for number in range(700)})
    put(store, "/d/note", {"note": towards(1, 0.5)})
    assert like(store, "/d/book") == ["/d/note"]


def test_what_has_no_vectors_cannot_be_compared(store: Store) -> None:
    """It is said so, in one sentence."""
    store.store_document("/d/waiting", STATE, settled=True, document=document("waiting"))
    for path in ("/d/waiting", "/d/unknown"):
        with pytest.raises(NothingToCompare, match=r"\.$"):
            similar(store, path, VectorIndex.open(store), top=3)


@given(
    st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), min_size=2, max_size=8), st.integers(1, 7)
)
def test_likeness_is_mutual_and_a_document_is_most_like_itself(rows: list[list[float]], cut: int) -> None:
    """Which of two documents is compared with which makes no difference to how alike they are."""
    vectors = np.array(rows, np.float32) + np.array([0, 0, 2], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    one, other = vectors[: min(cut, len(vectors) - 1)], vectors[min(cut, len(vectors) - 1) :]
    if len(one) != len(other):
        assert likeness(one, other).score == pytest.approx(likeness(other, one).score, abs=1e-5)
    assert likeness(one, one).score == pytest.approx(1, abs=1e-5)
    assert likeness(one, other).score <= 1 + 1e-5
