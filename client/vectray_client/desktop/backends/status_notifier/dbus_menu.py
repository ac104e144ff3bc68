"""The menu on the bus: com.canonical.dbusmenu, version 3."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

from dbus_fast import DBusError, ErrorType, PropertyAccess, Variant
from dbus_fast.annotations import DBusBool, DBusInt32, DBusSignature, DBusStr, DBusUInt32, DBusVariant
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from vectray_client.desktop.backends.display import Obey
from vectray_client.desktop.backends.status_notifier.menu_layout import DEFAULTS, Layout, difference

_CLICKED: Final = "clicked"
_SIGNATURES: Final = {bool: "b", int: "i", str: "s"}

Names = Annotated[list[str], DBusSignature("as")]
Numbers = Annotated[list[int], DBusSignature("ai")]
Told = Annotated[list[Any], DBusSignature("a(ia{sv})")]
Happened = tuple[int, str, Variant, int]


class DBusMenu(ServiceInterface):
    """Tells hosts of a layout, and hands on the orders of lines that are clicked. To be used in its connection's thread only."""

    def __init__(self, layout: Layout, *, obey: Obey) -> None:
        super().__init__("com.canonical.dbusmenu")
        self._layout = layout
        self._obey = obey
        self._revision = 1

    def change(self, layout: Layout) -> None:
        """Show this from now on, and tell hosts what is different."""
        told = difference(self._layout, layout)
        self._layout = layout
        if told.updated or told.removed:
            updated = [[number, _variants(properties)] for number, properties in told.updated.items()]
            removed = [[number, list(names)] for number, names in told.removed.items()]
            self.ItemsPropertiesUpdated(updated, removed)
        if told.relaid:
            self._revision += 1
        for number in told.relaid:
            self.LayoutUpdated(self._revision, number)

    @dbus_property(access=PropertyAccess.READ)
    def Version(self) -> DBusUInt32:  # noqa: N802 - the protocol's name, as all below
        """Of the protocol."""
        return 3

    @dbus_property(access=PropertyAccess.READ)
    def Status(self) -> DBusStr:  # noqa: N802
        """No part of the menu asks for more attention than another."""
        return "normal"

    @dbus_property(access=PropertyAccess.READ)
    def TextDirection(self) -> DBusStr:  # noqa: N802
        """Of all languages that the menu is written in."""
        return "ltr"

    @dbus_property(access=PropertyAccess.READ)
    def IconThemePath(self) -> Names:  # noqa: N802
        """No line has a picture."""
        return []

    @dbus_method()
    def GetLayout(  # noqa: N802
        self, parent: DBusInt32, depth: DBusInt32, names: Names
    ) -> Annotated[tuple[int, list[Any]], DBusSignature("u(ia{sv}av)")]:
        """Tell a line and those below it: `depth` menus deep, -1 for all; the named properties, or all."""
        if parent not in self._layout.rows:
            raise _no_line(parent)
        return self._revision, self._told(parent, depth=depth, names=names)

    @dbus_method()
    def GetGroupProperties(self, numbers: Numbers, names: Names) -> Told:  # noqa: N802
        """Tell some lines' properties: of all lines and all properties if none are named. Unknown lines are left out."""
        rows = self._layout.rows
        wanted = numbers or list(rows)
        return [
            [number, _variants(rows[number].properties, names=names)] for number in wanted if number in rows
        ]

    @dbus_method()
    def GetProperty(self, number: DBusInt32, name: DBusStr) -> DBusVariant:  # noqa: N802
        """Tell one property of one line."""
        if number not in self._layout.rows:
            raise _no_line(number)
        if name not in DEFAULTS:
            raise DBusError(ErrorType.INVALID_ARGS, "There is no such property.")
        return _variant(self._layout.rows[number].properties.get(name, DEFAULTS[name]))

    @dbus_method()
    def Event(self, number: DBusInt32, kind: DBusStr, data: DBusVariant, at: DBusUInt32) -> None:  # noqa: ARG002, N802
        """Something happened to a line."""
        self._take_event(number, kind)

    @dbus_method()
    def EventGroup(self, events: Annotated[list[Happened], DBusSignature("a(isvu)")]) -> Numbers:  # noqa: N802
        """Several things happened, as GTK's hosts tell it; answers which lines are unknown."""
        for number, kind, _, _ in events:
            self._take_event(number, kind)
        return self._unknown(event[0] for event in events)

    @dbus_method()
    def AboutToShow(self, number: DBusInt32) -> DBusBool:  # noqa: ARG002, N802
        """Somebody opens a menu. Hosts have been told of every change by then, so they need not ask again."""
        return False

    @dbus_method()
    def AboutToShowGroup(  # noqa: N802
        self, numbers: Numbers
    ) -> Annotated[tuple[list[int], list[int]], DBusSignature("aiai")]:
        """Somebody opens several menus: which of them have changed, and which are unknown."""
        return [], self._unknown(iter(numbers))

    @dbus_signal()
    def ItemsPropertiesUpdated(  # noqa: N802
        self, updated: list[Any], removed: list[Any]
    ) -> Annotated[tuple[list[Any], list[Any]], DBusSignature("a(ia{sv})a(ias)")]:
        """Lines have other properties now."""
        return updated, removed

    @dbus_signal()
    def LayoutUpdated(  # noqa: N802
        self, revision: int, parent: int
    ) -> Annotated[tuple[int, int], DBusSignature("ui")]:
        """A menu has other lines now."""
        return revision, parent

    def _take_event(self, number: int, kind: str) -> None:
        # A line may be gone by the time the click arrives, and nobody else has its number.
        row = self._layout.rows.get(number)
        if kind == _CLICKED and row is not None and row.order is not None:
            self._obey(row.order)

    def _unknown(self, numbers: Iterator[int]) -> list[int]:
        return [number for number in numbers if number not in self._layout.rows]

    def _told(self, number: int, *, depth: int, names: Sequence[str]) -> list[Any]:
        row = self._layout.rows[number]
        children = row.children if depth else ()
        told = (self._told(child, depth=depth - 1, names=names) for child in children)
        return [
            number,
            _variants(row.properties, names=names),
            [Variant("(ia{sv}av)", child) for child in told],
        ]


def _variants(properties: Mapping[str, bool | int | str], *, names: Sequence[str] = ()) -> dict[str, Variant]:
    return {name: _variant(told) for name, told in properties.items() if not names or name in names}


def _variant(told: bool | int | str) -> Variant:  # noqa: FBT001 - a value, not a switch
    return Variant(_SIGNATURES[type(told)], told)


def _no_line(number: int) -> DBusError:
    return DBusError(ErrorType.INVALID_ARGS, f"The menu has no line {number}.")
