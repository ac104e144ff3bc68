"""Compressed blocks of vectors on disk, to be mapped into memory: derived from the store, and deleted when in doubt.

A file holds one block: FAISS's index, the ids as int64, a label that says what it is, and a checksum of all that. It appears under
its name when it is whole. It is not forced to the disk: what a power cut leaves of it has not that checksum. Files are for this
user alone, and are never changed.
"""

import hashlib
import json
import os
import struct
import tempfile
import zlib
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

import faiss
import numpy as np

from vectray_client.store.records import Model
from vectray_client.store.vector_block import Block, Ids
from vectray_client.store.vector_layout import Span, chain

_FORMAT: Final = 1
_END: Final = struct.Struct("<II8s")
"""Bytes of the label, the checksum of all before it (CRC-32), and what marks the file as one of these."""
_MAGIC: Final = b"vectray\n"
_SUFFIX: Final = ".vectors"
_PART: Final = ".part"
_PIECE_BYTES: Final = 1024 * 1024


class Doubtful(Exception):
    """A file that is not what its name says; never leaves this module."""


def cache_beside(index_file: Path) -> Path:
    """The folder in which the vectors of this index are cached."""
    return index_file.with_name("vectors")


def discard_cache(cache: Path) -> None:
    """Deletes all of it. What is mapped by a running program stays with that program, and vanishes with it."""
    keep_only((), cache)


def keep_only(names: Collection[str], cache: Path) -> None:
    """Deletes all other files, also what a program that was killed has left unfinished."""
    for file in cache.glob("*"):
        if file.name not in names and file.suffix in (_SUFFIX, _PART):
            file.unlink(missing_ok=True)


def kept(block: Block, cache: Path, model: Model) -> Block:
    """The same block, mapped from a new file.

    Raises:
        OSError: it could not be written. What was begun is deleted.

    """
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=cache, suffix=_PART)  # mode 0600
    os.close(handle)
    part = Path(name)
    try:
        _write(block, part, model)
        whole = part.replace(cache / _name(block.span, model))
    except RuntimeError as error:  # FAISS's only one
        raise OSError("the vectors could not be written") from error
    finally:
        part.unlink(missing_ok=True)
    return _mapped(whole, model)


def cached_blocks(cache: Path, model: Model) -> tuple[Block, ...]:
    """The blocks of a model, from the first vector on, up to the first that is missing or not as it was written."""
    spans = filter(None, (_span(file.name, model) for file in cache.glob(f"*{_SUFFIX}")))
    blocks: list[Block] = []
    with suppress(OSError, RuntimeError, Doubtful):
        for span in chain(spans):
            blocks.append(_mapped(cache / _name(span, model), model))  # noqa: PERF401 - keeps what came before an error
    return tuple(blocks)


def _name(span: Span, model: Model) -> str:
    digest = hashlib.sha256(model.fingerprint.encode()).hexdigest()[:16]
    return f"{digest}-{span.after}-{span.last}{_SUFFIX}"


def _span(name: str, model: Model) -> Span | None:
    parts = name.removesuffix(_SUFFIX).split("-")
    if len(parts) != 3 or not (parts[1].isdecimal() and parts[2].isdecimal()):  # noqa: PLR2004 - as in _name
        return None
    span = Span(int(parts[1]), int(parts[2]))
    return span if name == _name(span, model) else None


def _label(model: Model, span: Span, count: int) -> bytes:
    label = {
        "format": _FORMAT,
        "faiss": faiss.__version__,
        "fingerprint": model.fingerprint,
        "dimensions": model.dimensions,
        "span": span,
        "count": count,
    }
    return json.dumps(label).encode()


def _write(block: Block, part: Path, model: Model) -> None:
    faiss.write_index(block.refined, os.fspath(part))
    with part.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        label = _label(model, block.span, len(block))
        file.write(block.ids.astype("<i8").tobytes())
        file.write(label)
        length = file.tell()
        file.seek(0)
        checksum = _checksum(file, length)
        file.seek(length)
        file.write(_END.pack(len(label), checksum, _MAGIC))


def _mapped(file: Path, model: Model) -> Block:
    span = _span(file.name, model)
    with file.open("rb") as opened:
        ids = _checked_ids(opened, model, span or Span(0, 0))
    # What follows FAISS's own part is not read by it. The numbers stay on disk until they are needed.
    refined = faiss.read_index(os.fspath(file), faiss.IO_FLAG_MMAP_IFC)
    exact = faiss.downcast_index(refined.refine_index)
    return Block(after=span.after if span else 0, ids=ids, exact=exact, refined=refined, name=file.name)


def _checked_ids(file: BinaryIO, model: Model, span: Span) -> Ids:
    size = file.seek(0, os.SEEK_END)
    if size < _END.size:
        raise Doubtful
    file.seek(size - _END.size)
    label_bytes, checksum, magic = _END.unpack(file.read(_END.size))
    end = size - _END.size - label_bytes
    file.seek(max(0, end))
    label = file.read(label_bytes) if end >= 0 else b""
    try:
        count = int(json.loads(label)["count"])
    except (ValueError, TypeError, KeyError):
        raise Doubtful from None
    if magic != _MAGIC or label != _label(model, span, count) or not 0 < count <= end // 8:
        raise Doubtful
    file.seek(0)
    if _checksum(file, size - _END.size) != checksum:
        raise Doubtful
    file.seek(end - 8 * count)
    return np.frombuffer(file.read(8 * count), "<i8").astype(np.int64)


def _checksum(file: BinaryIO, length: int) -> int:
    checksum = 0
    piece = memoryview(bytearray(_PIECE_BYTES))
    while length:
        read = file.readinto(piece[:length])  # type: ignore[attr-defined]
        if not read:
            raise Doubtful
        checksum = zlib.crc32(piece[:read], checksum)
        length -= read
    return checksum
