"""What the agent answers about documents, as values, and how the contract says it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vectray.v1 import index_pb2 as pb
from vectray_client.domain import Chunk, Excerpt, FileType, FoundPassage, Highlight, Hit, Leg

_NANOSECONDS = 1_000_000
"""In a millisecond."""
_LEGS = {pb.SearchResponse.LEG_WORDS: Leg.WORDS, pb.SearchResponse.LEG_MEANING: Leg.MEANING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to a question."""

    hits: Sequence[Hit]
    """Best first, one for each document."""
    is_fresh: bool
    """Whether every save made before the call is in the answer."""
    pending: int
    """Files that are changed and not yet indexed."""
    pending_paths: Sequence[str] = ()
    """Some of these, newest first."""
    words_only_reason: str = ""
    """Why only words were looked for, in one sentence; empty if meaning was, too."""
    unranked_reason: str = ""
    """Why the order is not the reranking model's, in one sentence; empty if it is, or was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Passages of one document, in its order."""

    passages: Sequence[Chunk]
    first: int
    """Number of the first of these among the document's, from 0."""
    total: int
    """Passages that the document has."""
    file_type: FileType
    title: str
    modified_ns: int
    """Unix time, as of when the file was read."""
    changed_reason: str
    """What has become of the file since, in one sentence; empty if nothing has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A document on the map."""

    path: str
    x: float
    """0 to 1, as y."""
    y: float
    title: str
    file_type: FileType
    group: int
    """Number of the group of like documents that it belongs to, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Documents on a plane, near each other those that are about the same."""

    points: Sequence[Point]
    total: int
    """Documents that could be placed."""
    groups: Sequence[str] = ()
    """For each group of like documents a few words that set it apart, the largest first; empty words if there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """Where the local page is opened."""

    url: str
    """With a code that is good once."""
    seconds: int
    """For which the code is good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentDocument:
    """A document of the index, and when its file was last changed."""

    path: str
    title: str
    """Empty if it does not say what it is called."""
    file_type: FileType
    modified_ns: int
    """Unix time."""


def found(response: pb.SearchResponse) -> Found:
    """Read the answer to a question."""
    return Found(
        hits=hits(response.hits),
        is_fresh=response.fresh,
        pending=response.pending,
        pending_paths=tuple(response.pending_paths),
        words_only_reason=response.words_only_reason,
        unranked_reason=response.unranked_reason,
    )


def hits(messages: Iterable[pb.SearchResponse.Hit]) -> tuple[Hit, ...]:
    """Read found documents."""
    return tuple(map(_hit, messages))


def reading(response: pb.ReadPassagesResponse) -> Reading:
    """Read the passages of a document."""
    return Reading(
        passages=tuple(map(_chunk, response.passages)),
        first=response.first,
        total=response.total,
        file_type=FileType(response.type),
        title=response.title,
        modified_ns=response.modified_unix_ms * _NANOSECONDS,
        changed_reason=response.changed_reason,
    )


def map_of(response: pb.MapResponse) -> Map:
    """Read the map."""
    return Map(
        points=tuple(
            Point(
                path=point.path,
                x=point.x,
                y=point.y,
                title=point.title,
                file_type=FileType(point.type),
                group=point.group,
            )
            for point in response.points
        ),
        total=response.total,
        groups=tuple(group.label for group in response.groups),
    )


def recent(response: pb.ListRecentResponse) -> Sequence[RecentDocument]:
    """Read which documents were changed last."""
    return [
        RecentDocument(
            path=document.path,
            title=document.title,
            file_type=FileType(document.type),
            modified_ns=document.modified_unix_ms * _NANOSECONDS,
        )
        for document in response.documents
    ]


def page_address(response: pb.OpenPageResponse) -> PageAddress:
    """Read where the page is opened."""
    return PageAddress(url=response.url, seconds=response.seconds)


def _hit(hit: pb.SearchResponse.Hit) -> Hit:
    return Hit(
        path=hit.path,
        score=hit.score,
        best=FoundPassage(
            chunk=_chunk(hit),
            vector_score=hit.vector_score if hit.HasField("vector_score") else None,
            keyword_score=hit.keyword_score if hit.HasField("keyword_score") else None,
            excerpt=_excerpt(hit),
        ),
        more=tuple(map(_passage, hit.more)),
        why=hit.why,
        copies=tuple(hit.copies),
        file_type=FileType(hit.type),
        modified_ns=hit.modified_unix_ms * _NANOSECONDS,
        title=hit.title,
        passages=hit.passages,
        matched_words=tuple(hit.matched_words),
        name_highlights=_highlights(hit.name_highlights),
        rerank_score=hit.rerank_score if hit.HasField("rerank_score") else None,
    )


def _passage(passage: pb.SearchResponse.Passage) -> FoundPassage:
    return FoundPassage(
        chunk=_chunk(passage),
        vector_score=passage.vector_score if passage.HasField("vector_score") else None,
        keyword_score=passage.keyword_score if passage.HasField("keyword_score") else None,
        excerpt=_excerpt(passage),
    )


def _chunk(message: pb.SearchResponse.Hit | pb.SearchResponse.Passage) -> Chunk:
    return Chunk(
        text=message.text,
        start=message.start,
        end=message.end,
        heading=message.heading,
        page=message.page if message.HasField("page") else None,
        line=message.line if message.HasField("line") else None,
        cell=message.cell,
    )


def _excerpt(message: pb.SearchResponse.Hit | pb.SearchResponse.Passage) -> Excerpt | None:
    if not message.HasField("excerpt"):
        return None
    return Excerpt(text=message.excerpt.text, highlights=_highlights(message.excerpt.highlights))


def _highlights(messages: Iterable[pb.SearchResponse.Highlight]) -> tuple[Highlight, ...]:
    return tuple(
        Highlight(start=mark.start, end=mark.end, leg=_LEGS.get(mark.leg, Leg.WORDS)) for mark in messages
    )
