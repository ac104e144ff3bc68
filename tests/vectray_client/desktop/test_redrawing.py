import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tests import light_daemon
from tests.vectray_client.desktop.known_facts import agent, facts
from tests.vectray_client.desktop.recording_display import RecordingDisplay

from vectray_client.desktop.following import Following
from vectray_client.desktop.redrawing import draw
from vectray_client.desktop.signs import Sign
from vectray_client.desktop.taste import Taste


async def test_what_came_last_is_drawn_and_nothing_twice(tmp_path: Path) -> None:
    """However fast facts change, two are drawn in a second at most; news that change nothing draw nothing."""
    display, news = RecordingDisplay(), asyncio.Event()
    following = Following(light_daemon.places(tmp_path), tell=news.set)
    taste = Taste(tmp_path / "preferences.json", environment={})
    began = time.monotonic()
    drawing = asyncio.create_task(draw(display, following, taste, news=news))
    for number in range(50):
        following.facts = facts(agent(files=number))
        news.set()
        await asyncio.sleep(0.001)
    following.facts = facts(agent(is_paused=True))
    news.set()
    while display.shown[-1][0].sign is not Sign.PAUSED:
        await asyncio.sleep(0.01)
    assert len(display.shown) <= 2 + (time.monotonic() - began) / 0.5
    drawn = len(display.shown)
    following.facts = replace(following.facts)
    news.set()
    await asyncio.sleep(0.6)
    assert len(display.shown) == drawn
    drawing.cancel()
    with suppress(asyncio.CancelledError):
        await drawing
