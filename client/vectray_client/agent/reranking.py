"""Has the best documents put in order by a reranking model, which reads the question and a passage together."""

from collections.abc import Sequence
from dataclasses import replace

from vectray_client.agent.asked import Search
from vectray_client.domain import Hit
from vectray_client.embed.embedder import Embedder
from vectray_client.sdk.errors import VectrayClientError

MOST_RANKED = 50
"""Documents whose best passage the model reads: what is not among these is rarely the answer, and each takes tens of milliseconds."""
_SECONDS = 10.0


def looked_for(asked: Search) -> int:
    """How many documents: the reranking model chooses among more than are shown."""
    return max(asked.top, MOST_RANKED) if asked.rerank else asked.top


def reranked(
    embedder: Embedder, words: str, hits: Sequence[Hit], *, most_seconds: float = _SECONDS
) -> tuple[Sequence[Hit], str]:
    """Return found documents in the model's order, and why they are not, in one sentence that is empty where they are."""
    if not words:
        return hits, "The question has no words to rank by."
    asked = hits[:MOST_RANKED]
    try:
        scores = embedder.rerank(
            words, [hit.best.chunk.embedded_text for hit in asked], timeout_seconds=most_seconds
        )
    except VectrayClientError as error:
        return hits, str(error)
    return in_order(hits, scores), ""


def in_order(hits: Sequence[Hit], scores: Sequence[float | None]) -> list[Hit]:
    """Put documents in the order of their scores, of the first as many as there are scores; those without follow as they stood. Pure."""
    scored = [
        replace(hit, rerank_score=score)
        for hit, score in zip(hits, scores, strict=False)
        if score is not None
    ]
    ranked = sorted(scored, key=lambda hit: -(hit.rerank_score or 0.0))
    return [
        *ranked,
        *(hit for number, hit in enumerate(hits) if number >= len(scores) or scores[number] is None),
    ]
