"""No icon: the tray goes on without one, for its notifications and for a desktop that may come to have a place for it."""

import threading
from collections.abc import Callable
from typing import Final

from vectray_client.desktop.menu_items import Menu
from vectray_client.desktop.signs import Picture

NOWHERE: Final = "There is no place for a tray icon here; `vectray web` opens the page, and `vectray --help` lists what the menu does."


class Nowhere:
    """Shows nothing, and says so once; see `display.Display`."""

    name = "none"

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._ending = threading.Event()

    def run(self, ready: Callable[[], None]) -> None:
        """Wait until `stop`."""
        self._say(NOWHERE)
        ready()
        self._ending.wait()

    def show(self, picture: Picture, tooltip: str, menu: Menu) -> None:
        """Show nothing."""

    def stop(self) -> None:
        """End `run`."""
        self._ending.set()
