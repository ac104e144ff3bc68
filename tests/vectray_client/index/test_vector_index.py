from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.vectray_client.index.documents import MODEL, OTHER_MODEL, document, index_path, put, vector_of

from vectray_client.index.keys import vector_key
from vectray_client.index.reading import open_reader
from vectray_client.index.records import Filter
from vectray_client.index.store import Store, open_store
from vectray_client.index.vector_index import VectorIndex
from vectray_client.index.vector_layout import Sizes

TEXTS = [f"text {n}" for n in range(40)]
TINY = Sizes(compressed=16, full=64, growth=2)


@pytest.fixture
def filled(store: Store) -> Store:
    """An index with all the texts, spread over four folders."""
    with store.transaction():
        for n, text in enumerate(TEXTS):
            put(store, f"/d/{n % 4}/{n}", document(text))
    return store


def loaded(store: Store, cache: Path | None = None, sizes: Sizes = TINY) -> VectorIndex:
    """The vectors in memory."""
    index = VectorIndex.open(store, cache, sizes=sizes)
    index.catch_up(store)
    return index


def add(store: Store, texts: list[str]) -> None:
    """Vectors alone, without passages: what an index in memory sees of a document."""
    store.add_vectors({vector_key(MODEL.fingerprint, text): vector_of(text) for text in texts})


def held(index: VectorIndex) -> list[int]:
    """All ids that a search can find, ascending."""
    return sorted(found for found, _ in index.search(vector_of("any"), 10_000, fingerprint=MODEL.fingerprint))


def found_by_text(index: VectorIndex) -> list[tuple[int, float]]:
    """What is nearest to one text."""
    return index.search(vector_of("other 4"), 5, fingerprint=MODEL.fingerprint)


def stored(store: Store) -> list[int]:
    """All ids of the current model, ascending."""
    return store.vectors_after(0, MODEL.fingerprint)[0].tolist()


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
    allowed_ids = filled.vector_ids(Filter(folder=folder)) if folder else ids
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


class Kept(RuleBasedStateMachine):
    """An index that is kept up to date, restarted, damaged and discarded in any order, against the store."""

    @initialize()
    def begin(self) -> None:
        """An empty store."""
        from tempfile import TemporaryDirectory  # noqa: PLC0415 - hypothesis has no fixtures in here

        self.open = ExitStack()
        folder = Path(self.open.enter_context(TemporaryDirectory()))
        self.cache = folder / "vectors"
        self.store = self.open.enter_context(open_store(index_path(folder)))
        self.store.set_model(MODEL)
        self.index = VectorIndex.open(self.store, self.cache, sizes=TINY)
        self.came = 0
        self.seen: set[int] = set()

    @rule(count=st.integers(1, 90))
    def come(self, count: int) -> None:
        """New vectors are stored."""
        add(self.store, [f"{self.came + n}" for n in range(count)])
        self.came += count
        self.seen |= set(stored(self.store))

    @rule()
    def sweep(self) -> None:
        """All are dropped, for no passage uses them."""
        self.store.sweep_vectors()

    @rule()
    def freshen(self) -> None:
        """A search looks for what is new."""
        self.index.freshen(self.store)

    @rule()
    def catch_up(self) -> None:
        """Nothing is missing afterwards."""
        self.index.catch_up(self.store)
        assert set(stored(self.store)) <= set(held(self.index))

    @rule()
    def drop_dead(self) -> None:
        """Few are dead afterwards."""
        self.index.drop_dead(self.store)

    @rule()
    def discard(self) -> None:
        """The disk is emptied."""
        self.index.discard_cache()

    @rule(damaged=st.booleans())
    def restart(self, damaged: bool) -> None:
        """Another process, which perhaps finds a file missing."""
        files = sorted(self.cache.glob("*.vectors"))
        if damaged and files:
            files[0].unlink()
        self.index = VectorIndex.open(self.store, self.cache, sizes=TINY)

    @invariant()
    def no_vector_is_invented_or_doubled(self) -> None:
        """What can be found was stored, once."""
        found = held(self.index)
        assert len(found) == len(set(found))
        assert set(found) <= self.seen

    def teardown(self) -> None:
        """Close the store."""
        self.open.close()


Kept.TestCase.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
test_an_index_that_is_kept_equals_the_store = Kept.TestCase


@pytest.fixture
def searching(filled: Store, tmp_path: Path) -> Iterator[tuple[VectorIndex, list[str]]]:
    """Two threads that search while the test catches up, and what they found wrong."""
    index, wrong, over = loaded(filled), list[str](), Event()
    old = set(stored(filled))

    def search() -> None:
        with open_reader(index_path(tmp_path)) as reader:
            while not over.is_set():
                with reader.snapshot():
                    visible = set(reader.vectors_after(0, MODEL.fingerprint)[0].tolist())
                    index.freshen(reader)
                found = held(index)
                if len(found) != len(set(found)) or not old <= set(found):
                    wrong.append("a vector was missing or came twice")
                if set(found) - visible and max(found) < max(visible):
                    wrong.append("a vector was invented")

    threads = [Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield index, wrong
    over.set()
    for thread in threads:
        thread.join()


def test_searches_go_on_while_others_catch_up(
    filled: Store, searching: tuple[VectorIndex, list[str]]
) -> None:
    """However searching and catching up fall together, what was there stays, and nothing is found that never was."""
    index, wrong = searching
    for step in range(40):
        add(filled, [f"{step} {n}" for n in range(1 + step)])
        if step % 3:
            index.catch_up(filled)
        if step % 10 == 9:
            index.discard_cache()
    index.catch_up(filled)
    assert held(index) == stored(filled)
    assert not wrong
