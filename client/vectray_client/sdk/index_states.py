"""What the agent tells of the index. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from vectray.v1 import index_pb2 as pb
from vectray_client.domain import Chunk, Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """A folder that is indexed."""

    path: str
    files: int
    pending: int
    """Files that wait to be indexed."""
    paused_reason: str
    """Why it is not being indexed, in one sentence; empty while it is."""
    watch_reason: str
    """How changes are noticed if not at once; empty if at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """The whole index, and what the agent does with it. As `IndexServiceWatchResponse` of the contract."""

    pid: int
    contract_revision: int
    folders: Sequence[FolderState]
    files: int
    chunks: int
    pending: int
    """Files that are changed and not yet read, or read and not yet with all their vectors."""
    pending_vectors: int
    """Of these, the ones that words already find."""
    problems: int
    seconds_left: float
    is_paused: bool
    paused_reason: str
    pause_seconds_left: float
    """0 for a pause that does not end by itself."""
    slowed_reason: str
    embedded: int
    """Passages sent to the model since the agent started, like the next two."""
    removed: int
    """Files forgotten because they were gone."""
    overflows: int
    """How often the system lost track of changes."""
    model: str
    next_model: str
    next_model_share: float
    activity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to a question."""

    hits: Sequence[Hit]
    """Best first, one for each document."""
    is_fresh: bool
    """Whether every save made before the call is in the answer."""
    pending: int
    """Files that are changed and not yet indexed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A file that could not be indexed, and why, in one sentence."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a path is found or not."""

    sentence: str
    chunks: int
    """Passages of it in the index."""


def folder_state(folder: pb.Folder) -> FolderState:
    """Read what the agent tells of a folder."""
    return FolderState(
        path=folder.path,
        files=folder.files,
        pending=folder.pending,
        paused_reason=folder.paused_reason,
        watch_reason=folder.watch_reason,
    )


def agent_state(response: pb.IndexServiceWatchResponse) -> AgentState:
    """Read a message of the state stream."""
    return AgentState(
        pid=response.pid,
        contract_revision=response.contract_revision,
        folders=tuple(map(folder_state, response.folders)),
        files=response.files,
        chunks=response.chunks,
        pending=response.pending,
        pending_vectors=response.pending_vectors,
        problems=response.problems,
        seconds_left=response.seconds_left,
        is_paused=response.paused,
        paused_reason=response.paused_reason,
        pause_seconds_left=response.pause_seconds_left,
        slowed_reason=response.slowed_reason,
        embedded=response.embedded,
        removed=response.removed,
        overflows=response.overflows,
        model=response.model,
        next_model=response.next_model,
        next_model_share=response.next_model_share,
        activity=response.activity,
    )


def found(response: pb.SearchResponse) -> Found:
    """Read the answer to a question."""
    return Found(hits=tuple(map(_hit, response.hits)), is_fresh=response.fresh, pending=response.pending)


def _hit(hit: pb.SearchResponse.Hit) -> Hit:
    return Hit(
        path=hit.path,
        score=hit.score,
        vector_score=hit.vector_score if hit.HasField("vector_score") else None,
        keyword_score=hit.keyword_score if hit.HasField("keyword_score") else None,
        chunk=Chunk(
            text=hit.text,
            start=hit.start,
            end=hit.end,
            heading=hit.heading,
            page=hit.page if hit.HasField("page") else None,
            line=hit.line if hit.HasField("line") else None,
            cell=hit.cell,
        ),
    )
