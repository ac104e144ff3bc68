"""The whole life of the tray on a real panel, act by act, with a picture of each: the menu as it stood, the icon enlarged beside it.

    python -m tests.benchmarks.tray_pictures FOLDER [--language en] [--light]

Tray and agent are the real ones, behind them is the daemon whose model is a checksum, until it is killed. For the act in which changes
are noticed late the agent gets a namespace of its own, in which it may watch three folders.
"""

import argparse
import os
import signal
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw
from tests.desktops import desktop
from tests.desktops.desktop import Desktop
from tests.desktops.menu_keys import keys_to, shown_rows
from tests.desktops.person import Person, somebody, wait_until
from tests.desktops.screen import Box, Screen, box_of_change

from vectray_client.sdk.index_states import AgentState

_LOCALES = {"en": "en_GB.UTF-8", "zh": "zh_CN.UTF-8"}
_ENLARGED = 5
_MARGIN = 8
_THREE_WATCHES = ("unshare", "-Ur", "sh", "-c", 'echo 3 > /proc/sys/user/max_inotify_watches; exec "$@"', "-")


class Stage:
    """A desktop with somebody before it, and pictures of both."""

    def __init__(self, shown: Desktop, person: Person, *, into: Path, words: "Words") -> None:
        self.person = person
        self.desktop = shown
        self.words = words
        self._into = into
        self._bare = shown.screen.look()
        self._acts = 0

    @property
    def screen(self) -> Screen:
        """What is looked at."""
        return self.desktop.screen

    def icon(self) -> Box:
        """Where the icon is now."""
        box = box_of_change(self._bare, self.screen.look())
        assert box is not None, "there is no icon"
        return box

    def wait_icon(self) -> None:
        """Wait until there is one."""
        self.screen.wait_until(lambda picture: picture != self._bare)

    def take(self, act: str, *, menu: Sequence[str] | None = None) -> None:
        """Take a picture; `menu` are the lines that are opened in it one in another, none for the whole menu."""
        place = self.icon()
        enlarged = self._enlarged(place)
        if menu is None:
            self._keep(act, self.screen.look(), enlarged)
            return
        closed = self.screen.look()
        self.screen.click(place, button=3)
        self.screen.wait_change(closed)
        if menu:
            self.screen.press(*keys_to(shown_rows(self.desktop.bus.address), *menu)[:-1], "Right")
        self._keep(act, self.screen.wait_still(), enlarged)
        self.screen.press(*["Escape"] * (len(menu) + 1))
        self.screen.wait_until(
            lambda picture: picture.size == closed.size and _below(picture) == _below(closed)
        )

    def choose(self, *labels: str) -> None:
        """Choose a line of the menu by keys."""
        closed = self.screen.look()
        self.screen.click(self.icon(), button=3)
        self.screen.wait_change(closed)
        self.screen.press(*keys_to(shown_rows(self.desktop.bus.address), *labels))

    def wait_state(self, holds: Callable[[AgentState], bool]) -> None:
        """Wait until this holds for what the agent tells."""
        with self.person.agent() as agent:
            wait_until(lambda: holds(agent.state()))
