"""What there is to know of the index, and how the agent tells it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from vectray.v1 import index_pb2 as pb


class Trouble(StrEnum):
    """What stops indexing until somebody acts."""

    NONE = ""
    DISK = "disk"
    """The one that holds the index is almost full, or cannot be written."""
    READERS = "readers"
    """The processes that read files cannot be started."""
    MODEL = "model"
    """The daemon cannot be started, or its model is not there or does not load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """An indexed folder."""

    path: str
    files: int = 0
    """Documents of it in the index."""
    pending: int = 0
    """Files that are known to wait: changed and not yet read."""
    paused_reason: str = ""
    """Why it is not being indexed, in one sentence; empty while it is."""
    watch_reason: str = ""
    """How changes are noticed if not at once, in one sentence; empty if at once."""
    is_paused: bool = False
    """By a person, alone or with all of the index."""
    is_lost: bool = False
    """Out of reach: its drive is not connected, or it is gone."""
    is_scanning: bool = False
    """Its files are being looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """The whole index, and what is being done with it."""

    folders: tuple[FolderState, ...] = ()
    """By path."""
    files: int = 0
    chunks: int = 0
    pending: int = 0
    """Files that wait: changed and not yet read, or read and not yet with all their vectors."""
    pending_vectors: int = 0
    """Of these, files that words already find. Copies count once."""
    problems: int = 0
    seconds_left: float = 0.0
    """Until nothing waits, by the rate of the last minutes; 0 if nothing does or nothing can be told."""
    is_paused: bool = False
    pause_seconds_left: float = 0.0
    """0 for a pause without an end."""
    paused_reason: str = ""
    """Why nothing is read or embedded, in one sentence: the person's pause, a full disk, a reader that will not start."""
    slowed_reason: str = ""
    """Why it goes slower than it could, in one sentence: on battery, a busy machine, a daemon that is away."""
    model: str = ""
    next_model: str = ""
    next_model_share: float = 0.0
    """Files of which the next model's passages are made, 0 to 1."""
    activity: str = ""
    """What is being done, in a short phrase; empty when idle."""
    is_scanning: bool = False
    """Folders are being looked at for changes."""
    share: float = 1.0
    """Of the work that came in since nothing waited last, what is done; 1 if nothing waits."""
    trouble: Trouble = Trouble.NONE
    is_hurried: bool = False
    """It goes at full speed because somebody said so."""
    embedded: int = 0
    """Passages sent to the model since the start."""
    removed: int = 0
    """Files forgotten because they were gone, since the start."""
    overflows: int = 0
    """How often the system lost track of changes, since the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState(IndexState):
    """The same as the agent tells it: `IndexServiceWatchResponse` of the contract."""

    pid: int
    contract_revision: int


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


_TROUBLES = {
    pb.IndexServiceWatchResponse.TROUBLE_DISK: Trouble.DISK,
    pb.IndexServiceWatchResponse.TROUBLE_READERS: Trouble.READERS,
    pb.IndexServiceWatchResponse.TROUBLE_MODEL: Trouble.MODEL,
}


def folder_state(folder: pb.Folder) -> FolderState:
    """Read what the agent tells of a folder."""
    return FolderState(
        path=folder.path,
        files=folder.files,
        pending=folder.pending,
        paused_reason=folder.paused_reason,
        watch_reason=folder.watch_reason,
        is_paused=folder.paused,
        is_lost=folder.lost,
        is_scanning=folder.looking,
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
        is_scanning=response.looking,
        share=response.share,
        trouble=_TROUBLES.get(response.trouble, Trouble.NONE),
        is_hurried=response.hurried,
    )


def explanation(response: pb.ExplainResponse) -> Explanation:
    """Read why a path is found or not."""
    return Explanation(sentence=response.explanation, chunks=response.chunks)


def problem(message: pb.ListProblemsResponse.Problem) -> Problem:
    """Read what could not be indexed."""
    return Problem(path=message.path, reason=message.reason)
