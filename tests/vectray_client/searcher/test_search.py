from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from tests.vectray_client.store.documents import DIMENSIONS, MODEL, OTHER_MODEL, STATE, document, index_path

from vectray_client.domain import FileState, FileType, Hit
from vectray_client.searcher.question import Question, question_of
from vectray_client.searcher.search import begin, search
from vectray_client.store.keys import vector_key
from vectray_client.store.records import EVERYTHING, Filter
from vectray_client.store.store import Store, open_store
from vectray_client.store.vector_index import VectorIndex

EAST = np.eye(DIMENSIONS, dtype=np.float32)[0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty index with a model and a folder."""
    with open_store(index_path(tmp_path)) as opened:
        opened.set_model(MODEL)
        opened.add_folder("/d")
        yield opened


def at(cosine: float) -> np.ndarray:
    """A unit vector that has this cosine with EAST."""
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[:2] = cosine, np.sqrt(1 - cosine**2)
    return vector


def put(store: Store, path: str, passages: dict[str, float], *, file_type: FileType = FileType.TEXT) -> None:
    """Store a document whose passages have these cosines with EAST."""
    content = document(*passages, file_type=file_type)
    keys = [vector_key(MODEL.fingerprint, chunk.embedded_text) for chunk in content.chunks]
    vectors = dict(zip(keys, map(at, passages.values()), strict=True))
    store.add_vectors(vectors)
    store.store_document(path, STATE, settled=True, document=content)


def asked(text: str) -> Question:
    """The question that somebody types."""
    return question_of(text, now=datetime(2026, 11, 22, tzinfo=UTC))


def paths(
    store: Store, question: str = "nothing", *, top: int = 10, where: Filter | None = None
) -> list[str]:
    """The documents that are found for a question whose vector is EAST."""
    return [hit.path for hit in found(store, question, top=top, where=where or Filter())]


def told(hits: Sequence[Hit]) -> list[tuple[str, tuple[str, ...]]]:
    """Paths, and their copies."""
    return [(hit.path, hit.copies) for hit in hits]


def found(store: Store, question: str, *, top: int = 10, where: Filter = EVERYTHING) -> list[Hit]:
    """What is found for a question whose vector is EAST."""
    return search(store, asked(question), vector=EAST, index=VectorIndex.open(store), top=top, where=where)


def test_words_that_were_looked_for_before_give_the_same_answer(store: Store) -> None:
    """They need not wait for the vector; a document that is gone when it comes is left out."""
    for number in range(4):
        put(store, f"/d/{number}", {f"tide {number}": number / 4, "shore": 0.1})
    question, vectors = asked("tide -2"), VectorIndex.open(store)
    by_words = begin(store, question, top=10)
    hits = search(store, question, vector=EAST, index=vectors, top=10, by_words=by_words)
    assert hits == search(store, question, vector=EAST, index=vectors, top=10)
    store.forget_files(["/d/1"])
    left = search(store, question, vector=None, index=None, top=10, by_words=by_words)
    assert {hit.path for hit in left} == {"/d/0", "/d/3"}


def test_each_document_is_found_by_its_best_passage(store: Store) -> None:
    """A document comes once, with the passage that answers best."""
    put(store, "/d/a", {"so so": 0.5, "the best": 0.9, "bad": 0.1})
    put(store, "/d/b", {"good": 0.7})
    hits = found(store, "nothing")
    assert [(hit.path, hit.best.chunk.text) for hit in hits] == [("/d/a", "the best"), ("/d/b", "good")]
    assert hits[0].best.vector_score == pytest.approx(0.9, abs=1e-3)
    assert hits[0].best.keyword_score is None


def test_words_and_meaning_together_beat_either(store: Store) -> None:
    """What both searches find comes before what only one of them does."""
    put(store, "/d/meaning", {"the ocean": 0.9})
    put(store, "/d/both", {"tides rise": 0.8})
    put(store, "/d/far", {"mountains": -0.5})
    assert paths(store, "tides")[0] == "/d/both"


def test_without_a_vector_only_words_are_looked_for(store: Store) -> None:
    """A search without the daemon finds what the words find, and nothing else."""
    put(store, "/d/a", {"tides rise": 0.1})
    put(store, "/d/b", {"mountains": 0.9})
    hits = search(store, asked("tides"), vector=None, index=VectorIndex.open(store), top=10)
    assert [(hit.path, hit.best.vector_score) for hit in hits] == [("/d/a", None)]
    assert hits[0].best.keyword_score is not None


def test_vectors_of_deleted_passages_crowd_nobody_out(store: Store) -> None:
    """However many of the nearest vectors belong to nothing any more, what is alive is found."""
    put(store, "/d/alive", {"alive": 0.2})
    put(store, "/d/dead", {f"dead {n}": 0.5 + n / 2000 for n in range(700)})
    store.forget_files(["/d/dead"])
    assert store.counts().vectors == 701
    assert paths(store) == ["/d/alive"]


def test_as_many_documents_are_found_as_were_asked_for(store: Store) -> None:
    """Where there are enough of them: `top` is no less because candidates are few by default."""
    for number in range(150):
        put(store, f"/d/{number}", {f"text {number}": number / 200})
    assert len(paths(store, top=140)) == 140
    assert paths(store, top=3) == ["/d/149", "/d/148", "/d/147"]


def test_a_filter_is_exact(store: Store) -> None:
    """Everything that a filter leaves is found, however far from the question, and nothing else."""
    put(store, "/d/in/far", {"far": -0.9})
    put(store, "/d/page", {"page": -0.8}, file_type=FileType.HTML)
    put(store, "/d/many", {f"near {number}": 0.9 - number / 10_000 for number in range(600)})
    assert paths(store, where=Filter(folders=("/d/in",))) == ["/d/in/far"]
    assert paths(store, where=Filter(file_types=(FileType.HTML,))) == ["/d/page"]
    assert paths(store, where=Filter(folders=("/e",))) == []


def test_copies_are_found_wherever_they_lie(store: Store) -> None:
    """Files of equal content are one hit, which tells them all; of them those that the filter leaves."""
    for path in ("/d/a", "/d/in/copy"):
        put(store, path, {"the same": 0.9, "both times": 0.5})
    assert told(found(store, "nothing")) == [("/d/a", ("/d/in/copy",))]
    assert told(found(store, "nothing", where=Filter(folders=("/d/in",)))) == [("/d/in/copy", ())]


def test_an_open_index_knows_what_was_committed_before_the_question(store: Store) -> None:
    """A document replaced a moment ago is found by its new passages, and by its old ones no more."""
    index = VectorIndex.open(store)
    for cosine in (0.9, 0.8, 0.7):
        put(store, "/d/a", {f"version {cosine}": cosine})
        (hit,) = search(store, asked("nothing"), vector=EAST, index=index, top=10)
        assert hit.best.vector_score == pytest.approx(cosine, abs=1e-3)


def test_an_index_of_another_model_is_not_asked(store: Store) -> None:
    """Between a change of models and the vectors of the new one, words alone are searched."""
    put(store, "/d/a", {"tides rise": 0.9})
    index = VectorIndex.open(store)
    index.catch_up(store)
    store.set_model(OTHER_MODEL)
    assert search(store, asked("nothing"), vector=EAST, index=index, top=10) == []


def test_a_new_index_finds_nothing(tmp_path: Path) -> None:
    """Without a model there are no vectors to search."""
    with open_store(index_path(tmp_path)) as opened:
        assert paths(opened, "anything") == []


LONG = (
    "The committee met on the first floor and spoke about the harbour wall, which leaks at spring tide. Somebody promised"
    " new pumps before winter, and the fishermen asked who would pay for the weeks in which the harbour is closed."
)


def put_at(store: Store, path: str, text: str, cosine: float, *, time_ns: int) -> None:
    """Store a document of one passage, changed at some time."""
    content = document(text)
    (chunk,) = content.chunks
    store.add_vectors({vector_key(MODEL.fingerprint, chunk.embedded_text): at(cosine)})
    store.store_document(path, FileState(1, time_ns, time_ns, time_ns), settled=True, document=content)


def test_versions_are_told_as_copies_of_the_newest(store: Store) -> None:
    """The same text with small edits is shown once; what is only about the same stays."""
    put_at(store, "/d/old", LONG, 0.9, time_ns=1)
    put_at(store, "/d/new", LONG.replace("first", "second"), 0.895, time_ns=2)
    put_at(store, "/d/other", "Another committee spoke about the harbour wall.", 0.8, time_ns=3)
    assert told(found(store, "harbour wall")) == [("/d/new", ("/d/old",)), ("/d/other", ())]


def test_a_version_that_answers_much_worse_is_not_shown_for_being_newer(store: Store) -> None:
    """What only the older version says is what was asked for."""
    put_at(store, "/d/old", f"{LONG} Zebra.", 0.9, time_ns=1)
    put_at(store, "/d/new", LONG, 0.5, time_ns=2)
    assert told(found(store, "zebra")) == [("/d/old", ("/d/new",))]


def test_documents_that_share_one_passage_are_not_copies(store: Store) -> None:
    """A licence in front of two programs does not make them one."""
    put(store, "/d/a", {LONG: 0.9, **{f"a's own part, number {n}: {n * 'a '}": 0.1 for n in range(9)}})
    put(store, "/d/b", {LONG: 0.9, **{f"another text of b {n}, {n * 'bcd '}": 0.1 for n in range(9)}})
    assert sorted(paths(store)) == ["/d/a", "/d/b"]


def test_a_document_of_many_good_passages_crowds_nobody_out(store: Store) -> None:
    """However many of the nearest passages are of one document, it is one hit, and the others are found."""
    put(store, "/d/book", {f"near {number}": 0.9 - number / 10_000 for number in range(900)})
    with store.transaction():
        for number in range(5):
            put(store, f"/d/{number}", {f"text {number}": 0.5 - number / 10})
    assert paths(store, top=6) == ["/d/book", *(f"/d/{number}" for number in range(5))]


def test_further_passages_are_given_as_many_as_asked_for(store: Store) -> None:
    """Best first, without the best one itself."""
    put(store, "/d/a", {"worst": 0.1, "best": 0.9, "second": 0.8, "third": 0.7})
    (hit,) = search(
        store, asked("nothing"), vector=EAST, index=VectorIndex.open(store), top=5, more_passages=2
    )
    assert [hit.best.chunk.text, *(further.chunk.text for further in hit.more)] == ["best", "second", "third"]
    assert hit.passages == 4


def test_phrases_and_excluded_words_narrow_both_searches(store: Store) -> None:
    """However near in meaning, a passage without the phrase or with the word is out; as far as it may be, one with it is in."""
    put(store, "/d/near", {"tides of the sea": 0.9})
    put(store, "/d/phrase", {"the rising tides, of spring": 0.1})
    put(store, "/d/both", {"rising tides in autumn": 0.2})
    with store.transaction():
        for number in range(500):
            put(store, f"/d/filler {number}", {f"filler {number}": 0.8})
    assert sorted(paths(store, '"rising tides"')) == ["/d/both", "/d/phrase"]
    assert paths(store, '"rising tides" -autumn') == ["/d/phrase"]
    assert "/d/near" not in paths(store, "sea -tides")
    assert paths(store, '"tides of spring"') == []


def test_a_question_that_looks_for_nothing_lists_the_newest(store: Store) -> None:
    """Filters and excluded words alone leave files, in the order of their last change."""
    with store.transaction():
        for number in range(30):
            put_at(store, f"/d/{number}", f"{'red' if number % 3 else 'blue'} {number}", 0.5, time_ns=number)
    hits = search(store, asked("-blue"), vector=None, index=None, top=3)
    assert [hit.path for hit in hits] == ["/d/29", "/d/28", "/d/26"]
    late = search(store, asked(""), vector=None, index=None, top=2, where=Filter(modified_before_ns=20))
    assert [hit.path for hit in late] == ["/d/19", "/d/18"]


def test_a_file_of_just_that_name_is_found_behind_what_both_searches_find_best(store: Store) -> None:
    """A name leads to its file, whatever stands in it, and pushes out no good passage."""
    put(store, "/d/harbour.txt", {"nothing of the kind": -0.5})
    put(store, "/d/best", {"the harbour": 0.9})
    with store.transaction():
        for number in range(20):
            put(store, f"/d/filler {number}", {f"filler {number}": number / 100})
    assert paths(store, "harbour", top=2) == ["/d/best", "/d/harbour.txt"]


def test_of_equals_the_newer_comes_first(store: Store) -> None:
    """Time decides where nothing else does."""
    for time_ns, path in enumerate(("/d/b", "/d/c", "/d/a")):
        put_at(store, path, f"note {'xyz'[time_ns]}", 0.5, time_ns=time_ns)
    assert paths(store) == ["/d/a", "/d/c", "/d/b"]
