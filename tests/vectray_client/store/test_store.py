from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.vectray_client.store.documents import (
    DIMENSIONS,
    MODEL,
    OTHER_MODEL,
    STATE,
    document,
    found_texts,
    index_path,
    put,
    vector_of,
)

from vectray_client.domain import Chunk, FileState
from vectray_client.store.errors import NoModel, WrongVectors
from vectray_client.store.records import Counts, Filter
from vectray_client.store.store import Store, open_store

UNSTORABLE = replace(
    document("new"), chunks=(*document("new").chunks, Chunk(text="half a character: \ud83d", start=0, end=19))
)
"""SQLite takes its first passage, and not its second."""


def test_a_document_takes_the_place_of_its_predecessor(store: Store) -> None:
    """After an edit the old passages are gone from chunks and keywords alike."""
    put(store, "/d/a", document("old words", "kept words", "more old words"))
    put(store, "/d/a", document("kept words", "new words"))
    assert sorted(found_texts(store, "words")) == ["kept words", "new words"]
    assert found_texts(store, "old") == []


def test_a_copy_shares_the_passages(store: Store) -> None:
    """Passages belong to content: a copy is found under its own path, and adds neither passage nor vector."""
    for path in ("/d/a", "/d/copy"):
        put(store, path, document("same"))
    assert store.counts() == Counts(files=2, chunks=2, vectors=1, skipped=0, problems=0)
    ((chunk_id, _),) = store.keyword_search('"same"', 10)
    assert [passage.path for passage in store.passages([chunk_id])[chunk_id]] == ["/d/a", "/d/copy"]


def test_equal_texts_share_one_vector(store: Store) -> None:
    """Vectors belong to text: another document that says the same has its vector at once, and finds both."""
    put(store, "/d/a", document("same"))
    store.store_document("/d/b", STATE, settled=True, document=document("same", "more"))
    assert [passage.text for passage in store.take_waiting(10)] == ["Top\nmore"]
    (vector_id,) = store.vector_ids(Filter())
    assert len(store.chunks_of_vectors([int(vector_id)])[vector_id]) == 2


def test_words_find_a_passage_before_meaning_does(store: Store) -> None:
    """A document can be found as soon as it is read; its vectors may follow in any order."""
    store.store_document("/d/a", STATE, settled=True, document=document("first half", "second half"))
    assert sorted(found_texts(store, "half")) == ["first half", "second half"]
    first, second = store.take_waiting(10)
    store.put_vectors({second.chunk_id: vector_of(second.text)})
    assert store.take_waiting(10) == store.waiting_of("/d/a") == [first]
    (vector_id,) = store.vector_ids(Filter())
    assert store.chunks_of_vectors([int(vector_id)]) == {vector_id: [second.chunk_id]}


def test_a_refused_passage_is_a_problem_and_is_found_by_its_words(store: Store) -> None:
    """What the model cannot embed is said once, and asked of it no more."""
    put(store, "/d/a", document("good"))
    store.store_document("/d/b", STATE, settled=True, document=document("bad"))
    (waiting,) = store.take_waiting(10)
    store.refuse_passage(waiting.chunk_id, "Too strange.")
    assert (store.take_waiting(10), store.waiting_of("/d/b")) == ([], [])
    assert found_texts(store, "bad") == ["bad"]
    (problem,) = store.problems()
    assert problem[0] == "/d/b"
    assert problem[1].reason.endswith("Too strange.")
    assert store.refusals("/d") == dict(store.problems())
    assert store.counts().problems == 1


def test_a_document_that_cannot_be_stored_leaves_the_old_one(store: Store) -> None:
    """Whatever fails, fails as a whole."""
    put(store, "/d/a", document("old"))
    known = store.known_files("/d")
    with pytest.raises(UnicodeEncodeError):
        store.store_document("/d/a", FileState(1, 1, 1, 1), settled=False, document=UNSTORABLE)
    assert store.known_files("/d") == known
    assert found_texts(store, "old new without") == ["old"]


@pytest.mark.parametrize(
    "vector",
    [
        np.zeros(DIMENSIONS + 1, np.float32),
        np.zeros((1, DIMENSIONS), np.float32),
        np.full(DIMENSIONS, np.nan, np.float32),
        np.full(DIMENSIONS, 1e5, np.float32),
    ],
    ids=["long", "matrix", "not a number", "beyond float16"],
)
def test_vectors_that_do_not_fit_are_refused(store: Store, vector: np.ndarray) -> None:
    """No vector gets in that would make a search wrong or fail."""
    store.store_document("/d/a", STATE, settled=True, document=document("text"))
    (waiting,) = store.take_waiting(1)
    with pytest.raises(WrongVectors):
        store.put_vectors({waiting.chunk_id: vector})
    assert (store.counts().vectors, store.take_waiting(1)) == (0, [waiting])


def test_nothing_is_stored_before_a_model_is_named(tmp_path: Path) -> None:
    """A vector whose space is unknown means nothing, and passages are cut for a model."""
    with open_store(index_path(tmp_path)) as store:
        with pytest.raises(NoModel):
            store.put_vectors({1: vector_of("text")})
        with pytest.raises(NoModel):
            store.store_document("/d/a", STATE, settled=True, document=document("text"))
        assert store.known_file("/d/a") is None


def test_a_document_never_refers_to_another_models_vectors(store: Store) -> None:
    """The same text waits again for the new model's vector."""
    put(store, "/d/a", document("text"))
    store.set_model(OTHER_MODEL)
    store.store_document("/d/b", STATE, settled=True, document=document("text"))
    assert [passage.text for passage in store.take_waiting(10)] == ["Top\ntext"]
    assert store.vector_ids(Filter()).tolist() == []


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    """Many documents in one commit are lost together, and only those."""

    def put_two_and_stop() -> None:
        with store.transaction():
            put(store, "/d/one", document("one"))
            put(store, "/d/two", document("two"))
            raise KeyboardInterrupt

    put(store, "/d/before", document("before"))
    with pytest.raises(KeyboardInterrupt):
        put_two_and_stop()
    assert set(store.known_files("/d")) == {"/d/before"}


def test_one_bad_document_does_not_spoil_the_transaction_around_it(store: Store) -> None:
    """What fails inside a transaction takes back its own part only."""

    def put_two_halves() -> None:
        with store.transaction():
            put(store, "/d/half", document("half"))
            put(store, "/d/bad", UNSTORABLE)

    with store.transaction():
        put(store, "/d/good", document("good"))
        with pytest.raises(UnicodeEncodeError):
            put_two_halves()
        put(store, "/d/better", document("better"))
    assert set(store.known_files("/d")) == {"/d/good", "/d/better"}
    assert found_texts(store, "half good better bad") == ["good", "better"]


def test_keywords_of_another_recipe_are_made_anew(tmp_path: Path) -> None:
    """An upgrade that changes how words are folded does not leave passages behind that cannot be found."""
    path = index_path(tmp_path)
    with open_store(path) as store:
        store.set_model(MODEL)
        put(store, "/d/a", document("hidden words"))
        store._connection.execute("INSERT INTO keywords (keywords) VALUES ('delete-all')")
        store._connection.execute("UPDATE settings SET value = 'another recipe' WHERE name = 'keywords'")
        assert store.keyword_search('"hidden"', 1) == []
    with open_store(path) as store:
        assert found_texts(store, "hidden") == ["hidden words"]
        store.forget_files(["/d/a"])
        assert store.scrub()
        assert store.keyword_search('"hidden"', 1) == []
