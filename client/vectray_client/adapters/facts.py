"""What frameworks are told of a found passage beside its text. Pure."""

from collections.abc import Iterator

from vectray_client.domain import FoundPassage, Hit
from vectray_client.sdk.found import Found

Fact = str | int | float


def passages(found: Found) -> Iterator[tuple[Hit, FoundPassage]]:
    """Yield the passages of an answer: each document's best, followed by its others."""
    for hit in found.hits:
        for passage in (hit.best, *hit.more):
            yield hit, passage


def facts(hit: Hit, passage: FoundPassage) -> dict[str, Fact]:
    """Return where a passage stands and how it was found; what is not known is left out."""
    chunk = passage.chunk
    known: dict[str, Fact | None] = {
        "path": hit.path,
        "title": hit.title or None,
        "type": str(hit.file_type),
        "page": chunk.page,
        "line": chunk.line,
        "cell": chunk.cell or None,
        "heading": chunk.heading or None,
        "start": chunk.start,
        "end": chunk.end,
        "score": hit.score,
        "vector_score": passage.vector_score,
        "keyword_score": passage.keyword_score,
        "rerank_score": hit.rerank_score,
    }
    return {name: fact for name, fact in known.items() if fact is not None}


def passage_id(hit: Hit, passage: FoundPassage) -> str:
    """Return a name for a passage that stays the same as long as its document does."""
    return f"{hit.path}#{passage.chunk.start}-{passage.chunk.end}"
