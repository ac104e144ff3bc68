"""Whether the folder at a path is the one that was indexed. Pure."""

from enum import StrEnum


class RootVerdict(StrEnum):
    """What to make of the directory that stands at an indexed folder's path."""

    SAME = "same"
    ACCEPTED = "accepted"
    """Another one that holds the same files, or the first one ever: a restored backup, a drive with a new file system. What is
    missing in it is gone."""
    SWAPPED = "swapped"
    """Another one, without most of the files: the place where a drive should be, most likely. Nothing follows about them."""


def verdict(*, is_same: bool, files_known: int, files_found: int) -> RootVerdict:
    """Judge by whether the directory is the one that was last accepted, and how many of the known files were found in it.

    Half of them are enough to believe that it is the same folder on another disk. A guess: a mount point without its drive
    has none of them, a copy or a restored backup nearly all.
    """
    if is_same:
        return RootVerdict.SAME
    return RootVerdict.ACCEPTED if 2 * files_found >= files_known else RootVerdict.SWAPPED
