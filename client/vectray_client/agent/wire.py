"""What the agent knows, as messages of the contract. Pure."""

import os
from collections.abc import Iterable

from vectray import CONTRACT_REVISION
from vectray.v1 import index_pb2 as pb
from vectray_client.domain import Excerpt, FoundPassage, Highlight, Hit, Leg
from vectray_client.indexer.state import Snapshot
from vectray_client.sdk.found import Found, Map, PageAddress, Reading, RecentDocument
from vectray_client.sdk.index_states import FolderState, Trouble
from vectray_client.sdk.surveyed import Survey

_NANOSECONDS = 1_000_000
"""In a millisecond."""
_TROUBLES = {
    Trouble.NONE: pb.IndexServiceWatchResponse.TROUBLE_UNSPECIFIED,
    Trouble.DISK: pb.IndexServiceWatchResponse.TROUBLE_DISK,
    Trouble.READERS: pb.IndexServiceWatchResponse.TROUBLE_READERS,
    Trouble.MODEL: pb.IndexServiceWatchResponse.TROUBLE_MODEL,
}
_LEGS = {Leg.WORDS: pb.SearchResponse.LEG_WORDS, Leg.MEANING: pb.SearchResponse.LEG_MEANING}


def folder(state: FolderState) -> pb.Folder:
    """Return a folder's state."""
    return pb.Folder(
        path=state.path,
        files=state.files,
        pending=state.pending,
        paused_reason=state.paused_reason,
        watch_reason=state.watch_reason,
        paused=state.is_paused,
        lost=state.is_lost,
        looking=state.is_scanning,
    )


def whole(state: Snapshot) -> pb.IndexServiceWatchResponse:
    """Return the whole state."""
    return pb.IndexServiceWatchResponse(
        folders=map(folder, state.folders),
        files=state.files,
        chunks=state.chunks,
        pending=state.pending,
        pending_vectors=state.pending_vectors,
        problems=state.problems,
        seconds_left=state.seconds_left,
        paused=state.is_paused,
        paused_reason=state.paused_reason,
        pause_seconds_left=state.pause_seconds_left,
        slowed_reason=state.slowed_reason,
        embedded=state.embedded,
        removed=state.removed,
        overflows=state.overflows,
        model=state.model,
        next_model=state.next_model,
        next_model_share=state.next_model_share,
        activity=state.activity,
        looking=state.is_scanning,
        share=state.share,
        trouble=_TROUBLES[state.trouble],
        hurried=state.is_hurried,
        pid=os.getpid(),
        contract_revision=CONTRACT_REVISION,
    )


def answer(found: Found) -> pb.SearchResponse:
    """Return the answer to a question."""
    return pb.SearchResponse(
        hits=map(hit, found.hits),
        fresh=found.is_fresh,
        pending=found.pending,
        pending_paths=found.pending_paths,
        words_only_reason=found.words_only_reason,
        unranked_reason=found.unranked_reason,
    )


def hit(found: Hit) -> pb.SearchResponse.Hit:
    """Return a found document. None leaves a field unset."""
    chunk = found.best.chunk
    return pb.SearchResponse.Hit(
        path=found.path,
        score=found.score,
        vector_score=found.best.vector_score,
        keyword_score=found.best.keyword_score,
        text=chunk.text,
        start=chunk.start,
        end=chunk.end,
        page=chunk.page,
        heading=chunk.heading,
        line=chunk.line,
        cell=chunk.cell,
        excerpt=_excerpt(found.best.excerpt),
        why=found.why,
        more=map(passage, found.more),
        copies=found.copies,
        type=found.file_type,
        modified_unix_ms=found.modified_ns // _NANOSECONDS,
        title=found.title,
        matched_words=found.matched_words,
        name_highlights=map(_highlight, found.name_highlights),
        rerank_score=found.rerank_score,
        passages=found.passages,
    )


def passage(found: FoundPassage) -> pb.SearchResponse.Passage:
    """Return a passage. None leaves a field unset."""
    chunk = found.chunk
    return pb.SearchResponse.Passage(
        text=chunk.text,
        start=chunk.start,
        end=chunk.end,
        page=chunk.page,
        heading=chunk.heading,
        line=chunk.line,
        cell=chunk.cell,
        excerpt=_excerpt(found.excerpt),
        vector_score=found.vector_score,
        keyword_score=found.keyword_score,
    )


def reading(read: Reading) -> pb.ReadPassagesResponse:
    """Return passages of a document."""
    return pb.ReadPassagesResponse(
        passages=[passage(FoundPassage(chunk=chunk)) for chunk in read.passages],
        first=read.first,
        total=read.total,
        type=read.file_type,
        title=read.title,
        modified_unix_ms=read.modified_ns // _NANOSECONDS,
        changed_reason=read.changed_reason,
    )


def map_of(drawn: Map) -> pb.MapResponse:
    """Return the map."""
    return pb.MapResponse(
        points=[
            pb.MapResponse.Point(
                path=point.path,
                x=point.x,
                y=point.y,
                title=point.title,
                type=point.file_type,
                group=point.group,
            )
            for point in drawn.points
        ],
        total=drawn.total,
        groups=[pb.MapResponse.Group(label=label) for label in drawn.groups],
    )


def recent(documents: Iterable[RecentDocument]) -> pb.ListRecentResponse:
    """Return the documents that were changed last."""
    return pb.ListRecentResponse(
        documents=[
            pb.ListRecentResponse.Document(
                path=document.path,
                title=document.title,
                type=document.file_type,
                modified_unix_ms=document.modified_ns // _NANOSECONDS,
            )
            for document in documents
        ]
    )


def survey(known: Survey) -> pb.SurveyFolderResponse:
    """Return what is known of a folder so far."""
    return pb.SurveyFolderResponse(
        files=known.files,
        bytes=known.bytes,
        skipped=[
            pb.SurveyFolderResponse.Skipped(reason=each.reason, files=each.files, example=each.example)
            for each in known.skipped
        ],
        seconds=known.seconds,
        han_share=known.han_share,
        model=known.model,
        notes=known.notes,
        done=known.is_done,
    )


def page_address(address: PageAddress) -> pb.OpenPageResponse:
    """Return where the page is opened."""
    return pb.OpenPageResponse(url=address.url, seconds=address.seconds)


def _excerpt(excerpt: Excerpt | None) -> pb.SearchResponse.Excerpt | None:
    if excerpt is None:
        return None
    return pb.SearchResponse.Excerpt(text=excerpt.text, highlights=map(_highlight, excerpt.highlights))


def _highlight(mark: Highlight) -> pb.SearchResponse.Highlight:
    return pb.SearchResponse.Highlight(start=mark.start, end=mark.end, leg=_LEGS[mark.leg])
