"""The truth about a folder: what changed between what is on the disk and what the index knows of it."""

import os
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from vectray_client.domain import Changes, Fault, FileState, KnownFile, Refusal, Verdict
from vectray_client.watch.rules import Rules

_COARSE_NS: Final = 2_000_000_000
"""The coarsest time stamp in use: FAT keeps modification times in steps of two seconds."""
_FINE_NS: Final = 20_000_000
"""Twice the longest step of a kernel's clock, from which other file systems take theirs (10 ms at 100 Hz)."""
_MILLISECOND_NS: Final = 1_000_000


class FolderMissing(Fault):
    """The folder is out of reach, or was exchanged while it was looked at. Nothing follows about its files."""

    def __init__(self, path: str, *, reason: str) -> None:
        super().__init__(f"The folder {path} is out of reach: {reason}.")
        self.path = path


class NotAFolder(Fault):
    """The path of the folder leads to something else. Nothing follows about its files."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not a folder.")
        self.path = path


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


def check_folder(path: str) -> None:
    """Raises FolderMissing or NotAFolder if `path` cannot be scanned."""
    _identity(path)


def scan(
    root: str, known: Mapping[str, KnownFile], rules: Rules, *, apart: AbstractSet[str] = frozenset()
) -> Changes:
    """Compares the regular files below `root` with those known there. Reads no file and follows no symbolic link.

    `apart` are directories below `root` that are none of its business, as paths that begin with `root`: folders with scans
    of their own, of which `known` must hold nothing, and what is never looked at. Raises FolderMissing or NotAFolder.
    """
    folder_identity = _identity(root)
    dirty: dict[str, FileState] = {}
    refused: dict[str, Refusal] = {}
    seen: set[str] = set()
    unchanged = 0
    for entry in _regular_files(root, rules, apart=apart, refused=refused):
        path = entry.path
        try:
            state = file_state(entry.stat(follow_symlinks=False))
        except FileNotFoundError:
            continue
        except OSError as error:
            refused[path] = _refusal(error)
            continue
        seen.add(path)
        remembered = known.get(path)
        if remembered is not None and remembered.settled and remembered.state == state:
            unchanged += 1
        else:
            dirty[path] = state
    gone = frozenset(_not_below(refused, known.keys() - seen))
    # A folder that is unmounted or moved away during the walk looks as if its files were deleted.
    if gone and _identity(root) != folder_identity:
        raise FolderMissing(root, reason="it was exchanged during the scan")
    return Changes(dirty=dirty, gone=gone, refused=refused, unchanged=unchanged)


def _identity(root: str) -> tuple[int, int]:
    try:
        status = os.stat(os.path.join(root, ""))  # noqa: PTH116, PTH118 - the separator makes it fail for all but directories
    except NotADirectoryError:
        raise NotAFolder(root) from None
    except OSError as error:
        raise FolderMissing(root, reason=_reason(error)) from None
    return status.st_dev, status.st_ino


def _regular_files(
    root: str, rules: Rules, *, apart: AbstractSet[str], refused: dict[str, Refusal]
) -> Iterator[os.DirEntry[str]]:
    """Walks without recursion. What cannot be looked at is put into `refused`."""
    relative_start = len(os.path.join(root, ""))  # noqa: PTH118 - the paths of this loop stay plain strings, for speed
    pending = [root]
    while pending:
        directory = pending.pop()
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    if is_directory := entry.is_dir(follow_symlinks=False):
                        relative = f"{entry.path[relative_start:]}/"
                    elif entry.is_file(follow_symlinks=False):
                        relative = entry.path[relative_start:]
                    else:
                        continue
                    if rules.ignores(relative, entry.name) or entry.path in apart:
                        continue
                    if not _is_unicode(entry.name):
                        refused[_printable(entry.path)] = _NOT_UNICODE
                    elif is_directory:
                        pending.append(entry.path)
                    else:
                        yield entry
        except (FileNotFoundError, NotADirectoryError):
            continue  # deleted since its own directory was read
        except OSError as error:
            refused[directory] = _refusal(error)


_NOT_UNICODE: Final = Refusal(verdict=Verdict.FAILED, reason="Its name is not valid UTF-8.")


def _is_unicode(name: str) -> bool:
    """False for a name in which `os.fsdecode` had to hide bytes as surrogates."""
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _printable(path: str) -> str:
    return os.fsencode(path).decode(errors="backslashreplace")


def _refusal(error: OSError) -> Refusal:
    return Refusal(verdict=Verdict.FAILED, reason=f"It cannot be looked at: {_reason(error)}.")


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _not_below(refused: Mapping[str, Refusal], paths: Iterable[str]) -> Iterator[str]:
    """The paths that are not refused themselves and lie in no refused directory."""
    for path in paths:
        above = path
        while above not in refused and (parent := os.path.dirname(above)) != above:  # noqa: PTH120 - speed
            above = parent
        if above not in refused:
            yield path
