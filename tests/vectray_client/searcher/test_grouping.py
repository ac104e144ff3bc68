from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import Chunk, FileType
from vectray_client.searcher.grouping import grouped, newest_first
from vectray_client.store.records import Passage


@given(
    st.dictionaries(st.integers(0, 30), st.floats(0, 1)),
    st.dictionaries(st.integers(0, 30), st.integers(0, 6)),
    st.dictionaries(st.integers(0, 6), st.floats(0, 1)),
)
def test_each_document_comes_once_with_all_its_passages(
    scores: dict[int, float], documents: dict[int, int], named: dict[int, float]
) -> None:
    """Passages stand with their document, best first; documents are in order of their best passage and name."""
    best_first = dict(sorted(scores.items(), key=lambda item: -item[1]))
    groups = grouped(best_first, documents, named)
    assert sorted(chunk for group in groups for chunk in group.chunk_ids) == sorted({*scores} & {*documents})
    assert len({group.document for group in groups}) == len(groups)
    assert [group.score for group in groups] == sorted((group.score for group in groups), reverse=True)
    for group in groups:
        assert {documents[chunk] for chunk in group.chunk_ids} == {group.document}
        assert [scores[chunk] for chunk in group.chunk_ids] == sorted(
            (scores[chunk] for chunk in group.chunk_ids), reverse=True
        )
        assert group.score == scores[group.chunk_ids[0]] + named.get(group.document, 0)


def file(path: str, modified_ns: int) -> Passage:
    """A file that holds a passage."""
    return Passage(
        path=path,
        document=1,
        chunk=Chunk(text="", start=0, end=0),
        file_type=FileType.TEXT,
        modified_ns=modified_ns,
        title="",
        passages=1,
    )


def test_the_newest_of_equal_files_stands_for_them() -> None:
    """Of files of one age the one with the shortest path, which is rarely a backup's."""
    files = [file("/d/backup/a", 2), file("/d/old", 1), file("/d/a", 2)]
    assert [each.path for each in newest_first(files)] == ["/d/a", "/d/backup/a", "/d/old"]
