"""What the tray needs of a desktop."""

from collections.abc import Callable
from typing import Protocol

from vectray_client.desktop.menu_items import Item, Menu, Order, walk
from vectray_client.desktop.signs import Picture
from vectray_client.domain import Fault

Obey = Callable[[Order], None]
"""Takes what a click asked for; returns at once, in whatever thread."""


class DisplayLost(Fault):
    """The desktop that showed the icon has ended."""


def default_of(menu: Menu) -> Item | None:
    """Return the line that a plain click on the icon asks for."""
    return next((item for item in walk(menu) if item.is_default and item.order is not None), None)


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
