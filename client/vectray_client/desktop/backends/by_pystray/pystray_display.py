"""One of pystray's icons as a display: whoever calls, it is drawn in the thread that runs it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from vectray_client.desktop.backends.by_pystray.menu import pystray_menu
from vectray_client.desktop.backends.by_pystray.toolkit import PystrayIcon, Toolkit, base
from vectray_client.desktop.backends.display import DisplayLost, Obey
from vectray_client.desktop.menu_items import Menu
from vectray_client.desktop.pictures import Panel
from vectray_client.desktop.signs import Picture

_NAME: Final = "vectray"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    picture: str
    panel: Panel | None
    tooltip: str
    menu: Menu


class PystrayDisplay:
    """Shows the icon by a toolkit; see `display.Display`."""

    def __init__(self, obey: Obey, *, toolkit: Toolkit, panel: Callable[[], Panel | None]) -> None:
        self.name = toolkit.name
        self._obey = obey
        self._toolkit = toolkit
        self._panel = panel
        self._base = base()
        self._lock = threading.Lock()
        self._running: PystrayIcon | None = None
        self._latest: _Shown | None = None
        self._drawn: _Shown | None = None
        self._is_ending = False

    def show(self, picture: Picture, tooltip: str, menu: Menu) -> None:
        """Show this from now on."""
        shortened = tooltip[: self._toolkit.longest_tooltip]
        self._latest = _Shown(picture=picture.name, panel=self._panel(), tooltip=shortened, menu=tuple(menu))
        self._post(self._draw)

    def stop(self) -> None:
        """End `run`."""
        self._is_ending = True
        self._post(self._end)

    def run(self, ready: Callable[[], None]) -> None:
        """Show the icon until `stop`.

        Raises:
            DisplayLost: the icon's own loop has ended: there is no screen any more.

        """

        def set_up(icon: PystrayIcon) -> None:
            with self._lock:
                self._running = icon
            self._post(self._end if self._is_ending else self._draw)
            ready()

        icon = self._toolkit.make_icon(_NAME)
        try:
            icon.run(set_up)
        finally:
            with self._lock:
                self._running = None
        if not self._is_ending:
            raise DisplayLost("The screen that showed the icon is gone.")

    def _post(self, work: Callable[[PystrayIcon], None]) -> None:
        with self._lock:
            icon = self._running
        if icon is not None:
            self._toolkit.post(icon, lambda: work(icon))

    def _draw(self, icon: PystrayIcon) -> None:
        """Draw what is shown now, where it differs from what was drawn. In the thread that draws."""
        shown, drawn = self._latest, self._drawn
        if shown is None or shown == drawn:
            return
        if drawn is None or drawn.menu != shown.menu:
            icon.menu = pystray_menu(
                shown.menu, base=self._base, obey=self._obey, escape=self._toolkit.escape
            )
        if drawn is None or (drawn.picture, drawn.panel) != (shown.picture, shown.panel):
            icon.icon = self._toolkit.load_picture(shown.picture, shown.panel)
        if drawn is None:
            icon.visible = True
        if drawn is None or drawn.tooltip != shown.tooltip:
            icon.title = shown.tooltip
        self._drawn = shown

    def _end(self, icon: PystrayIcon) -> None:
        icon.stop()
