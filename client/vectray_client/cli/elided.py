"""Paths that are too long for a line, shortened where that costs least: in the middle. Pure."""

import os

from rich.cells import cell_len

_ELLIPSIS = "…"


def elided(folder: str, *, most_columns: int) -> str:
    """Return a folder's path in at most so many columns, with its beginning and its end as whole names as far as they fit.

    What is left of the last name where not even that fits is its end, after an ellipsis; no column at all holds nothing.
    """
    if cell_len(folder) <= most_columns:
        return folder
    names = folder.split(os.sep)  # noqa: PTH206 - an absolute path begins with no name
    for count in range(len(names) - 1, 0, -1):
        # The end says more than the beginning: where they cannot be equal it is longer.
        first = count // 2
        kept = (*names[:first], _ELLIPSIS, *names[len(names) - (count - first) :])
        short = os.sep.join(kept)  # noqa: PTH118 - as above
        if cell_len(short) <= most_columns:
            return short
    last = names[-1]
    while last and cell_len(last) >= most_columns:
        last = last[1:]
    return f"{_ELLIPSIS}{last}" if most_columns > 0 else ""
