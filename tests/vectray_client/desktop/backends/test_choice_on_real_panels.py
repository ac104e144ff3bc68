"""Real panels on a screen of their own: each way that works on Linux is shown, clicked, and found again by a panel that was killed.

XFCE's panel is that of `tests/end_to_end/test_tray_on_a_panel.py`.
"""

import os
from pathlib import Path

import pytest
from PIL import Image
from tests.desktops.desktop import Desktop, running
from tests.desktops.panels import LXQT, TRAYER, Panel
from tests.desktops.screen import Box, Screen
from tests.vectray_client.desktop.icon_process import IconProcess
from Xlib.display import Display

pytestmark = pytest.mark.slow

PANELS = [("status-notifier", LXQT), ("gtk", TRAYER), ("xorg", TRAYER)]


PLACE: Box = (616, 4, 636, 28)
"""Where panels show their only icon: at the right end."""


@pytest.mark.parametrize(("way", "panel"), PANELS, ids=[f"{way} on {panel.name}" for way, panel in PANELS])
def test_a_panel_shows_the_icon_and_hands_on_clicks(way: str, panel: Panel, tmp_path: Path) -> None:
    """A click asks for the default, or opens the menu whose lines do what they say; a sign changes the picture."""
    with running(panel=panel) as desktop, IconProcess(desktop.environment, folder=tmp_path, way=way) as icon:
        wait_icon(desktop, icon)
        desktop.screen.click(PLACE)
        icon.wait_told("order search")
        if way != "xorg":  # which has no menu
            choose_second_to_last(desktop.screen)
            icon.wait_told("order rescan")
        before = desktop.screen.wait_still()
        icon.show("paused Paused")
        desktop.screen.wait_change(before)
        assert icon.quit() == 0
        assert icon.told[-1].startswith("order")


@pytest.mark.parametrize(("way", "panel"), PANELS[::2], ids=["status-notifier", "xorg"])
def test_a_panel_that_was_killed_shows_the_icon_again(way: str, panel: Panel, tmp_path: Path) -> None:
    """What a desktop does when its panel crashes; the icon is clicked where the new panel has it."""
    with running(panel=panel) as desktop, IconProcess(desktop.environment, folder=tmp_path, way=way) as icon:
        wait_icon(desktop, icon)
        desktop.kill_panel()
        desktop.screen.wait_until(lambda picture: not shows_icon(picture))
        desktop.start_panel()
        wait_icon(desktop, icon)
        desktop.screen.click(PLACE)
        icon.wait_told("order search")


def wait_icon(desktop: Desktop, icon: IconProcess) -> None:
    """Wait until the icon is drawn."""
    icon.wait_ready()
    desktop.screen.wait_until(shows_icon)
    desktop.screen.wait_still()


def shows_icon(screen: Image.Image) -> bool:
    """Whether there is more than a plain panel at the right end: an icon has many shades."""
    return len(screen.crop(PLACE).getcolors() or ()) > 8


def choose_second_to_last(screen: Screen) -> None:
    """Open the menu, and by keys the inner menu in it; choose its only line."""
    before = screen.wait_still()
    screen.click(PLACE, button=3)
    screen.wait_change(before)
    screen.press("Up", "Up")
    opened = screen.wait_still()
    screen.press("Right")
    screen.wait_change(opened)
    screen.press("Return")


def test_a_screen_that_ends_is_told_in_words(tmp_path: Path) -> None:
    """X11 alone, without a session bus: the icon outlives its connection just long enough to say so."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBUS")}
    with (
        Screen() as screen,
        IconProcess({**kept, "DISPLAY": screen.name}, folder=tmp_path, way="xorg") as icon,
    ):
        icon.wait_ready()
        cut_off(screen, "vectraySystemTrayIcon")
        icon.wait_told("lost The screen that showed the icon is gone.")


def cut_off(screen: Screen, window_class: str) -> None:
    """Have the X server close the connection of the program that has a window of this class."""
    display = Display(screen.name)
    for window in display.screen().root.query_tree().children:
        if window_class in (window.get_wm_class() or ()):
            window.kill_client()
    display.sync()  # a server may forget what a connection that closes asked for last
    display.close()
