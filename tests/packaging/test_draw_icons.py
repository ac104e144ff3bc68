import io
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import draw_icons
import numpy as np
import pytest
from PIL import Image, ImageChops

from vectray_client.desktop.pictures import FOLDER, Panel

MOST_BYTES = 400 * 1024
ROUNDING = 2
"""Steps of 255 by which a newer release of the library may round otherwise."""


@pytest.fixture(scope="module")
def drawn() -> Mapping[Path, bytes]:
    """All files as they are drawn now."""
    return dict(chain(draw_icons.tray_files(), draw_icons.application_files()))


def pixels(file: bytes) -> Image.Image:
    """The picture in a file, or the largest one."""
    with Image.open(io.BytesIO(file)) as image:
        return image.convert("RGBA")


def test_the_pictures_are_those_of_the_source(drawn: Mapping[Path, bytes]) -> None:
    """Nobody has edited them by hand, none is missing, and none is left of what the icon no longer says."""
    kept = {path for panel in Panel for path in (FOLDER / panel).rglob("*.png")} | set(FOLDER.glob("*.svg"))
    kept |= {path for path in (draw_icons.ICONS / "hicolor").rglob("*") if path.is_file()}
    assert kept <= drawn.keys()
    for path, content in drawn.items():
        if path.suffix == ".svg":
            assert path.read_bytes() == content
        else:
            before, now = (pixels(file) for file in (path.read_bytes(), content))
            assert before.size == now.size
            assert np.asarray(ImageChops.difference(before, now)).max() <= ROUNDING, path.name


def test_the_pictures_are_small(drawn: Mapping[Path, bytes]) -> None:
    """They are a part of every installation."""
    assert sum(map(len, drawn.values())) < MOST_BYTES


def test_an_icon_file_holds_every_size() -> None:
    """Windows and macOS choose for themselves."""
    with Image.open(draw_icons.ICONS / "vectray.ico") as windows:
        assert {(16, 16), (32, 32), (256, 256)} <= windows.info["sizes"]
    with Image.open(draw_icons.ICONS / "vectray.icns") as mac:
        assert {(16, 16, 2), (128, 128, 1), (512, 512, 2)} <= set(mac.info["sizes"])
