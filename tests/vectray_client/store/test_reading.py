from pathlib import Path

import pytest
from tests.vectray_client.store.documents import (
    DAMAGED,
    EMPTY,
    STATE,
    document,
    found_texts,
    index_path,
    put,
)

from vectray_client.domain import FileState, FileType
from vectray_client.store.reading import open_reader
from vectray_client.store.records import Counts, Filter
from vectray_client.store.store import Store


def test_a_passage_comes_back_as_it_was_stored(store: Store) -> None:
    """Text, place and document of a hit are those of the chunk that was stored."""
    content = document("第一段", "second passage", file_type=FileType.MARKDOWN)
    put(store, "/d/a.md", content)
    ((chunk_id, _),) = store.keyword_search('"passage"', 10)
    (passage,) = store.passages([chunk_id])[chunk_id]
    assert (passage.path, passage.chunk) == ("/d/a.md", content.chunks[1])


def test_headings_are_found_with_their_passages(store: Store) -> None:
    """What is embedded with a passage is a keyword of it."""
    put(store, "/d/a", document("nothing else"))
    assert found_texts(store, "top") == ["nothing else"]


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (Filter(), {"old note", "new note", "page"}),
        (Filter(folders=("/d/sub",)), {"new note"}),
        (Filter(folders=("/d/su",)), set()),
        (Filter(folders=("/d/sub", "/d/page")), {"new note"}),
        (Filter(folders=("/d/sub", "/e")), {"new note"}),
        (Filter(file_types=(FileType.HTML, FileType.TEXT)), {"old note", "new note", "page"}),
        (Filter(modified_since_ns=100, modified_before_ns=300), {"old note", "new note"}),
        (Filter(name="A"), {"page"}),
        (Filter(name="sub"), set()),
        (Filter(file_types=(FileType.HTML,)), {"page"}),
        (Filter(modified_since_ns=200), {"new note", "page"}),
        (Filter(folders=("/d",), file_types=(FileType.TEXT,), modified_since_ns=200), {"new note"}),
    ],
)
def test_a_filter_leaves_the_same_files_to_every_search(
    store: Store, filter_: Filter, expected: set[str]
) -> None:
    """Keywords, vectors and the way back from vectors agree on what is in question."""
    put(store, "/d/old", document("old note"), state=FileState(1, 100, 100, 1))
    put(store, "/d/sub/new", document("new note"), state=FileState(1, 200, 200, 2))
    put(store, "/d/page", document("page", file_type=FileType.HTML), state=FileState(1, 300, 300, 3))
    assert set(found_texts(store, "top", filter_)) == expected
    vector_ids = store.vector_ids(filter_)
    assert len(vector_ids) == len(expected)
    everything = store.vector_ids(Filter()).tolist()
    chunks = store.chunks_of_vectors(everything, filter_)
    assert set(chunks) == set(vector_ids.tolist())
    texts = {
        passage.chunk.text
        for ids in chunks.values()
        for passages in store.passages(ids, filter_).values()
        for passage in passages
    }
    assert texts == expected


def test_better_matches_come_first_with_larger_scores(store: Store) -> None:
    """The order of keyword hits is that of their scores."""
    put(store, "/d/a", document("alpha and beta and gamma", "alpha alpha alpha", "beta"))
    hits = store.keyword_search('"alpha"', 10)
    scores = [score for _, score in hits]
    assert scores == sorted(scores, reverse=True)
    assert found_texts(store, "alpha")[0] == "alpha alpha alpha"
    assert store.keyword_search('"alpha"', 1) == hits[:1]


def test_a_reader_sees_one_state_within_a_snapshot(store: Store, tmp_path: Path) -> None:
    """A search is answered from one state of the index, whatever is written meanwhile."""
    put(store, "/d/a", document("first"))
    with open_reader(index_path(tmp_path)) as reader:
        with reader.snapshot():
            assert reader.counts().files == 1
            put(store, "/d/b", document("second"))
            assert reader.counts().files == 1
        assert reader.counts().files == 2


def test_counts_are_those_of_what_a_filter_leaves(store: Store) -> None:
    """How much there is in a folder does not depend on what else is indexed; vectors belong to no folder."""
    put(store, "/d/a", document("one", "two"))
    put(store, "/d/sub/b", document("three"))
    store.store_refusal("/d/sub/c", STATE, settled=True, refusal=DAMAGED)
    store.store_unreachable("/d", {"/d/sub/closed": DAMAGED, "/d/shut": DAMAGED})
    assert store.counts() == Counts(files=2, chunks=3, vectors=3, skipped=0, problems=3)
    assert store.counts(Filter(folders=("/d/sub",))) == Counts(
        files=1, chunks=1, vectors=3, skipped=0, problems=2
    )


def test_refusals_are_told_by_folder(store: Store) -> None:
    """Everything that has no passages has its reason, skipped files and closed directories among them."""
    store.add_folder("/e")
    store.store_refusal("/d/a", STATE, settled=True, refusal=EMPTY)
    store.store_refusal("/e/b", STATE, settled=True, refusal=DAMAGED)
    store.store_unreachable("/d", {"/d/closed": DAMAGED})
    store.store_unreachable("/e", {"/e": DAMAGED})
    assert store.refusals("/d") == {"/d/a": EMPTY, "/d/closed": DAMAGED}
    assert store.refusals("/e") == {"/e/b": DAMAGED, "/e": DAMAGED}
