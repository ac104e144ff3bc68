"""A menu as a host of tray icons remembers it: laid out once, then changed line by line as it is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DEFAULTS: dict[str, Any] = {
    "label": "",
    "enabled": True,
    "visible": True,
    "type": "standard",
}
"""What a property that is not told means (com.canonical.dbusmenu)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line as it would be drawn."""

    number: int
    label: str
    """As people read it, without mnemonics."""
    depth: int
    is_enabled: bool
    is_separator: bool
    opens_menu: bool


class HostedMenu:
    """Laid out by `take_layout`, changed by `take_properties`."""

    def __init__(self) -> None:
        self.revision = 0
        self._properties: dict[int, dict[str, Any]] = {}
        self._children: dict[int, list[int]] = {0: []}

    def take_layout(self, revision: int, layout: list[Any]) -> None:
        """Forget all, and remember this: `(ia{sv}av)`."""
        assert revision >= self.revision, "a menu does not grow younger"
        self.revision = revision
        self._properties, self._children = {}, {}
        self._take(layout)

    def take_properties(self, updated: list[Any], removed: list[Any]) -> None:
        """Change lines: `a(ia{sv})` and `a(ias)`. What is unknown is left alone, as panels do."""
        for number, properties in updated:
            if number in self._properties:
                self._properties[number] |= {name: variant.value for name, variant in properties.items()}
        for number, names in removed:
            for name in names:
                self._properties.get(number, {}).pop(name, None)

    def rows(self) -> Iterator[Row]:
        """Yield the lines from the top, those of inner menus after the one that opens them."""
        yield from self._rows(0, depth=0)

    def _take(self, layout: list[Any]) -> None:
        number, properties, children = layout
        assert number not in self._properties, "no number stands for two lines"
        self._properties[number] = {name: variant.value for name, variant in properties.items()}
        self._children[number] = [child.value[0] for child in children]
        for child in children:
            self._take(child.value)

    def _rows(self, parent: int, *, depth: int) -> Iterator[Row]:
        for number in self._children.get(parent, ()):
            told = DEFAULTS | self._properties[number]
            if not told["visible"]:
                continue
            yield Row(
                number=number,
                label=told["label"].replace("__", "\0").replace("_", "").replace("\0", "_"),
                depth=depth,
                is_enabled=told["enabled"],
                is_separator=told["type"] == "separator",
                opens_menu=told.get("children-display") == "submenu",
            )
            yield from self._rows(number, depth=depth + 1)
