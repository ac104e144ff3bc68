import io
import itertools
from xml.etree import ElementTree as ET

import draw_icons
import numpy as np
import pytest
import resvg_py
from PIL import Image
from sign_drawing import NEUTRAL, PALETTES, coloured_svg, symbolic_svg

from vectray_client.desktop.pictures import Panel
from vectray_client.desktop.signs import Picture, Sign

PANELS = {Panel.LIGHT: ("#ffffff", "#e6e6e6"), Panel.DARK: ("#000000", "#3b3b3b")}
"""The lightest and the darkest panels of that kind that desktops have by default."""
LEAST_CONTRAST = 3.0
"""WCAG 2.1, 1.4.11: graphics that one has to recognise."""
PANEL_PIXELS = 22
DIFFERENT = 64
"""Steps of 255 that an eye sees between two greys."""
LEAST_SHARE = 0.25
"""Of the pixels that one of two signs has ink in. A guess, confirmed by looking: the two most alike have 0.32."""
LEAST_STEP_PIXELS = 15

SHOWN = list(draw_icons.pictures())


def ink(picture: Picture) -> np.ndarray:
    """How much ink a panel's pixels have of a picture in one colour, 0 to 255: int array of shape (22, 22)."""
    png = resvg_py.svg_to_bytes(
        svg_string=symbolic_svg(picture), width=PANEL_PIXELS, height=PANEL_PIXELS, skip_system_fonts=True
    )
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[..., 3].astype(int)


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, as WCAG 2.1 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21, as WCAG 2.1 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_signs_differ_without_their_colours() -> None:
    """Who sees no colours, or has a panel that gives all icons the same, still tells any two signs apart at 22 pixels."""
    signs = [picture for picture in SHOWN if picture.sign is not Sign.INDEXING or picture.step == 4]
    assert len(signs) == len(Sign)
    for one, other in itertools.combinations(signs, 2):
        first, second = ink(one), ink(other)
        different = (np.abs(first - second) > DIFFERENT).sum()
        assert different >= LEAST_SHARE * (np.maximum(first, second) > DIFFERENT).sum(), (
            one.name,
            other.name,
        )
        assert different >= 20, (one.name, other.name)


def test_each_step_of_the_ring_can_be_seen() -> None:
    """Between neighbours some pixels change from faint to full, and never back."""
    steps = [ink(picture) for picture in SHOWN if picture.sign is Sign.INDEXING]
    for before, after in itertools.pairwise(steps):
        assert (after - before > DIFFERENT).sum() >= LEAST_STEP_PIXELS
        assert not (before - after > DIFFERENT).any()


@pytest.mark.parametrize("panel", Panel)
def test_every_colour_can_be_told_from_the_panel(panel: Panel) -> None:
    """On the palest and on the darkest panel of its kind."""
    for colour, background in itertools.product(PALETTES[panel].values(), PANELS[panel]):
        assert contrast(colour, background) >= LEAST_CONTRAST, (colour, background)


def test_a_desktop_that_recolours_nothing_shows_something() -> None:
    """The grey of the symbolic pictures is seen on white and on black."""
    assert min(contrast(NEUTRAL, "#ffffff"), contrast(NEUTRAL, "#000000")) >= LEAST_CONTRAST


@pytest.mark.parametrize("picture", SHOWN, ids=lambda picture: picture.name)
def test_desktops_can_recolour_what_is_in_one_colour(picture: Picture) -> None:
    """GTK recolours the fills of plain shapes, KDE what is of the colour of its letters; neither follows strokes, links and clips."""
    for element in ET.fromstring(symbolic_svg(picture)).iter():  # noqa: S314 - ours
        tag = element.tag.rpartition("}")[2]
        assert tag in {"svg", "style", "g", "path", "circle", "rect"}
        assert "stroke" not in element.attrib
        if tag in {"path", "circle", "rect"}:
            assert (element.get("fill"), element.get("class")) == ("currentColor", "ColorScheme-Text")


def test_bars_stand_on_whole_pixels() -> None:
    """At every size the pause sign is two sharp bars: no column beside them is half full."""
    paused = Picture(sign=Sign.PAUSED)
    for size in (16, 22, 24, 32):
        svg = coloured_svg(paused, Panel.DARK, size_pixels=size)
        png = resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True)
        row = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[size * 7 // 8, :, 3]
        assert set(row.tolist()) == {0, 255}
        assert row[-1] == 255
