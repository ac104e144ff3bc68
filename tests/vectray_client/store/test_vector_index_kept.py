"""An index that is kept up to date while it is searched, restarted, damaged and discarded."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.vectray_client.store.documents import MODEL, index_path
from tests.vectray_client.store.tiny_blocks import TEXTS, TINY, add, held, loaded, stored

from vectray_client.store.reading import open_reader
from vectray_client.store.store import Store, open_store
from vectray_client.store.vector_index import VectorIndex


class Kept(RuleBasedStateMachine):
    """An index that is kept up to date, restarted, damaged and discarded in any order, against the store."""

    @initialize()
    def begin(self) -> None:
        """An empty store."""
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
def searching(store: Store, tmp_path: Path) -> Iterator[tuple[VectorIndex, list[str]]]:
    """Two threads that search while the test catches up, and what they found wrong."""
    add(store, TEXTS)
    index, wrong, over = loaded(store), list[str](), Event()
    old = set(stored(store))

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


def test_searches_go_on_while_others_catch_up(store: Store, searching: tuple[VectorIndex, list[str]]) -> None:
    """However searching and catching up fall together, what was there stays, and nothing is found that never was."""
    index, wrong = searching
    for step in range(40):
        add(store, [f"{step} {n}" for n in range(1 + step)])
        if step % 3:
            index.catch_up(store)
        if step % 10 == 9:
            index.discard_cache()
    index.catch_up(store)
    assert held(index) == stored(store)
    assert not wrong
