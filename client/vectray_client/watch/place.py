"""Where somebody should look: the only thing that the watching part says."""

from collections.abc import Callable
from dataclasses import dataclass

Enters = Callable[[str], bool]
"""Whether a directory, by its absolute path, is to be listened to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A path whose files may not be what the index thinks they are."""

    path: str
    """Absolute, without links. It may not exist any more."""
    is_tree: bool = False
    """Whether everything below it is meant; otherwise it was a file when somebody last looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something seems to have happened to a path."""

    path: str
    is_tree: bool = False
    """Whether everything below it is meant."""
    is_removal: bool = False
    """Whether the path is gone, as far as anybody can tell."""
