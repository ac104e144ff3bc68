"""Which paths lie in which. Pure: paths are absolute strings without links, compared as such."""

import os
from collections.abc import Iterable


def lies_in(path: str, folder: str) -> bool:
    """Whether a path is a folder's own or below it."""
    return path == folder or path.startswith(os.path.join(folder, ""))  # noqa: PTH118 - paths are strings here


def outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths in order, without those that lie below another one."""
    kept: list[str] = []
    for path in sorted(paths, key=lambda path: path.split(os.sep)):  # noqa: PTH206 - what lies below a path follows it
        if not kept or not lies_in(path, kept[-1]):
            kept.append(path)
    return kept
