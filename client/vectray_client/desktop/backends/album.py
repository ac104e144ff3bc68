"""Where displays find the pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """The pictures, in the colours that stand out from the panel; which ones these are may change from one call to the next."""

    theme_folder: Path
    """Holds `<name>-symbolic.svg`, in one colour, for desktops that give it their own."""
    find_png: Callable[[str, int], Path]
    """Of a name and a size in pixels."""
    pixmap: Callable[[str, int], bytes]
    """Of a name and a size in pixels: a byte each of alpha, red, green and blue for each pixel, from the top left."""
