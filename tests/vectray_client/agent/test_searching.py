from hypothesis import given
from hypothesis import strategies as st

from vectray_client.agent.searching import merged
from vectray_client.domain import Chunk, FileType, FoundPassage, Hit
from vectray_client.searcher import fuse

SCORES = st.dictionaries(st.integers(0, 30), st.floats(0, 1), max_size=12)


def hits(by_meaning: dict[int, float], by_words: dict[int, float]) -> list[Hit]:
    """The answer of a search with these scores, documents being numbers."""
    rankings = [dict(sorted(scores.items(), key=lambda item: -item[1])) for scores in (by_meaning, by_words)]
    return [
        Hit(
            path=f"{number}",
            score=score,
            best=FoundPassage(
                chunk=Chunk(text="", start=0, end=0),
                vector_score=by_meaning.get(number),
                keyword_score=by_words.get(number),
            ),
            file_type=FileType.TEXT,
            modified_ns=0,
        )
        for number, score in fuse(rankings).items()
    ]


@given(SCORES, SCORES, st.integers(1, 4))
def test_parts_are_merged_as_if_they_had_been_one(
    by_meaning: dict[int, float], by_words: dict[int, float], parts: int
) -> None:
    """However the documents are spread over parts, scores are those of a single search over all of them, but for ties."""
    whole = hits(by_meaning, by_words)
    split = [
        hits(
            {number: score for number, score in by_meaning.items() if number % parts == part},
            {number: score for number, score in by_words.items() if number % parts == part},
        )
        for part in range(parts)
    ]
    together = merged(split)
    assert {hit.path for hit in together} == {hit.path for hit in whole}
    assert [hit.score for hit in together] == sorted((hit.score for hit in together), reverse=True)
    if len(set(by_meaning.values())) == len(by_meaning) and len(set(by_words.values())) == len(by_words):
        assert {hit.path: hit.score for hit in together} == {hit.path: hit.score for hit in whole}
