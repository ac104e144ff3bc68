"""What the agent knows, as messages of the contract. Pure."""

import os

from vectray import CONTRACT_REVISION
from vectray.v1 import index_pb2 as pb
from vectray_client.agent.searching import Answer
from vectray_client.domain import Hit
from vectray_client.indexer.state import Snapshot
from vectray_client.sdk.index_states import FolderState


def folder(state: FolderState) -> pb.Folder:
    """Return a folder's state."""
    return pb.Folder(
        path=state.path,
        files=state.files,
        pending=state.pending,
        paused_reason=state.paused_reason,
        watch_reason=state.watch_reason,
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
        pid=os.getpid(),
        contract_revision=CONTRACT_REVISION,
    )


def answer(found: Answer) -> pb.SearchResponse:
    """Return the answer to a question."""
    return pb.SearchResponse(hits=map(_hit, found.hits), fresh=found.is_fresh, pending=found.pending)


def _hit(hit: Hit) -> pb.SearchResponse.Hit:
    # None leaves a field unset.
    return pb.SearchResponse.Hit(
        path=hit.path,
        score=hit.score,
        vector_score=hit.vector_score,
        keyword_score=hit.keyword_score,
        text=hit.chunk.text,
        start=hit.chunk.start,
        end=hit.chunk.end,
        page=hit.chunk.page,
        heading=hit.chunk.heading,
        line=hit.chunk.line,
        cell=hit.chunk.cell,
    )
