"""What the pipeline tells about itself: one frozen snapshot, the same for every window, command and program."""

from dataclasses import dataclass

from vectray_client.sdk.index_states import IndexState


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(IndexState):
    """The whole index, as of `revision`."""

    revision: int = 0
    """Grows with every snapshot that differs from the one before."""
    is_looking: bool = False
    """More may wait than was counted: a folder is being looked at, or something has been stored since."""

    @property
    def is_settled(self) -> bool:
        """Nothing waits, as far as anybody knows."""
        return not (self.is_looking or self.pending or self.next_model)
