"""What the tray needs of a desktop."""

from collections.abc import Callable
from typing import Protocol

from vectray_client.desktop.menu_items import Menu, Order
from vectray_client.desktop.signs import Picture

Obey = Callable[[Order], None]
"""Takes what a click asked for; returns at once, in whatever thread."""


class Display(Protocol):
    """Shows one icon with its menu. `show` and `stop` may be called from any thread, also before `run`."""

    name: str
    """As people may be told: StatusNotifierItem, AppIndicator ..."""

    def run(self, ready: Callable[[], None]) -> None:
        """Show the icon until `stop`; to be called in the main thread. `ready` is called once it can be shown, in whatever thread.

        Raises:
            DisplayLost: the desktop has gone for good.

        """
        ...

    def show(self, picture: Picture, tooltip: str, menu: Menu) -> None:
        """Show this from now on. At most two calls a second."""
        ...

    def stop(self) -> None:
        """End `run`."""
        ...
