"""What the page is told of documents, as values of JSON. Pure, but for the ids that are given out."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from vectray_client.domain import Chunk, Excerpt, FileType, FoundPassage, Highlight, Hit
from vectray_client.opening.places import place_of
from vectray_client.sdk.found import Found, Map, Reading, RecentDocument
from vectray_client.sdk.index_states import FolderState, Problem
from vectray_client.web.references import Reference, References

_NANOSECONDS = 1_000_000
"""In a millisecond."""
Json = dict[str, object]


def answer(found: Found, references: References, *, query: str, milliseconds: float) -> Json:
    """Return the answer to a question."""
    return {
        "query": query,
        "fresh": found.is_fresh,
        "pending": found.pending,
        "pending_paths": list(found.pending_paths),
        "words_only_reason": found.words_only_reason,
        "unranked_reason": found.unranked_reason,
        "milliseconds": round(milliseconds, 1),
        "hits": hits(found.hits, references),
    }


def hits(found: Iterable[Hit], references: References) -> list[Json]:
    """Return found documents."""
    return [_hit(hit, references) for hit in found]


def reading(read: Reading, references: References, *, asked: Reference) -> Json:
    """Return passages of a document, of which one holds the place that was asked for."""
    return {
        "id": references.id_of(asked),
        **_file(asked.path),
        "type": str(read.file_type),
        "title": read.title,
        "first": read.first,
        "total": read.total,
        "changed_reason": read.changed_reason,
        "modified_ms": read.modified_ns // _NANOSECONDS,
        "passages": [
            {
                "id": references.id_of(_reference(asked.path, chunk, read.file_type, read.modified_ns)),
                **_place(chunk),
                "is_asked": chunk.start <= asked.start < max(chunk.end, chunk.start + 1),
            }
            for chunk in read.passages
        ],
    }


def map_of(drawn: Map, references: References) -> Json:
    """Return the map."""
    points = [
        {
            "id": references.id_of(Reference(path=point.path)),
            "x": round(point.x, 5),
            "y": round(point.y, 5),
            "title": point.title,
            "name": os.path.basename(point.path),  # noqa: PTH119 - paths are strings here
            "type": str(point.file_type),
            "group": point.group,
        }
        for point in drawn.points
    ]
    return {"points": points, "groups": [{"label": label} for label in drawn.groups], "total": drawn.total}


def problems(found: Sequence[Problem], references: References) -> Json:
    """Return the files that could not be indexed."""
    return {
        "problems": [
            {
                "id": references.id_of(Reference(path=problem.path)),
                "path": problem.path,
                "reason": problem.reason,
            }
            for problem in found
        ]
    }


def recent(documents: Sequence[RecentDocument], references: References) -> Json:
    """Return documents with the time of their last change."""
    return {
        "documents": [
            {
                "id": references.id_of(Reference(path=document.path, modified_ns=document.modified_ns)),
                **_file(document.path),
                "type": str(document.file_type),
                "title": document.title,
                "modified_ms": document.modified_ns // _NANOSECONDS,
            }
            for document in documents
        ]
    }


def folder(state: FolderState) -> Json:
    """Return an indexed folder."""
    return {**asdict(state)}


def _hit(hit: Hit, references: References) -> Json:
    def id_of(passage: FoundPassage) -> str:
        return references.id_of(_reference(hit.path, passage.chunk, hit.file_type, hit.modified_ns))

    return {
        "id": id_of(hit.best),
        **_file(hit.path),
        "name_highlights": [[mark.start, mark.end] for mark in hit.name_highlights],
        "type": str(hit.file_type),
        "title": hit.title,
        **_passage(hit.best),
        "score": hit.score,
        "rerank_score": hit.rerank_score,
        "why": hit.why,
        "matched_words": list(hit.matched_words),
        "modified_ms": hit.modified_ns // _NANOSECONDS,
        "passages": hit.passages,
        "copies": [{"id": references.id_of(Reference(path=copy)), "path": copy} for copy in hit.copies],
        "more": [{"id": id_of(passage), **_passage(passage)} for passage in hit.more],
    }


def _file(path: str) -> Json:
    folder, name = os.path.split(path)
    return {"path": path, "name": name, "folder": folder}


def _passage(found: FoundPassage) -> Json:
    return {
        **_place(found.chunk),
        "excerpt": _excerpt(found.excerpt),
        "vector_score": found.vector_score,
        "keyword_score": found.keyword_score,
    }


def _place(chunk: Chunk) -> Json:
    return {
        "heading": chunk.heading,
        "page": chunk.page,
        "line": chunk.line,
        "cell": chunk.cell,
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
    }


def _excerpt(excerpt: Excerpt | None) -> Json | None:
    if excerpt is None:
        return None
    return {"text": excerpt.text, "highlights": [_marked(mark) for mark in excerpt.highlights]}


def _marked(mark: Highlight) -> list[object]:
    return [mark.start, mark.end, str(mark.leg)]


def _reference(path: str, chunk: Chunk, file_type: FileType, modified_ns: int) -> Reference:
    return Reference(path=path, start=chunk.start, place=place_of(chunk, file_type), modified_ns=modified_ns)
