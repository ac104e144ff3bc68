"""Draws what is known, not more often than anybody can see, and never anything twice."""

import asyncio

from vectray_client.desktop.backends.display import Display
from vectray_client.desktop.following import Following
from vectray_client.desktop.glance import glance_at
from vectray_client.desktop.menu import menu_of
from vectray_client.desktop.taste import Taste

_EVERY_SECONDS = 0.5
"""Between two drawings: panels have been seen to leak a little with each."""


async def draw(display: Display, following: Following, taste: Taste, *, news: asyncio.Event) -> None:
    """Draw, and again after each piece of news, for ever. What came last is always drawn."""
    drawn = None
    while True:
        news.clear()
        glance, menu = glance_at(following.facts, taste.words), menu_of(following.facts, taste.words)
        shown = (glance.picture, glance.tooltip, menu, taste.panel)
        if shown != drawn:
            display.show(glance.picture, glance.tooltip, menu)
            drawn = shown
            await asyncio.sleep(_EVERY_SECONDS)
        await news.wait()
