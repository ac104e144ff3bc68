"""The calls that hosts make of a menu, beyond those of a click: on a real bus."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from dbus_fast import DBusError, Variant
from dbus_fast.aio import MessageBus
from tests.vectray_client.desktop.fake_watcher import connected
from tests.vectray_client.desktop.private_bus import PrivateBus

from vectray_client.desktop.backends.status_notifier.bus_calls import call
from vectray_client.desktop.backends.status_notifier.dbus_menu import DBusMenu
from vectray_client.desktop.backends.status_notifier.menu_layout import lay_out
from vectray_client.desktop.menu_items import Item, Order, Verb

DEEP = (
    Item(
        key="outer",
        label="Outer_",
        children=(Item(key="inner", label="Inner", order=Order(verb=Verb.RESCAN)),),
    ),
    Item(key="told", label="Only told"),
)
LABELLED = {"label": Variant("s", "Outer__")}


class Caller:
    """Calls one menu."""

    def __init__(self, bus: MessageBus, to: str) -> None:
        self._bus = bus
        self._to = to

    async def __call__(self, member: str, signature: str, *body: object) -> list[object]:
        member = f"com.canonical.dbusmenu.{member}"
        return await call(self._bus, member, *body, to=self._to, path="/menu", signature=signature)


@pytest.fixture
async def orders() -> list[Order]:
    """What the menu was asked for."""
    return []


@pytest.fixture
async def menu(orders: list[Order]) -> AsyncIterator[Caller]:
    """The menu above, on a bus."""
    with PrivateBus() as bus:
        async with connected(bus.address) as near, connected(bus.address) as far:
            near.export("/menu", DBusMenu(lay_out(DEEP), obey=orders.append))
            assert near.unique_name is not None
            yield Caller(far, near.unique_name)


async def test_a_layout_is_told_as_deep_and_as_full_as_it_is_asked_for(menu: Caller) -> None:
    """Hosts ask for a menu at a time and for the properties that they know."""
    revision, whole = await menu("GetLayout", "iias", 0, -1, [])
    assert revision == 1
    assert whole[2][0].value[2][0].value[1]["label"].value == "Inner"  # type: ignore[index]
    _, shallow = await menu("GetLayout", "iias", 0, 1, ["label"])
    assert [child.value for child in shallow[2]] == [  # type: ignore[index]
        (1, LABELLED, []),
        (3, {"label": Variant("s", "Only told")}, []),
    ]
    _, flat = await menu("GetLayout", "iias", 1, 0, ["label"])
    assert flat == (1, LABELLED, [])


async def test_properties_are_told_line_by_line(menu: Caller) -> None:
    """Lines that are gone are left out; a property that was not told is what the protocol says."""
    (some,) = await menu("GetGroupProperties", "aias", [1, 99], ["label"])
    assert some == [(1, LABELLED)]
    (every,) = await menu("GetGroupProperties", "aias", [], [])
    assert sorted(number for number, _ in every) == [0, 1, 2, 3]  # type: ignore[attr-defined]
    assert (await menu("GetProperty", "is", 3, "enabled"))[0] == Variant("b", False)  # noqa: FBT003 - D-Bus's own
    assert (await menu("GetProperty", "is", 2, "enabled"))[0] == Variant("b", True)  # noqa: FBT003
    with pytest.raises(DBusError):
        await menu("GetProperty", "is", 1, "colour")


async def test_what_is_not_there_is_refused_or_named(menu: Caller, orders: list[Order]) -> None:
    """A host that asks for a line that is gone is told so, and nothing is done for it."""
    with pytest.raises(DBusError):
        await menu("GetLayout", "iias", 99, -1, [])
    with pytest.raises(DBusError):
        await menu("GetProperty", "is", 99, "label")
    assert await menu("AboutToShow", "i", 99) == [False]
    assert await menu("AboutToShowGroup", "ai", [0, 1, 99]) == [[], [99]]
    nothing = Variant("i", 0)
    (unknown,) = await menu(
        "EventGroup", "a(isvu)", [[99, "clicked", nothing, 0], [2, "clicked", nothing, 0]]
    )
    assert unknown == [99]
    await asyncio.sleep(0)
    assert orders == [Order(verb=Verb.RESCAN)]
