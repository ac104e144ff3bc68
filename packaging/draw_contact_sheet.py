"""Draw what the tray's icon can say, for people who look at it: `.venv/bin/python packaging/draw_contact_sheet.py`.

The pictures are the files that are installed, enlarged without smoothing, so that every pixel is seen.
"""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import resvg_py
from draw_icons import pictures
from sign_drawing import symbolic_svg

from vectray_client.desktop.pictures import Panel, png_file
from vectray_client.desktop.signs import SHARE_STEPS, Picture, Sign

SHEET: Final = Path(__file__).resolve().parent.parent / "docs" / "images" / "tray-signs.png"
_BACKGROUNDS: Final = {Panel.LIGHT: "#f2f2f2", Panel.DARK: "#2b2b2b"}
_LETTERS: Final = {Panel.LIGHT: "#1e1e1e", Panel.DARK: "#f0f0f0"}
_ZOOMS: Final = ((22, 3), (16, 1), (22, 1), (32, 1), (48, 1))
"""Sizes in pixels, and how many times each is shown enlarged."""
_COLUMN: Final = 92
_MARGIN: Final = 14
_HEAD: Final = 30
_STEPS: Final = (0, 1, 3, SHARE_STEPS // 2, 6, SHARE_STEPS)


def sheet_svg() -> str:
    """Return the sheet: a column for each picture, a band for each kind of panel, with colours and in one colour."""
    columns = [
        picture for picture in pictures() if picture.sign is not Sign.INDEXING or picture.step in _STEPS
    ]
    bands = [(panel, in_one_colour) for panel in Panel for in_one_colour in (False, True)]
    height = sum(size * zoom + _MARGIN for size, zoom in _ZOOMS) + _MARGIN + _HEAD
    width = _COLUMN * len(columns) + _MARGIN
    parts = []
    for number, (panel, in_one_colour) in enumerate(bands):
        parts.append(f'<g transform="translate(0 {number * height})">')
        parts.append(f'<rect width="{width}" height="{height}" fill="{_BACKGROUNDS[panel]}"/>')
        for column, picture in enumerate(columns):
            parts.append(f'<g transform="translate({_MARGIN + column * _COLUMN} {_MARGIN})">')
            parts.extend(_column(picture, panel, in_one_colour=in_one_colour))
            parts.append("</g>")
        parts.append("</g>")
    size = f'width="{width}" height="{height * len(bands)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _column(picture: Picture, panel: Panel, *, in_one_colour: bool) -> Iterator[str]:
    label = picture.name.removeprefix("vectray-").replace("-", " ")
    yield f'<text y="10" font-family="DejaVu Sans, Liberation Sans, Noto Sans, Noto Sans CJK SC, Arial" font-size="12" fill="{_LETTERS[panel]}">{label}</text>'
    top = _HEAD
    for size, zoom in _ZOOMS:
        png = _recoloured(picture, panel, size) if in_one_colour else _installed(picture, panel, size)
        data = base64.b64encode(png).decode()
        yield (
            f'<image y="{top}" width="{size * zoom}" height="{size * zoom}" image-rendering="optimizeSpeed" '
            f'href="data:image/png;base64,{data}"/>'
        )
        top += size * zoom + _MARGIN


def _installed(picture: Picture, panel: Panel, size_pixels: int) -> bytes:
    return png_file(picture.name, panel=panel, size_pixels=size_pixels).read_bytes()


def _recoloured(picture: Picture, panel: Panel, size_pixels: int) -> bytes:
    """A picture in one colour, in that of the panel's letters, as a desktop shows it."""
    svg = symbolic_svg(picture).replace("currentColor", _LETTERS[panel])
    return resvg_py.svg_to_bytes(
        svg_string=svg, width=size_pixels, height=size_pixels, skip_system_fonts=True
    )


if __name__ == "__main__":
    SHEET.write_bytes(resvg_py.svg_to_bytes(svg_string=sheet_svg()))
