"""What each picture of the icon consists of: layers of `icons/vectray.svg`, where they stand, and their colours. Pure, but for reading it.

Symbolic icons follow what desktops do to them. GTK 3 puts a colour into the fills of all shapes and leaves strokes alone; KDE
replaces the style `current-color-scheme`; both keep opacities.
"""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from vectray_client.desktop.pictures import Panel
from vectray_client.desktop.signs import SHARE_STEPS, Picture, Sign

SOURCE: Final = Path(__file__).resolve().parent / "icons" / "vectray.svg"
PALETTES: Final[Mapping[Panel, Mapping[str, str]]] = {
    Panel.LIGHT: {"ink": "#2b3436", "accent": "#0b7268", "caution": "#9a5700", "alarm": "#c3261c"},
    Panel.DARK: {"ink": "#f3f6f5", "accent": "#62d6c6", "caution": "#ffc247", "alarm": "#ff8577"},
}
"""By what a shape is for: each can be told from such a panel."""
NEUTRAL: Final = "#808080"
"""Told from black and from white alike, for those who show a symbolic icon without giving it a colour."""

_SVG: Final = "http://www.w3.org/2000/svg"
_GRID: Final = 16
_BESIDE_A_BADGE: Final = "translate(-.45 -.88) scale(.86)"
_INSIDE_THE_RING: Final = "translate(2.88 3.33) scale(.64)"
_FAINT: Final = ".4"
"""How much is left of the mark where nothing works."""
_TRACK: Final = ".3"
"""How much of the ring can be seen where it is not filled."""
_RING_RADIUS: Final = 8.0
_RING_WIDTH: Final = 1.7

_Paint = Mapping[str, Mapping[str, str]]
"""Attributes that give a shape its colour, by what it is for."""
_AS_TEXT: Final = {"class": "ColorScheme-Text", "fill": "currentColor"}
_ONE_COLOUR: Final[_Paint] = dict.fromkeys(PALETTES[Panel.LIGHT], _AS_TEXT)


def symbolic_svg(picture: Picture) -> str:
    """Return a picture in one colour, that of the desktop's letters."""
    style = f'<style type="text/css" id="current-color-scheme">.ColorScheme-Text{{color:{NEUTRAL}}}</style>'
    return _document(style, *_groups(picture, _ONE_COLOUR))


def coloured_svg(picture: Picture, panel: Panel, *, size_pixels: int) -> str:
    """Return a picture in its colours, its bars on whole pixels of that size."""
    paint = {use: {"fill": colour} for use, colour in PALETTES[panel].items()}
    return _document(*_groups(picture, paint, size_pixels=size_pixels))


def application_svg() -> str:
    """Return the application's icon: what can be seen of the source."""
    shown = (layer for layer in _source() if layer.get("display") != "none")
    return _document(*(_written(_plain(layer)) for layer in shown))


def _source() -> ET.Element:
    return ET.parse(SOURCE).getroot()  # noqa: S314 - our own file


def _document(*content: str) -> str:
    size = f'width="{_GRID}" height="{_GRID}" viewBox="0 0 {_GRID} {_GRID}"'
    return f'<svg xmlns="{_SVG}" {size}>{"".join(content)}</svg>\n'


def _groups(picture: Picture, paint: _Paint, *, size_pixels: int = _GRID) -> Iterator[str]:
    layers = {layer.attrib["id"]: list(layer) for layer in _source().iter(f"{{{_SVG}}}g")}
    mark = [*layers["mark"], *layers["dot"]]
    placed: list[tuple[dict[str, str], list[ET.Element]]]
    match picture.sign:
        case Sign.IDLE:
            placed = [({}, mark)]
        case Sign.INDEXING:
            placed = [({"transform": _INSIDE_THE_RING}, layers["mark"]), ({}, list(_ring(picture.step)))]
        case Sign.UNREACHABLE | Sign.STARTING:
            faint = {"transform": _BESIDE_A_BADGE, "opacity": _FAINT}
            placed = [(faint, mark), ({}, layers[picture.sign])]
        case _:
            placed = [({"transform": _BESIDE_A_BADGE}, mark), ({}, layers[picture.sign])]
    for attributes, shapes in placed:
        group = ET.Element("g", attributes)
        group.extend(_painted(_on_pixels(shape, size_pixels / _GRID), paint) for shape in shapes)
        yield _written(group)


def _painted(shape: ET.Element, paint: _Paint) -> ET.Element:
    painted = _plain(shape)
    painted.attrib = {**paint[shape.attrib["class"]], **painted.attrib}
    return painted


def _on_pixels(shape: ET.Element, pixels_per_unit: float) -> ET.Element:
    """A bar with its edges between pixels, where they look sharp."""
    if not shape.tag.endswith("rect"):
        return shape
    snapped = ET.Element(shape.tag, shape.attrib)
    for name in ("x", "y", "width", "height"):
        snapped.set(name, f"{round(float(shape.attrib[name]) * pixels_per_unit) / pixels_per_unit:.4g}")
    return snapped


def _plain(element: ET.Element) -> ET.Element:
    """An element without what is there for this script alone."""
    kept = {name: value for name, value in element.attrib.items() if name not in {"id", "class"}}
    plain = ET.Element(element.tag.removeprefix(f"{{{_SVG}}}"), kept)
    plain.extend(map(_plain, element))
    return plain


def _written(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode", short_empty_elements=True)


def _ring(step: int) -> Iterator[ET.Element]:
    if step < SHARE_STEPS:
        yield ET.Element("path", {"class": "accent", "opacity": _TRACK, "d": _sector(step, SHARE_STEPS)})
    if step:
        yield ET.Element("path", {"class": "accent", "d": _sector(0, step)})


def _sector(start: int, end: int) -> str:
    """The ring from one step to another, clockwise from the top. A whole one is two halves: an arc must end where it did not begin."""
    if end - start == SHARE_STEPS:
        middle = SHARE_STEPS // 2
        return _sector(start, middle) + _sector(middle, end)
    outer, inner = _RING_RADIUS, _RING_RADIUS - _RING_WIDTH
    is_large = int(2 * (end - start) > SHARE_STEPS)
    return (
        f"M{_point(outer, start)}A{outer:g} {outer:g} 0 {is_large} 1 {_point(outer, end)}"
        f"L{_point(inner, end)}A{inner:g} {inner:g} 0 {is_large} 0 {_point(inner, start)}Z"
    )


def _point(radius: float, step: int) -> str:
    angle = 2 * math.pi * step / SHARE_STEPS
    return f"{_GRID / 2 + radius * math.sin(angle):.2f} {_GRID / 2 - radius * math.cos(angle):.2f}"
