"""The pictures of the icon, drawn by `packaging/draw_icons.py`: where they lie, and what is in them.

`NAME-symbolic.svg` has one colour, which desktops replace by that of their other icons; `light` and `dark` hold PNGs for panels of
that kind, a folder for each size. A wheel is unpacked when it is installed, so all of them are files.
"""

import zlib
from enum import StrEnum
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
"""Where desktops look names up: the `IconThemePath` of a StatusNotifierItem."""
APPLICATION: Final = FOLDER / "vectray.png"
"""The application's own icon, for notifications: 128 pixels, in colour."""
SIZES_PIXELS: Final = (16, 22, 24, 32, 48, 64)

_HEADER_BYTES: Final = 33
"""PNG's signature and its first chunk, IHDR (PNG 1.2, 3.1 and 4.1.1)."""


class Panel(StrEnum):
    """What a picture is drawn for."""

    LIGHT = "light"
    DARK = "dark"


def symbolic_name(name: str) -> str:
    """Return the name under which desktops look up the picture in one colour."""
    return f"{name}-symbolic"


def png_file(name: str, *, panel: Panel, size_pixels: int) -> Path:
    """Return where a picture of one of SIZES_PIXELS lies; `name` is that of a `Picture`."""
    return FOLDER / panel / str(size_pixels) / f"{name}.png"


def pixmap(name: str, *, panel: Panel, size_pixels: int) -> bytes:
    """Return a picture row by row from the top, a byte each of alpha, red, green and blue, as StatusNotifierItem has it.

    Our own files are read: one chunk of pixels, no filters (PNG 1.2, 4.1.3 and 6.2), so that a tray needs no Pillow for them.

    Raises:
        OSError: there is no such picture.

    """
    png = png_file(name, panel=panel, size_pixels=size_pixels).read_bytes()
    length = int.from_bytes(png[_HEADER_BYTES : _HEADER_BYTES + 4])
    rows = zlib.decompress(png[_HEADER_BYTES + 8 : _HEADER_BYTES + 8 + length])
    row = 1 + 4 * size_pixels  # the filter's number stands before the pixels
    rgba = b"".join(rows[start + 1 : start + row] for start in range(0, len(rows), row))
    argb = bytearray(len(rgba))
    for channel in range(4):
        argb[(channel + 1) % 4 :: 4] = rgba[channel::4]
    return bytes(argb)
