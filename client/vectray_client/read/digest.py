"""Which files a reader may be given, and what their content is called: its hash, by which it is known wherever it turns up.

For the process that owns the readers.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from vectray_client.domain import FileState, FileType, Refusal
from vectray_client.read.admission import Opened, Result, look_into
from vectray_client.read.filetypes import file_type_of, signatures_of
from vectray_client.read.options import MEGABYTE, Limits
from vectray_client.read.refusals import UNKNOWN_TYPE

_PIECE_BYTES = MEGABYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The content of a file that a reader may be given."""

    state: FileState
    """Which the file had before its first byte was read, and after the last."""
    sha256: str
    file_type: FileType


def digest(path: str, limits: Limits = Limits()) -> Digest | Refusal:  # noqa: B008 - frozen
    """The digest of the file at `path`, or why no reader is to have it; one that changed meanwhile is refused as transient.

    Nothing that a person keeps online is fetched, nothing that never ends is waited for. 40 us for a note; about a
    second for a gigabyte, during which other threads run.
    """
    found = let_in(path, take=_sha256, limits=limits)
    if isinstance(found, Refusal):
        return found
    file_type, state, sha256 = found
    return Digest(state=state, sha256=sha256, file_type=file_type)


def let_in(
    path: str,
    *,
    take: Callable[[Opened], Result],
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> tuple[FileType, FileState, Result] | Refusal:
    """What `take` makes of the file at `path`, with its type and state; or why no reader is to have it, as `digest`."""
    file_type = file_type_of(path)
    if file_type is None:
        return UNKNOWN_TYPE
    found = look_into(path, limits=limits, signatures=signatures_of(file_type), take=take)
    return found if isinstance(found, Refusal) else (file_type, *found)


def _sha256(opened: Opened) -> str:
    hashing, left = hashlib.sha256(opened.head), opened.size - len(opened.head)
    while left > 0 and (piece := opened.file.read(min(left, _PIECE_BYTES))):
        hashing.update(piece)
        left -= len(piece)
    return hashing.hexdigest()
