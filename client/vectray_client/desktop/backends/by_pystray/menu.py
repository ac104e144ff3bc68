"""A menu as pystray takes it."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from vectray_client.desktop.backends.display import Obey
from vectray_client.desktop.menu_items import Item, Menu, Order


def pystray_menu(menu: Menu, *, base: ModuleType, obey: Obey, escape: Callable[[str], str] = str) -> Any:  # noqa: ANN401 - pystray has no annotations
    """Return a `pystray.Menu` whose lines ask for what this menu's lines ask for. `base` is `pystray._base`."""
    return base.Menu(*(_line(item, base=base, obey=obey, escape=escape) for item in menu))


def _line(item: Item, *, base: ModuleType, obey: Obey, escape: Callable[[str], str]) -> object:
    if item.is_separator:
        return base.Menu.SEPARATOR
    action = (
        pystray_menu(item.children, base=base, obey=obey, escape=escape)
        if item.children
        else _asking(item.order, obey)
    )
    return base.MenuItem(
        escape(item.label),
        action,
        default=item.is_default,
        enabled=item.order is not None or bool(item.children),
    )


def _asking(order: Order | None, obey: Obey) -> Callable[[], None] | None:
    return None if order is None else lambda: obey(order)
