"""Found documents as programs read them: what `--json` prints. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime

from vectray_client.domain import Excerpt, FoundPassage, Highlight, Hit
from vectray_client.sdk.found import Found


def answer_document(query: str, found: Found) -> dict[str, object]:
    """Return the answer to a question."""
    return {
        "query": query,
        "fresh": found.is_fresh,
        "pending": found.pending,
        "pending_paths": list(found.pending_paths),
        "words_only_reason": found.words_only_reason,
        "unranked_reason": found.unranked_reason,
        "hits": hit_documents(found.hits),
    }


def hit_documents(hits: Sequence[Hit]) -> list[dict[str, object]]:
    """Return found documents, best first."""
    return [
        {
            "path": hit.path,
            "score": hit.score,
            **_passage(hit.best),
            "why": hit.why,
            "matched_words": list(hit.matched_words),
            "name_highlights": _highlights(hit.name_highlights),
            "rerank_score": hit.rerank_score,
            "title": hit.title,
            "type": hit.file_type.value,
            "modified": datetime.fromtimestamp(hit.modified_ns / 1e9, UTC).isoformat(timespec="milliseconds"),
            "passages": hit.passages,
            "copies": list(hit.copies),
            "more": list(map(_passage, hit.more)),
        }
        for hit in hits
    ]


def _passage(found: FoundPassage) -> dict[str, object]:
    return {
        "vector_score": found.vector_score,
        "keyword_score": found.keyword_score,
        "text": found.chunk.text,
        "start": found.chunk.start,
        "end": found.chunk.end,
        "page": found.chunk.page,
        "heading": found.chunk.heading,
        "line": found.chunk.line,
        "cell": found.chunk.cell,
        "excerpt": _excerpt(found.excerpt),
    }


def _excerpt(excerpt: Excerpt | None) -> dict[str, object] | None:
    return None if excerpt is None else {"text": excerpt.text, "highlights": _highlights(excerpt.highlights)}


def _highlights(marks: Sequence[Highlight]) -> list[dict[str, object]]:
    return [{"start": mark.start, "end": mark.end, "leg": mark.leg.value} for mark in marks]
