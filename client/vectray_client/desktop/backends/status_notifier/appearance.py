"""What an icon looks like to a host of StatusNotifierItems: pure, but that pictures are read."""

import html
from dataclasses import dataclass
from typing import Final

from vectray_client.desktop.pictures import Panel, pixmap, symbolic_name
from vectray_client.desktop.signs import Picture, Sign

USUAL_PANEL: Final = Panel.DARK
"""Of hosts that look no pictures up: bars of tiling window managers, mostly."""
PIXMAP_SIZES: Final = (22, 24, 32, 48)
"""Pixels. Panels are 24 to 64 pixels high, and scale what does not fit."""

Pixmap = tuple[int, int, bytes]
"""Width, height, and for each pixel from the top left a byte each of alpha, red, green and blue, as the protocol has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """As hosts ask for it."""

    icon_name: str
    """For those that look pictures up, and give them the colour of their other ones. Empty where a person wants other colours."""
    pixmaps: tuple[Pixmap, ...]
    """For the others."""
    title: str
    """The tooltip's first line."""
    text: str
    """The others, as markup."""
    is_urgent: bool
    """Whether it is shown even where icons are folded away."""


def appearance(picture: Picture, tooltip: str, *, panel: Panel | None) -> Appearance:
    """Return how a picture and its tooltip are told to hosts. Without a panel they choose the colour."""
    title, _, text = tooltip.partition("\n")
    return Appearance(
        icon_name="" if panel else symbolic_name(picture.name),
        pixmaps=tuple(
            (size, size, pixmap(picture.name, panel=panel or USUAL_PANEL, size_pixels=size))
            for size in PIXMAP_SIZES
        ),
        title=title,
        text=html.escape(text, quote=False),
        is_urgent=picture.sign is Sign.ACTION,
    )
