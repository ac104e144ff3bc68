"""A display that remembers what it was told to show: what the tray draws on where a test looks."""

import threading
from collections.abc import Callable

from vectray_client.desktop.menu_items import Menu
from vectray_client.desktop.signs import Picture


class RecordingDisplay:
    """See `display.Display`."""

    name = "recording"

    def __init__(self) -> None:
        self.shown: list[tuple[Picture, str, Menu]] = []
        self._ending = threading.Event()

    def run(self, ready: Callable[[], None]) -> None:
        """Wait until `stop`."""
        ready()
        self._ending.wait()

    def show(self, picture: Picture, tooltip: str, menu: Menu) -> None:
        """Remember it."""
        self.shown.append((picture, tooltip, menu))

    def stop(self) -> None:
        """End `run`."""
        self._ending.set()
