"""A menu as com.canonical.dbusmenu lays it out: numbered lines with properties. Pure.

The protocol is described in the comments of libdbusmenu's dbus-menu.xml.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vectray_client.desktop.menu_items import Item, Menu, Order

ROOT: Final = 0
"""The number of the menu itself."""

DEFAULTS: Final[Mapping[str, bool | int | str]] = {
    "type": "standard",
    "label": "",
    "enabled": True,
    "visible": True,
    "children-display": "",
}
"""What a property means that is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line, or the menu itself."""

    number: int
    properties: Mapping[str, bool | int | str]
    """Those that differ from DEFAULTS."""
    children: tuple[int, ...] = ()
    """The numbers of the lines of its own menu, from the top."""
    order: Order | None = None
    """What a click on it asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All lines of a menu."""

    rows: Mapping[int, Row]
    """By number; the menu itself is ROOT."""
    numbers: Mapping[str, int]
    """Of each line's key."""
    next_number: int = ROOT + 1
    """Larger than all that were ever given out."""


EMPTY: Final = Layout(rows={ROOT: Row(number=ROOT, properties={"children-display": "submenu"})}, numbers={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What hosts must be told when one layout follows another."""

    updated: Mapping[int, Mapping[str, bool | int | str]]
    """Properties that are new or different, of lines that stay."""
    removed: Mapping[int, Sequence[str]]
    """Names of properties that are back at their defaults, of lines that stay."""
    relaid: Sequence[int]
    """Lines that stay, and whose own menu has other lines now or another order."""


def lay_out(menu: Menu, *, after: Layout = EMPTY) -> Layout:
    """Number a menu's lines. A line that was there keeps its number; one that is gone leaves it to nobody.

    Of several lines with one key the first is laid out.
    """
    numbers: dict[str, int] = {}
    rows: dict[int, Row] = {}
    next_number = after.next_number

    def place(items: Menu) -> tuple[int, ...]:
        nonlocal next_number
        placed = []
        for item in items:
            if item.key in numbers:
                continue
            number = after.numbers.get(item.key)
            if number is None:
                number, next_number = next_number, next_number + 1
            numbers[item.key] = number
            placed.append(number)
            children = place(item.children)
            rows[number] = Row(
                number=number, properties=properties_of(item), children=children, order=item.order
            )
        return tuple(placed)

    rows[ROOT] = Row(number=ROOT, properties=EMPTY.rows[ROOT].properties, children=place(menu))
    return Layout(rows=rows, numbers=numbers, next_number=next_number)


def properties_of(item: Item) -> Mapping[str, bool | int | str]:
    """Return what hosts are told of a line."""
    if item.is_separator:
        return {"type": "separator"}
    properties: dict[str, bool | int | str] = {"label": item.label.replace("_", "__")}  # one marks a mnemonic
    if item.children:
        properties["children-display"] = "submenu"
    elif item.order is None:
        properties["enabled"] = False
    return properties


def difference(before: Layout, after: Layout) -> Difference:
    """Return what has changed, line by line, for hosts that know the layout of before."""
    updated, removed, relaid = {}, {}, []
    for old, new in _staying(before, after):
        if changed := {
            name: told for name, told in new.properties.items() if old.properties.get(name) != told
        }:
            updated[new.number] = changed
        if gone := [name for name in old.properties if name not in new.properties]:
            removed[new.number] = gone
        if old.children != new.children:
            relaid.append(new.number)
    return Difference(updated=updated, removed=removed, relaid=relaid)


def _staying(before: Layout, after: Layout) -> Iterator[tuple[Row, Row]]:
    for number, old in before.rows.items():
        if number in after.rows:
            yield old, after.rows[number]
