"""What `lstat` tells of a file, and when that proves that nobody has touched it."""

import os
from typing import Final

from vectray_client.domain import FileState

_COARSE_NS: Final = 2_000_000_000
"""The coarsest time stamp in use: FAT keeps modification times in steps of two seconds."""
_FINE_NS: Final = 20_000_000
"""Twice the longest step of a kernel's clock, from which other file systems take theirs (10 ms at 100 Hz)."""
_MILLISECOND_NS: Final = 1_000_000


def file_state(status: os.stat_result) -> FileState:
    """The part of an `lstat` that tells whether a file was touched."""
    return FileState(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def racy(state: FileState, now_ns: int) -> bool:
    """Whether the file could be changed once more after `now_ns` (Unix time) without its state showing it.

    That is so while the clock still shows the time of the last change, give or take its coarseness (git's 'racy' rule).
    A ctime ahead of the clock counts as well. An mtime far ahead does not: programs set it at will, and it stays.
    """
    ctime_is_past = state.ctime_ns <= now_ns - _step_ns(state.ctime_ns)
    mtime_is_now = abs(state.mtime_ns - now_ns) < _step_ns(state.mtime_ns)
    return mtime_is_now or not ctime_is_past


def _step_ns(stamp_ns: int) -> int:
    """How coarse the clock is that made a time stamp: one that shows fractions of a millisecond ticks finely."""
    return _FINE_NS if stamp_ns % _MILLISECOND_NS else _COARSE_NS
