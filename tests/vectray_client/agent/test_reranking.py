from hypothesis import given
from hypothesis import strategies as st

from vectray_client.agent.reranking import in_order
from vectray_client.domain import Chunk, FileType, FoundPassage, Hit


def hit(number: int) -> Hit:
    """A document, by its number."""
    return Hit(
        path=f"{number}",
        score=0.0,
        best=FoundPassage(chunk=Chunk(text="", start=0, end=0)),
        file_type=FileType.TEXT,
        modified_ns=0,
    )


@given(st.lists(st.none() | st.floats(0, 1), max_size=8), st.integers(0, 4))
def test_scored_documents_come_first_and_none_is_lost(scores: list[float | None], further: int) -> None:
    """By their scores, equals as they stood; those without a score follow as they stood, and have none."""
    hits = [hit(number) for number in range(len(scores) + further)]
    ordered = in_order(hits, scores)
    assert sorted(one.path for one in ordered) == sorted(one.path for one in hits)
    scored = [(-one.rerank_score, int(one.path)) for one in ordered if one.rerank_score is not None]
    assert scored == sorted(scored)
    assert len(scored) == sum(score is not None for score in scores)
    others = [int(one.path) for one in ordered[len(scored) :]]
    assert others == sorted(others)
    assert all(one.rerank_score is None for one in ordered[len(scored) :])
