"""Whether a file may be opened at all, and its bytes if so. Nothing is trusted: not the name, not the first look."""

import os
import stat
from typing import BinaryIO

from vectray_client.domain import Refusal
from vectray_client.read.decoding import HEAD_BYTES, marked_encoding, utf16_without_mark
from vectray_client.read.options import MEGABYTE, Limits
from vectray_client.read.refusals import BINARY, failed, skipped

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


def admit(path: str, *, limits: Limits, signatures: tuple[bytes, ...]) -> bytes | Refusal:
    """All bytes of the file at `path`, or why they are not to be read.

    `signatures` are what a file of its type has near its start, one of them; none stands for text.
    """
    try:
        seen = os.lstat(path)
        if not stat.S_ISREG(seen.st_mode):
            return skipped(_kind(seen.st_mode))
        with os.fdopen(os.open(path, _OPEN_FLAGS), "rb") as file:
            if not os.path.samestat(seen, os.fstat(file.fileno())):
                return failed("it was replaced while it was read")
            return _content(file, limits, signatures)
    except (FileNotFoundError, NotADirectoryError):
        return failed("it vanished before it was read")
    except PermissionError:
        return failed("there is no permission to read it")
    except OSError as error:
        return failed(f"the system could not read it ({error.strerror})")


def _content(file: BinaryIO, limits: Limits, signatures: tuple[bytes, ...]) -> bytes | Refusal:
    max_bytes = limits.max_container_bytes if signatures else limits.max_text_bytes
    opened = os.fstat(file.fileno())
    refusal = _size_refusal(opened.st_size, max_bytes) or _sparse_refusal(file, opened)
    if refusal is not None:
        return refusal
    head = file.read(HEAD_BYTES)
    refusal = _head_refusal(head, signatures, limits.max_control_share)
    if refusal is not None:
        return refusal
    # One byte more than is allowed: the file may be growing.
    content = head + file.read(max_bytes + 1 - len(head))
    return _size_refusal(len(content), max_bytes) or content


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "it is a link, and links are not followed"
    if stat.S_ISDIR(mode):
        return "it is a folder"
    return "it is not an ordinary file"


def _size_refusal(size: int, max_bytes: int) -> Refusal | None:
    if size == 0:
        return skipped("it is empty")
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
        has_it = any(signature in head[:_SIGNATURE_REACH_BYTES] for signature in signatures)
        return None if has_it else failed("its content is not what its name says")
    return BINARY if _is_binary(head, max_control_share) else None


def _is_binary(head: bytes, max_control_share: float) -> bool:
    if marked_encoding(head) or utf16_without_mark(head):
        return False
    controls = len(head) - len(head.translate(None, _CONTROL_BYTES))
    return b"\0" in head or controls > max_control_share * len(head)
