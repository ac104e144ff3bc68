"""Draw every icon from the one source, `icons/vectray.svg`: `.venv/bin/python packaging/draw_icons.py`.

For the tray: of each picture an SVG in one colour, and PNGs for light and for dark panels. For the application: what Linux, Windows
and macOS each want of an icon.
"""

import io
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import resvg_py
from PIL import Image
from plain_png import plain_png
from sign_drawing import SOURCE, application_svg, coloured_svg, symbolic_svg

from vectray_client.desktop.pictures import FOLDER, SIZES_PIXELS, Panel, png_file, symbolic_name
from vectray_client.desktop.signs import SHARE_STEPS, Picture, Sign

ICONS: Final = SOURCE.parent
_LINUX_SIZES_PIXELS: Final = (16, 22, 24, 32, 48, 64, 128, 256)
_WINDOWS_SIZES_PIXELS: Final = (16, 20, 24, 32, 40, 48, 64, 256)
_MACOS_SIZES_PIXELS: Final = (16, 32, 64, 128, 256, 512, 1024)
_NOTICE_SIZE_PIXELS: Final = 128


def pictures() -> Iterator[Picture]:
    """Yield every picture that the tray can show."""
    for sign in Sign:
        for step in range(SHARE_STEPS + 1 if sign is Sign.INDEXING else 1):
            yield Picture(sign=sign, step=step)


def tray_files() -> Iterator[tuple[Path, bytes]]:
    """Yield what lies in the folder of the tray's pictures: path and content."""
    yield FOLDER / "vectray.png", _png(application_svg(), size_pixels=_NOTICE_SIZE_PIXELS)
    for picture in pictures():
        yield FOLDER / f"{symbolic_name(picture.name)}.svg", symbolic_svg(picture).encode()
        for panel in Panel:
            for size in SIZES_PIXELS:
                drawing = coloured_svg(picture, panel, size_pixels=size)
                yield (
                    png_file(picture.name, panel=panel, size_pixels=size),
                    _png(drawing, size_pixels=size),
                )


def application_files() -> Iterator[tuple[Path, bytes]]:
    """Yield the application's icons, as distributions and installers take them: path and content."""
    linux = ICONS / "hicolor"
    yield linux / "scalable" / "apps" / "vectray.svg", application_svg().encode()
    idle = symbolic_svg(Picture(sign=Sign.IDLE))
    yield linux / "symbolic" / "apps" / "vectray-symbolic.svg", idle.encode()
    for size in _LINUX_SIZES_PIXELS:
        folder = linux / f"{size}x{size}" / "apps"
        yield folder / "vectray.png", _png(application_svg(), size_pixels=size)
    yield ICONS / "vectray.ico", _container("ICO", _WINDOWS_SIZES_PIXELS)
    yield ICONS / "vectray.icns", _container("ICNS", _MACOS_SIZES_PIXELS)


def _png(svg: str, *, size_pixels: int) -> bytes:
    return plain_png(_image(svg, size_pixels).tobytes(), width=size_pixels, height=size_pixels)


def _image(svg: str, size_pixels: int) -> Image.Image:
    png = resvg_py.svg_to_bytes(svg_string=svg, width=size_pixels, height=size_pixels, skip_system_fonts=True)
    return Image.open(io.BytesIO(png)).convert("RGBA")


def _container(kind: str, sizes_pixels: tuple[int, ...]) -> bytes:
    """An icon of many sizes in one file, each drawn and none scaled."""
    *smaller, largest = (_image(application_svg(), size) for size in sizes_pixels)
    file = io.BytesIO()
    largest.save(file, kind, append_images=smaller, sizes=[(size, size) for size in sizes_pixels])
    return file.getvalue()


def main() -> None:
    """Replace all of them; a picture that is no longer shown goes too."""
    for folder in (*(FOLDER / panel for panel in Panel), ICONS / "hicolor"):
        shutil.rmtree(folder, ignore_errors=True)
    for stale in FOLDER.glob("*.svg"):
        stale.unlink()
    files: Mapping[Path, bytes] = dict((*tray_files(), *application_files()))
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{len(files)} files, {sum(map(len, files.values())) // 1024} KiB")


if __name__ == "__main__":
    main()
