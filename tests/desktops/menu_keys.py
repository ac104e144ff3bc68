"""Which keys choose a line of a tray icon's menu: a person reads it, a test asks the icon what it shows, over the bus."""

import asyncio
from collections.abc import Sequence
from itertools import takewhile

from dbus_fast import Message
from tests.vectray_client.desktop.fake_watcher import ITEM, connected, host
from tests.vectray_client.desktop.hosted_menu import Row


def keys_to(rows: Sequence[Row], *labels: str) -> list[str]:
    """Return the keys, by their names in X, that lead through an open menu: `labels` begin the lines that open menus, and the one that is chosen."""
    keys: list[str] = []
    first = 0
    for depth, label in enumerate(labels):
        rows_here = _menu(rows, first=first, depth=depth)
        place = next(place for place, row in enumerate(rows_here) if row.label.startswith(label))
        keys += ["Down"] * (place if depth else place + 1)  # an inner menu opens with its first line chosen
        keys.append("Right")
        first = rows.index(rows_here[place]) + 1
    return [*keys[:-1], "Return"]


def _menu(rows: Sequence[Row], *, first: int, depth: int) -> list[Row]:
    """Return the lines of the menu that begins here; GTK passes over separators, and over lines that only tell something."""
    whole = takewhile(lambda row: row.depth >= depth, rows[first:])
    return [row for row in whole if row.depth == depth and row.is_enabled and not row.is_separator]


def shown_rows(bus_address: str) -> list[Row]:
    """Return the lines of the menu of the one icon on this bus."""
    return asyncio.run(_shown_rows(bus_address))


async def _shown_rows(bus_address: str) -> list[Row]:
    async with connected(bus_address) as bus:
        answer = await bus.call(
            Message(
                destination="org.freedesktop.DBus",
                path="/",
                interface="org.freedesktop.DBus",
                member="ListNames",
            )
        )
        assert answer is not None
        (name,) = (name for name in answer.body[0] if name.startswith(f"{ITEM}-"))
        return list((await host(bus, name)).menu.rows())
