"""Whether the folder at a path is the one that was indexed. Pure."""


def is_swapped(*, is_same: bool, files_known: int, files_found: int) -> bool:
    """Whether nothing follows from a directory about an indexed folder's files, because it only stands at its path.

    Judged by whether it is the one that was last accepted, and how many of the known files were found in it. Half of them are
    enough to believe that it is the same folder on another disk. A guess: a mount point without its drive has none of them,
    a copy or a restored backup nearly all.
    """
    return not is_same and 2 * files_found < files_known
