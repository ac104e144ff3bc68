"""What the pipeline tells about itself: one frozen snapshot, the same for every window, command and program."""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """The whole index, as of `revision`."""

    revision: int = 0
    """Grows with every snapshot that differs from the one before."""
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
    is_looking: bool = False
    """More may wait than was counted: a folder is being looked at, or something has been stored since."""
    embedded: int = 0
    """Passages sent to the model since the start."""
    removed: int = 0
    """Files forgotten because they were gone, since the start."""
    overflows: int = 0
    """How often the system lost track of changes, since the start."""

    @property
    def is_settled(self) -> bool:
        """Nothing waits, as far as anybody knows."""
        return not (self.is_looking or self.pending or self.next_model)
