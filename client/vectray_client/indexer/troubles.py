"""What stops indexing until somebody acts. Pure."""

from vectray_client.sdk.index_states import Trouble

_MODEL_SECONDS = 10.0
"""A daemon that died is there again by then, as is one that was stopped for an upgrade."""


def trouble_of(
    *, is_paused: bool, is_disk_failing: bool, is_disk_full: bool, cannot_read: bool, model_seconds: float
) -> Trouble:
    """Return the most pressing trouble.

    `model_seconds` is for how long there has been work that no model does, 0 if there is none. While all is paused only a disk that
    fails is one: nothing else stops what the person has stopped.
    """
    if is_disk_failing:
        return Trouble.DISK
    if is_paused:
        return Trouble.NONE
    if is_disk_full:
        return Trouble.DISK
    if cannot_read:
        return Trouble.READERS
    return Trouble.MODEL if model_seconds >= _MODEL_SECONDS else Trouble.NONE
