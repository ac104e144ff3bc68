from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from vectray_client.desktop.pictures import (
    APPLICATION,
    FOLDER,
    SIZES_PIXELS,
    Panel,
    pixmap,
    png_file,
    symbolic_name,
)
from vectray_client.desktop.signs import SHARE_STEPS, Picture, Sign

NAMES = [
    Picture(sign=sign, step=step).name
    for sign in Sign
    for step in range(SHARE_STEPS + 1 if sign is Sign.INDEXING else 1)
]


def test_there_is_a_picture_for_all_that_the_icon_can_say() -> None:
    """In every size and for every panel, and in one colour for desktops that have their own."""
    for name in NAMES:
        assert ET.parse(FOLDER / f"{symbolic_name(name)}.svg").getroot().get("viewBox") == "0 0 16 16"  # noqa: S314 - ours
        for panel in Panel:
            for size in SIZES_PIXELS:
                with Image.open(png_file(name, panel=panel, size_pixels=size)) as image:
                    assert image.size == (size, size)
    with Image.open(APPLICATION) as image:
        assert image.size == (128, 128)


@pytest.mark.parametrize("name", NAMES)
def test_pixels_are_read_as_others_read_them(name: str) -> None:
    """Our reader knows no more than our own files, and of these all."""
    for panel in Panel:
        for size in SIZES_PIXELS:
            with Image.open(png_file(name, panel=panel, size_pixels=size)) as image:
                red, green, blue, alpha = image.split()
            expected = Image.merge("RGBA", (alpha, red, green, blue)).tobytes()
            assert pixmap(name, panel=panel, size_pixels=size) == expected


def test_a_size_that_nobody_drew_is_none() -> None:
    """It is an error of the file system, as for any file that is not there."""
    with pytest.raises(FileNotFoundError):
        pixmap(NAMES[0], panel=Panel.DARK, size_pixels=17)
