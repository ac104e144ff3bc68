from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.vectray_client.store.documents import MODEL, OTHER_MODEL, document, index_path, put, vector_of
from tests.vectray_client.store.tiny_blocks import TEXTS, TINY, add, found_by_text, held, loaded, stored

from vectray_client.store.records import Filter
from vectray_client.store.store import Store, open_store
from vectray_client.store.vector_index import VectorIndex
from vectray_client.store.vector_layout import Sizes


@pytest.fixture
def filled(store: Store) -> Store:
    """An index with all the texts, spread over four folders."""
    with store.transaction():
        for n, text in enumerate(TEXTS):
            put(store, f"/d/{n % 4}/{n}", document(text))
    return store


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=5),
    limit=st.integers(1, 50),
    folder=st.sampled_from([None, "/d/1", "/d/none"]),
    sizes=st.sampled_from([TINY, Sizes()]),
)
def test_search_is_exact(filled: Store, text: str, limit: int, folder: str | None, sizes: Sizes) -> None:
    """The nearest vectors are those that a comparison with each one finds, with and without a filter, in any layout."""
    index, query = loaded(filled, sizes=sizes), vector_of(text.encode(errors="replace").decode())
    ids, data = filled.vectors_after(0, MODEL.fingerprint)
    allowed_ids = filled.vector_ids(Filter(folders=(folder,))) if folder else ids
    kept = np.isin(ids, allowed_ids)
    cosines = np.frombuffer(data, "<f2").reshape(len(ids), -1)[kept].astype(np.float32) @ query
    order = np.argsort(-cosines)[:limit]
    found = index.search(
        query, limit, fingerprint=MODEL.fingerprint, allowed_ids=allowed_ids if folder else None
    )
    assert [vector_id for vector_id, _ in found] == ids[kept][order].tolist()
    np.testing.assert_allclose([cosine for _, cosine in found], cosines[order], atol=1e-6)


def test_a_text_is_nearest_to_itself(filled: Store) -> None:
    """From a query vector to the passage: the whole way back."""
    text = document(TEXTS[7]).chunks[0].embedded_text
    ((vector_id, cosine),) = loaded(filled).search(vector_of(text), 1, fingerprint=MODEL.fingerprint)
    (chunk_ids,) = filled.chunks_of_vectors([vector_id]).values()
    ((passage,),) = filled.passages(chunk_ids).values()
    assert passage.path == "/d/3/7"
    assert cosine == pytest.approx(1, abs=1e-3)


def test_an_empty_index_finds_nothing(store: Store, tmp_path: Path) -> None:
    """A search before the first document is no error, nor before the first model."""
    nothing = np.empty(0, np.int64)
    with open_store(index_path(tmp_path / "new")) as new:
        for index in (loaded(store), loaded(new)):
            for allowed in (None, nothing):
                assert (
                    index.search(vector_of("a"), 5, fingerprint=MODEL.fingerprint, allowed_ids=allowed) == []
                )


def test_a_search_takes_in_what_has_just_come(filled: Store) -> None:
    """A document replaced a moment ago is found, without anybody else catching up."""
    index = loaded(filled)
    put(filled, "/d/0/0", document("one", "two"))
    index.freshen(filled)
    ((found, _),) = index.search(
        vector_of(document("two").chunks[0].embedded_text), 1, fingerprint=MODEL.fingerprint
    )
    assert found == stored(filled)[-1]


def test_a_search_does_not_wait_for_compression(store: Store) -> None:
    """What is to be compressed is left to those who have the time."""
    index = loaded(store)
    add(store, TEXTS)
    index.freshen(store)
    assert index.size(MODEL.fingerprint) == 0
    index.catch_up(store)
    assert index.size(MODEL.fingerprint) == len(TEXTS)


def test_models_are_never_mixed(filled: Store) -> None:
    """A query is compared with vectors of its own model only."""
    filled.set_model(OTHER_MODEL)
    filled.add_vectors({b"k" * 32: vector_of("one")})
    index = loaded(filled)
    assert index.size(OTHER_MODEL.fingerprint) == 1
    assert held(index) == []


def test_vectors_of_a_former_model_are_let_go(filled: Store, tmp_path: Path) -> None:
    """Once another model is searched, memory and disk hold nothing of the old one, though the new has no vectors yet."""
    index = loaded(filled, tmp_path / "vectors")
    filled.set_model(OTHER_MODEL)
    index.catch_up(filled)
    assert index.size(MODEL.fingerprint) == 0
    assert not any((tmp_path / "vectors").iterdir())


def test_the_next_model_is_there_before_it_is_wanted(filled: Store) -> None:
    """When models change, a search by the new one finds its vectors at once; the old one's are let go."""
    index = loaded(filled)
    filled.begin_next(OTHER_MODEL)
    filled.add_vectors({b"k" * 32: vector_of("one")}, fingerprint=OTHER_MODEL.fingerprint)
    index.catch_up(filled)
    assert (index.size(MODEL.fingerprint), index.size(OTHER_MODEL.fingerprint)) == (len(TEXTS), 1)
    filled.flip()
    assert index.size(OTHER_MODEL.fingerprint) == 1
    index.catch_up(filled)
    assert (index.size(MODEL.fingerprint), index.size(OTHER_MODEL.fingerprint)) == (0, 1)


def test_dropped_vectors_leave_at_a_rebuild(store: Store, tmp_path: Path) -> None:
    """Once many are dead, memory and disk are given back; a few are left alone."""
    add(store, TEXTS)
    index = loaded(store, tmp_path / "vectors")
    put(store, "/d/used", document(*TEXTS))
    index.catch_up(store)
    index.drop_dead(store)
    assert len(held(index)) == 2 * len(TEXTS)
    store.sweep_vectors()
    index.drop_dead(store)
    assert held(index) == stored(store)
    assert held(VectorIndex.open(store, tmp_path / "vectors", sizes=TINY)) == stored(store)


@pytest.mark.parametrize("later", [0, 5, 30])
def test_an_older_copy_of_the_store_is_noticed(tmp_path: Path, later: int) -> None:
    """Vectors cached for what came after a backup are not taken for what came after it was restored."""
    path, cache = index_path(tmp_path), tmp_path / "vectors"
    with open_store(path) as store:
        store.set_model(MODEL)
        add(store, TEXTS[:20])
    backup = path.read_bytes()
    with open_store(path) as store:
        add(store, TEXTS[20:])
        loaded(store, cache)
    path.write_bytes(backup)
    with open_store(path) as store:
        add(store, [f"other {n}" for n in range(later)])
        assert VectorIndex.open(store, cache, sizes=TINY).size(MODEL.fingerprint) == 0
        assert found_by_text(loaded(store, cache)) == found_by_text(loaded(store))


def test_discarding_leaves_nothing_on_disk_and_loses_nothing(filled: Store, tmp_path: Path) -> None:
    """Searches go on without the cache, which is built anew without what was forgotten."""
    cache = tmp_path / "vectors"
    index = loaded(filled, cache)
    assert any(cache.iterdir())
    before = held(index)
    index.discard_cache()
    assert not any(cache.iterdir())
    assert held(index) == before
    filled.forget_files([f"/d/{n % 4}/{n}" for n in range(20)])
    filled.scrub()
    index.catch_up(filled)
    assert held(index) == stored(filled) == before[20:]
    assert any(cache.iterdir())


def test_a_cache_that_cannot_be_written_is_done_without(filled: Store, tmp_path: Path) -> None:
    """Nothing is missing but the quick start."""
    (tmp_path / "vectors").write_text("in the way")
    assert held(loaded(filled, tmp_path / "vectors")) == stored(filled)
