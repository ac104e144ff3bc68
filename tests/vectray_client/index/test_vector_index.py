from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.vectray_client.index.documents import MODEL, OTHER_MODEL, document, index_path, put, vector_of

from vectray_client.index.records import Filter
from vectray_client.index.store import Store, open_store
from vectray_client.index.vector_index import VectorIndex

TEXTS = [f"text {n}" for n in range(40)]


@pytest.fixture
def filled(store: Store) -> Store:
    """An index with all the texts, spread over four folders."""
    with store.transaction():
        for n, text in enumerate(TEXTS):
            put(store, f"/d/{n % 4}/{n}", document(text))
    return store


def loaded(store: Store) -> VectorIndex:
    """The vectors in memory."""
    index = VectorIndex.load(store)
    assert index is not None
    return index


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=5), limit=st.integers(1, 50), folder=st.sampled_from([None, "/d/1", "/d/none"]))
def test_search_is_exact(filled: Store, text: str, limit: int, folder: str | None) -> None:
    """The nearest vectors are those that a comparison with each one finds, with and without a filter."""
    index, query = loaded(filled), vector_of(text.encode(errors="replace").decode())
    ids, data = filled.vectors_after(0, MODEL.fingerprint)
    allowed_ids = filled.vector_ids(Filter(folder=folder)) if folder else ids
    kept = np.isin(ids, allowed_ids)
    cosines = np.frombuffer(data, "<f2").reshape(len(ids), -1)[kept].astype(np.float32) @ query
    order = np.argsort(-cosines)[:limit]
    found = index.search(query, limit, allowed_ids=allowed_ids if folder else None)
    assert [vector_id for vector_id, _ in found] == ids[kept][order].tolist()
    np.testing.assert_allclose([cosine for _, cosine in found], cosines[order], atol=1e-6)


def test_a_text_is_nearest_to_itself(filled: Store) -> None:
    """From a query vector to the passage: the whole way back."""
    text = document(TEXTS[7]).chunks[0].embedded_text
    ((vector_id, cosine),) = loaded(filled).search(vector_of(text), 1)
    (chunk_ids,) = filled.chunks_of_vectors([vector_id]).values()
    ((passage,),) = filled.passages(chunk_ids).values()
    assert passage.path == "/d/3/7"
    assert cosine == pytest.approx(1, abs=1e-3)


def test_an_empty_index_finds_nothing(store: Store) -> None:
    """A search before the first document is no error."""
    index = loaded(store)
    assert index.search(vector_of("anything"), 5) == []
    assert index.search(vector_of("anything"), 5, allowed_ids=np.empty(0, np.int64)) == []


def test_without_a_model_there_is_no_index(tmp_path: Path) -> None:
    """Nothing can be compared before it is known with what."""
    with open_store(index_path(tmp_path)) as store:
        assert VectorIndex.load(store) is None


def test_extending_equals_loading_anew(filled: Store) -> None:
    """An index that is kept up to date holds what a fresh one holds."""
    index = loaded(filled)
    put(filled, "/d/new", document("one", "two"))
    index.extend(filled)
    fresh, query = loaded(filled), vector_of("two")
    assert len(index) == len(fresh) == len(TEXTS) + 2
    assert index.search(query, 50) == fresh.search(query, 50)


def test_models_are_never_mixed(filled: Store) -> None:
    """After a switch of models an index of the old one gets nothing of the new one, nor the other way round."""
    old = loaded(filled)
    filled.set_model(OTHER_MODEL)
    put(filled, "/d/new", document("one"))
    old.extend(filled)
    new = loaded(filled)
    assert (len(old), old.model) == (len(TEXTS), MODEL)
    assert (len(new), new.model) == (1, OTHER_MODEL)
