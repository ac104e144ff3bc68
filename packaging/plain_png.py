"""PNGs of the plainest kind, which `vectray_client.desktop.pictures` reads without a library. Pure."""

import struct
import zlib
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def plain_png(rgba: bytes, *, width: int, height: int) -> bytes:
    """Return a PNG of 8 bits a channel, with all pixels in one chunk and no filters (PNG 1.2, chapters 3, 4 and 6)."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    row = 4 * width
    rows = b"".join(b"\0" + rgba[start : start + row] for start in range(0, row * height, row))
    return (
        _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
