"""The truth about a folder: what changed between what is on the disk and what the index knows of it."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from vectray_client.domain import Changes, Fault, FileState, Refusal, Verdict
from vectray_client.nesting import lies_in, outermost
from vectray_client.watch.place import Place
from vectray_client.watch.rules import IGNORE_FILES, IgnoreFiles, Rules, ignored_by
from vectray_client.watch.shown import for_people, is_unicode
from vectray_client.watch.states import file_state


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What belongs to a folder, of all that lies below it."""

    rules: Rules
    apart: AbstractSet[str] = frozenset()
    """Directories that are none of its business, as paths that begin with the folder's: folders with scans of their own, and
    what is never looked at."""
    missing: AbstractSet[str] = frozenset()
    """Directories below the folder on which a drive should be mounted, and none is. Nothing follows about their files."""
    left_out: Callable[[str], bool] | None = None
    """Whether a person has had this very path forgotten; all below is then left alone too."""

    def admit(self, path: str, relative: str, name: str, *, ignore_files: IgnoreFiles) -> bool:
        """Whether a path belongs to the folder if its directory does."""
        return not (
            self.rules.ignores(relative, name)
            or (ignore_files and ignored_by(ignore_files, relative, name))
            or path in self.apart
            or path in self.missing
            or (self.left_out and self.left_out(path))
        )


def check_folder(path: str) -> None:
    """Raises FolderMissing or NotAFolder if `path` cannot be scanned."""
    _identity(path)


def scan(
    root: str, known: Mapping[str, FileState | None], bounds: Bounds, *, places: Sequence[Place] = ()
) -> Changes:
    """Compares the regular files below `root` with those known there. Opens none but ignore files, follows no symbolic link.

    `known` says how they were, None for one that is to be read again however it is.
    With `places` it looks only there, and `known` must be what is known there; a place that is not there any more is a
    deletion. Raises FolderMissing or NotAFolder.
    """
    folder_identity = _identity(root)
    looked_at = outermost(place.path for place in places) or [root]
    refused = {
        path: UNMOUNTED
        for path in bounds.missing
        if any(lies_in(path, place) or lies_in(place, path) for place in looked_at)
    }
    walk = _Walk(root=root, known=known, bounds=bounds, unseen=set(known), refused=refused)
    for path in looked_at:
        walk.look_at(path)
    gone = frozenset(_not_below(walk.refused, walk.unseen))
    # A folder that is unmounted or moved away during the walk looks as if its files were deleted.
    if gone and _identity(root) != folder_identity:
        raise FolderMissing(root, reason="it was exchanged during the scan")
    return Changes(dirty=walk.dirty, gone=gone, refused=walk.refused, unchanged=walk.unchanged)


def _identity(root: str) -> tuple[int, int]:
    try:
        status = os.stat(os.path.join(root, ""))  # noqa: PTH116, PTH118 - the separator makes it fail for all but directories
    except NotADirectoryError:
        raise NotAFolder(root) from None
    except OSError as error:
        raise FolderMissing(root, reason=_reason(error)) from None
    return status.st_dev, status.st_ino


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One look at a folder, and what it came to. Paths stay plain strings, for speed."""

    root: str
    known: Mapping[str, FileState | None]
    bounds: Bounds
    unseen: set[str]
    """What is known and was not met yet."""
    dirty: dict[str, FileState] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)
    unchanged: int = 0

    def look_at(self, place: str) -> None:
        """Look at a file, or at all below a directory, if it is still there and belongs to the folder."""
        if place == self.root:
            self._descend(self.root, ())
            return
        path, ignore_files = self.root, IgnoreFiles()
        *above, name = place[self._start :].split(os.sep)  # noqa: PTH206 - a string, for speed
        for part in above:
            ignore_files = self._ignore_files(path, IGNORE_FILES, ignore_files)
            path = os.path.join(path, part)  # noqa: PTH118
            status = self._status(path, part, ignore_files)
            if status is None or not stat.S_ISDIR(status.st_mode):
                return
        ignore_files = self._ignore_files(path, IGNORE_FILES, ignore_files)
        status = self._status(place, name, ignore_files)
        if status is not None and stat.S_ISDIR(status.st_mode):
            self._descend(place, ignore_files)
        elif status is not None:
            self._compare(place, status)

    @property
    def _start(self) -> int:
        """Where a path relative to the folder begins in an absolute one."""
        return len(os.path.join(self.root, ""))  # noqa: PTH118

    def _status(self, path: str, name: str, ignore_files: IgnoreFiles) -> os.stat_result | None:
        """What is known of a file or directory that is met alone; None if it is not there or does not belong."""
        try:
            status = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self.refused[path] = refusal_of(error)
            return None
        relative = path[self._start :] + "/" * stat.S_ISDIR(status.st_mode)
        is_either = stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)
        return status if is_either and self._admits(path, relative, name, ignore_files) else None

    def _descend(self, directory: str, ignore_files: IgnoreFiles) -> None:
        """Walk without recursion. `ignore_files` are those above the directory, not those in it."""
        pending, start = [(directory, ignore_files)], self._start
        while pending:
            directory, above = pending.pop()
            try:
                with os.scandir(directory) as listing:
                    entries = list(listing)
            except (FileNotFoundError, NotADirectoryError):
                continue  # deleted since its own directory was read
            except OSError as error:
                self.refused[directory] = refusal_of(error)
                continue
            names = IGNORE_FILES.intersection([entry.name for entry in entries])
            applying = self._ignore_files(directory, names, above) if names else above
            for entry in entries:
                try:
                    if self._is_directory(entry, start, applying):
                        pending.append((entry.path, applying))
                except FileNotFoundError:
                    continue
                except OSError as error:
                    self.refused[entry.path] = refusal_of(error)

    def _is_directory(self, entry: os.DirEntry[str], start: int, ignore_files: IgnoreFiles) -> bool:
        """Whether an entry is a directory that is to be walked. A file is compared at once."""
        path = entry.path
        if entry.is_dir(follow_symlinks=False):
            return self._admits(path, f"{path[start:]}/", entry.name, ignore_files)
        if entry.is_file(follow_symlinks=False) and self._admits(
            path, path[start:], entry.name, ignore_files
        ):
            self._compare(path, entry.stat(follow_symlinks=False))
        return False

    def _admits(self, path: str, relative: str, name: str, ignore_files: IgnoreFiles) -> bool:
        if not self.bounds.admit(path, relative, name, ignore_files=ignore_files):
            return False
        if is_unicode(name):
            return True
        self.refused[for_people(path)] = NOT_UNICODE
        return False

    def _compare(self, path: str, status: os.stat_result) -> None:
        self.unseen.discard(path)
        state = file_state(status)
        if self.known.get(path) == state:
            self.unchanged += 1
        else:
            self.dirty[path] = state

    def _ignore_files(self, directory: str, names: AbstractSet[str], above: IgnoreFiles) -> IgnoreFiles:
        return self.bounds.rules.ignore_files(directory, names, relative_start=self._start, above=above)


UNMOUNTED: Final = Refusal(
    verdict=Verdict.FAILED,
    reason="The drive that was mounted there is not connected; what was read of it is still found. "
    "If it does not come back, `vectray rescan` of that very path forgets it.",
)
NOT_UNICODE: Final = Refusal(verdict=Verdict.FAILED, reason="Its name is not valid UTF-8.")


def refusal_of(error: OSError) -> Refusal:
    """Say that a file or directory cannot be looked at, in the system's words."""
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
