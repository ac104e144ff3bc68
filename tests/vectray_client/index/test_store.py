from pathlib import Path

import numpy as np
import pytest
from tests.vectray_client.index.documents import (
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

from vectray_client.domain import FileState, Refusal, Verdict
from vectray_client.index.errors import NoModel, UnknownVector, WrongVectors
from vectray_client.index.keys import vector_key
from vectray_client.index.records import Counts, Filter
from vectray_client.index.store import Store, open_store

DAMAGED = Refusal(verdict=Verdict.FAILED, reason="It is damaged.")
EMPTY = Refusal(verdict=Verdict.SKIPPED, reason="It is empty.")


def test_a_document_takes_the_place_of_its_predecessor(store: Store) -> None:
    """After an edit the old passages are gone from chunks and keywords alike."""
    put(store, "/d/a", document("old words", "kept words", "more old words"))
    put(store, "/d/a", document("kept words", "new words"))
    assert sorted(found_texts(store, "words")) == ["kept words", "new words"]
    assert found_texts(store, "old") == []


def test_equal_texts_share_one_vector(store: Store) -> None:
    """Vectors belong to content: a copy adds passages and no vector."""
    (key,) = put(store, "/d/a", document("same"))
    store.store_document(
        "/d/copy", STATE, settled=True, document=document("same"), keys=[key], new_vectors={}
    )
    assert store.counts() == Counts(files=2, chunks=2, vectors=1, skipped=0, problems=0)
    (vector_id,) = store.vector_ids(Filter())
    assert len(store.chunks_of_vectors([int(vector_id)])[vector_id]) == 2


def test_vectors_may_be_kept_ahead_of_their_document(store: Store) -> None:
    """Half of a long document's vectors are worth keeping when the other half fails."""
    content = document("first half", "second half")
    first, second = (vector_key(MODEL.fingerprint, chunk.embedded_text) for chunk in content.chunks)
    store.add_vectors({first: vector_of("first half")})
    with pytest.raises(UnknownVector) as caught:
        store.store_document(
            "/d/a", STATE, settled=True, document=content, keys=[first, second], new_vectors={}
        )
    assert caught.value.key == second
    assert (store.known_keys([first, second]), store.known_file("/d/a")) == ({first}, None)


def test_a_document_that_cannot_be_stored_leaves_the_old_one(store: Store) -> None:
    """Whatever fails, fails as a whole."""
    put(store, "/d/a", document("old"))
    known = store.known_files("/d")
    with pytest.raises(ValueError, match="shorter"):
        store.store_document(
            "/d/a",
            FileState(1, 1, 1, 1),
            settled=False,
            document=document("new", "without key"),
            keys=[vector_key("", "")],
            new_vectors={vector_key("", ""): vector_of("new")},
        )
    assert store.known_files("/d") == known
    assert found_texts(store, "old new without") == ["old"]
    assert store.counts().vectors == 1


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
    with pytest.raises(WrongVectors):
        store.add_vectors({b"k" * 32: vector})
    assert store.counts().vectors == 0


def test_vectors_without_a_model_are_refused(tmp_path: Path) -> None:
    """A vector whose space is unknown means nothing."""
    with open_store(index_path(tmp_path)) as store, pytest.raises(NoModel):
        store.add_vectors({b"k" * 32: vector_of("text")})


def test_a_document_never_refers_to_another_models_vectors(store: Store) -> None:
    """Keys that were made before a switch of models are not taken for the new model's."""
    content = document("text")
    keys = put(store, "/d/a", content)
    store.set_model(OTHER_MODEL)
    with pytest.raises(UnknownVector):
        store.store_document("/d/b", STATE, settled=True, document=content, keys=keys, new_vectors={})


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
            store.store_document(
                "/d/bad", STATE, settled=True, document=document("bad"), keys=[b"?" * 32], new_vectors={}
            )

    with store.transaction():
        put(store, "/d/good", document("good"))
        with pytest.raises(UnknownVector):
            put_two_halves()
        put(store, "/d/better", document("better"))
    assert set(store.known_files("/d")) == {"/d/good", "/d/better"}


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
        assert store.keyword_search('"hidden"', 1) == []
