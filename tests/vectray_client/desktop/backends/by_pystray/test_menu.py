from typing import Any

from hypothesis import given
from tests.vectray_client.desktop.drawn_menus import menus

from vectray_client.desktop.backends.by_pystray.menu import pystray_menu
from vectray_client.desktop.backends.by_pystray.toolkit import base
from vectray_client.desktop.menu_items import Item, Menu, Order


@given(menus)
def test_a_line_is_what_it_was(menu: Menu) -> None:
    """Each line keeps its words, has no mark, and keeps whether it can be clicked, and what a click asks for."""
    orders: list[Order] = []
    made = pystray_menu(menu, base=base(), obey=orders.append)
    assert_same(made.items, menu, orders)


def assert_same(made: Any, menu: Menu, orders: list[Order]) -> None:  # noqa: ANN401 - pystray has no annotations
    """Compare them line by line; click each."""
    for line, item in zip(made, menu, strict=True):
        if item.is_separator:
            assert line is base().Menu.SEPARATOR
            continue
        assert (line.text, line.checked, line.default) == (item.label, None, item.is_default)
        assert line.enabled == (item.order is not None or bool(item.children))
        if item.children:
            assert_same(line.submenu.items, item.children, orders)
        else:
            orders.clear()
            line(None)
            assert orders == asked(item)


def asked(item: Item) -> list[Order]:
    """What a click on a line asks for."""
    return [] if item.order is None else [item.order]
