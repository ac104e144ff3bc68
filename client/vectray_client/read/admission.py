"""Whether a file may be opened at all, and what is in it if so. Nothing is trusted: not the name, not the first look."""

import os
import stat
from collections.abc import Callable
from typing import BinaryIO, NamedTuple, TypeVar

from vectray_client.domain import FileState, Refusal
from vectray_client.read.decoding import HEAD_BYTES, marked_encoding, utf16_without_mark
from vectray_client.read.options import MEGABYTE, Limits
from vectray_client.read.refusals import BINARY, CHANGED, VANISHED, failed, skipped

Result = TypeVar("Result")

_SIGNATURE_REACH_BYTES = 1_024  # where readers of PDF look for its header
_SPARSE_FACTOR = 10
_STAT_BLOCK_BYTES = 512  # the unit of st_blocks, whatever the file system's own is
# Neither a FIFO nor a link put in the file's place after the first look may hold a reader up. Windows knows neither
# flag, but without O_BINARY it would change line ends and stop at a Ctrl-Z.
_OPEN_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)
# Tab, line feed, form feed, carriage return and escape (coloured logs, ISO-2022) are at home in text.
_CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_WINDOWS_FETCHED_WHEN_READ = (
    0x00441000  # FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS, _RECALL_ON_OPEN, _OFFLINE (winnt.h)
)
_MACOS_FETCHED_WHEN_READ = 0x40000000  # SF_DATALESS (sys/stat.h)


class Opened(NamedTuple):
    """A file that was let in."""

    file: BinaryIO
    """Behind its head."""
    head: bytes
    """Its first 64 KB, or all of it."""
    size: int
    """Bytes, head included. It may grow meanwhile: whoever reads more than this reads in vain."""


def admit(path: str, *, limits: Limits, signatures: tuple[bytes, ...]) -> bytes | Refusal:
    """All bytes of the file at `path`, or why they are not to be read.

    `signatures` are what a file of its type has near its start, one of them; none stands for text.
    """
    found = look_into(path, limits=limits, signatures=signatures, take=_whole)
    return found if isinstance(found, Refusal) else found[1]


def look_into(
    path: str, *, limits: Limits, signatures: tuple[bytes, ...], take: Callable[[Opened], Result]
) -> tuple[FileState, Result] | Refusal:
    """What `take` makes of the file at `path`, and the state that it was in all the time; or why it is not let in."""
    try:
        seen = os.lstat(path)
        unfit = _kind_refusal(seen) or _size_refusal(seen.st_size, limits, signatures)
        if unfit is not None:
            return unfit
        with os.fdopen(os.open(path, _OPEN_FLAGS), "rb") as file:
            return _taken(file, seen, signatures, limits.max_control_share, take)
    except (FileNotFoundError, NotADirectoryError):
        return VANISHED
    except PermissionError:
        return failed("there is no permission to read it")
    except OSError as error:
        return failed(f"the system could not read it ({error.strerror})")


def _taken(
    file: BinaryIO,
    seen: os.stat_result,
    signatures: tuple[bytes, ...],
    max_control_share: float,
    take: Callable[[Opened], Result],
) -> tuple[FileState, Result] | Refusal:
    opened = os.fstat(file.fileno())
    if state_of(opened) != state_of(seen):
        return CHANGED
    refusal = _sparse_refusal(file, opened)
    if refusal is not None:
        return refusal
    head = file.read(HEAD_BYTES)
    refusal = _head_refusal(head, signatures, max_control_share)
    if refusal is not None:
        return refusal
    result = take(Opened(file, head, opened.st_size))
    state = state_of(os.fstat(file.fileno()))
    return (state, result) if state == state_of(seen) else CHANGED


def state_of(seen: os.stat_result) -> FileState:
    """What tells whether a file was touched."""
    return FileState(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def is_elsewhere(*, windows_attributes: int = 0, macos_flags: int = 0) -> bool:
    """Whether a file is only a placeholder: reading it would have it fetched from somebody's cloud."""
    return bool(windows_attributes & _WINDOWS_FETCHED_WHEN_READ or macos_flags & _MACOS_FETCHED_WHEN_READ)


def _whole(opened: Opened) -> bytes:
    return opened.head + opened.file.read(opened.size - len(opened.head))


def _kind_refusal(seen: os.stat_result) -> Refusal | None:
    if stat.S_ISLNK(seen.st_mode):
        return skipped("it is a link, and links are not followed")
    if stat.S_ISDIR(seen.st_mode):
        return skipped("it is a folder")
    if not stat.S_ISREG(seen.st_mode):
        return skipped("it is not an ordinary file")
    # What a system does not know is not in its answer.
    attributes, flags = getattr(seen, "st_file_attributes", 0), getattr(seen, "st_flags", 0)
    if is_elsewhere(windows_attributes=attributes, macos_flags=flags):
        return skipped("it is kept in the cloud, and is not fetched to be read")
    return None


def _size_refusal(size: int, limits: Limits, signatures: tuple[bytes, ...]) -> Refusal | None:
    if size == 0:
        return skipped("it is empty")
    max_bytes = limits.max_container_bytes if signatures else limits.max_text_bytes
    return skipped(f"it is larger than {max_bytes // MEGABYTE} MB") if size > max_bytes else None


def _sparse_refusal(file: BinaryIO, opened: os.stat_result) -> Refusal | None:
    """Few blocks alone prove nothing: compressing file systems need few, and some count them only once written."""
    blocks = getattr(opened, "st_blocks", None)  # unknown to Windows
    if blocks is None or blocks * _STAT_BLOCK_BYTES * _SPARSE_FACTOR >= opened.st_size:
        return None
    first_hole = os.lseek(file.fileno(), 0, os.SEEK_HOLE)
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    return skipped("it is mostly holes (a sparse file)") if first_hole < opened.st_size else None


def _head_refusal(head: bytes, signatures: tuple[bytes, ...], max_control_share: float) -> Refusal | None:
    if signatures:
        has_one = any(signature in head[:_SIGNATURE_REACH_BYTES] for signature in signatures)
        return None if has_one else failed("its content is not what its name says")
    return BINARY if _is_binary(head, max_control_share) else None


def _is_binary(head: bytes, max_control_share: float) -> bool:
    if marked_encoding(head) or utf16_without_mark(head):
        return False
    controls = len(head) - len(head.translate(None, _CONTROL_BYTES))
    return b"\0" in head or controls > max_control_share * len(head)
