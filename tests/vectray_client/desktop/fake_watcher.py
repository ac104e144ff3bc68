"""The desktop's side of a tray icon, without a screen: the StatusNotifierWatcher that icons register with, and a host that shows them.

The host remembers what it was told and takes in changes by signals alone, as panels do, so that an icon which forgets to tell
of a change is found out.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from dbus_fast import Message, MessageType, PropertyAccess, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusInt32, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal
from tests.vectray_client.desktop.hosted_menu import HostedMenu, Row

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
_PATIENCE_SECONDS = 20.0


class _Registry(ServiceInterface):
    def __init__(self, *, has_host: bool) -> None:
        super().__init__(WATCHER)
        self._has_host = has_host
        self.services: list[str] = []
        self.came = asyncio.Condition()

    @dbus_method()
    async def RegisterStatusNotifierItem(self, service: DBusStr) -> None:  # noqa: N802 - the interface's name
        async with self.came:
            self.services.append(service)
            self.came.notify_all()
        self.StatusNotifierItemRegistered(service)

    @dbus_method()
    def RegisterStatusNotifierHost(self, service: DBusStr) -> None:  # noqa: ARG002, N802 - the interface's name
        self._has_host = True

    @dbus_property(access=PropertyAccess.READ)
    def IsStatusNotifierHostRegistered(self) -> DBusBool:  # noqa: N802 - the interface's name
        return self._has_host

    @dbus_property(access=PropertyAccess.READ)
    def RegisteredStatusNotifierItems(self) -> Annotated[list[str], DBusSignature("as")]:  # noqa: N802 - the interface's name
        return self.services

    @dbus_property(access=PropertyAccess.READ)
    def ProtocolVersion(self) -> DBusInt32:  # noqa: N802 - the interface's name
        return 0

    @dbus_signal()
    def StatusNotifierItemRegistered(self, service: str) -> DBusStr:  # noqa: N802 - the interface's name
        return service


class HostedItem:
    """An icon as a host sees it. Made by `host`."""

    def __init__(self, bus: MessageBus, *, owner: str, path: str) -> None:
        self._bus = bus
        self._owner = owner
        self._path = path
        self._changed = asyncio.Event()
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self._menu_path = ""
        self.following: asyncio.Future[None] | None = None
        self.properties: dict[str, Any] = {}
        """Of the icon, by name, as it told them last."""
        self.menu = HostedMenu()
        self.signals: list[str] = []
        """The names of all signals that came, in order."""

    @property
    def picture(self) -> str:
        """The name of the picture."""
        return str(self.properties["IconName"])

    @property
    def tooltip(self) -> str:
        """All its text."""
        _, _, title, text = self.properties["ToolTip"]
        return f"{title}\n{text}" if text else str(title)

    @property
    def labels(self) -> list[str]:
        """What the menu's lines read, from the top, inner menus after the line that opens them."""
        return [row.label for row in self.menu.rows() if row.label]

    def row(self, label: str) -> Row:
        """Return the line that reads like this, or whose label begins like this."""
        rows = [row for row in self.menu.rows() if row.label == label]
        rows += [row for row in self.menu.rows() if row.label.startswith(label)]
        assert rows, f"no {label!r} among {self.labels}"
        return rows[0]

    async def click(self, label: str) -> None:
        """Click a line by what it reads, as Qt's hosts do."""
        await self.send_event(self.row(label).number)

    async def click_as_gtk_does(self, label: str) -> None:
        """Click a line by what it reads, with the call that GTK's hosts make."""
        event = [self.row(label).number, "clicked", Variant("i", 0), 0]
        await self.call(MENU, "EventGroup", "a(isvu)", [event])

    async def send_event(self, number: int, kind: str = "clicked") -> None:
        """Tell that something happened to a line, there or not."""
        await self.call(MENU, "Event", "isvu", number, kind, Variant("i", 0), 0)

    async def open_menu(self, label: str = "") -> None:
        """Open the menu, or the inner one behind a line."""
        number = self.row(label).number if label else 0
        (needs_update,) = await self.call(MENU, "AboutToShow", "i", number)
        if needs_update:
            await self.read_menu()
        await self.send_event(number, "opened")

    async def close_menu(self) -> None:
        """Close it again."""
        await self.send_event(0, "closed")

    async def activate(self) -> None:
        """Click the icon itself."""
        await self.call(ITEM, "Activate", "ii", 0, 0)

    async def call(self, interface: str, member: str, signature: str = "", *body: object) -> list[Any]:
        """Call a method of the icon or of its menu, and return its answer."""
        path = self._menu_path if interface == MENU else self._path
        return await _answer(self._bus, self._owner, path, f"{interface}.{member}", signature, *body)

    async def read(self) -> None:
        """Take in everything anew."""
        await self._read_properties()
        await self.read_menu()

    async def read_menu(self) -> None:
        """Take in the menu anew."""
        revision, layout = await self.call(MENU, "GetLayout", "iias", 0, -1, [])
        self.menu.take_layout(revision, layout)

    async def wait_until(self, holds: Callable[["HostedItem"], bool]) -> None:
        """Wait until this holds for what the host knows."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not holds(self):
                self._changed.clear()
                await self._changed.wait()

    def hear(self, message: Message) -> None:
        """Take in a signal, after those that came before it."""
        if message.message_type is MessageType.SIGNAL and message.sender == self._owner:
            self._heard.put_nowait(message)

    async def follow(self) -> None:
        """Take in signals one after the other, until the icon is gone."""
        with contextlib.suppress(AssertionError, EOFError, ConnectionError):
            while True:
                await self._take(await self._heard.get())
                self._changed.set()

    async def _take(self, signal: Message) -> None:
        self.signals.append(signal.member)
        if signal.member == "ItemsPropertiesUpdated":
            self.menu.take_properties(*signal.body)
        elif signal.member == "LayoutUpdated":
            await self.read_menu()
        elif signal.member.startswith("New"):
            await self._read_properties()

    async def _read_properties(self) -> None:
        (properties,) = await self.call("org.freedesktop.DBus.Properties", "GetAll", "s", ITEM)
        self.properties = {name: variant.value for name, variant in properties.items()}
        self._menu_path = self.properties["Menu"]


class FakeWatcher:
    """A watcher with a host, on a bus. Made by `fake_watcher`."""

    def __init__(self, bus: MessageBus, registry: _Registry) -> None:
        self._bus = bus
        self._registry = registry

    @property
    def services(self) -> list[str]:
        """The names under which icons have registered, the last one last."""
        return self._registry.services

    async def wait_item(self, *, after: int = 0) -> HostedItem:
        """Wait until more than `after` icons have registered, and show the last."""
        async with asyncio.timeout(_PATIENCE_SECONDS), self._registry.came:
            await self._registry.came.wait_for(lambda: len(self.services) > after)
        return await host(self._bus, self.services[-1])


async def host(bus: MessageBus, service: str) -> HostedItem:
    """Show the icon that has registered under this name."""
    (owner,) = await _answer(
        bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus.GetNameOwner", "s", service
    )
    item = HostedItem(bus, owner=owner, path="/StatusNotifierItem")
    bus.add_message_handler(item.hear)
    rule = f"type='signal',sender='{owner}'"
    await _answer(bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus.AddMatch", "s", rule)
    await item.read()
    item.following = asyncio.ensure_future(item.follow())
    return item


@contextlib.asynccontextmanager
async def fake_watcher(address: str, *, has_host: bool = True) -> AsyncIterator[FakeWatcher]:
    """Watch for icons on the bus at this address; gone from it at the end."""
    async with connected(address) as bus:
        registry = _Registry(has_host=has_host)
        bus.export("/StatusNotifierWatcher", registry)
        await bus.request_name(WATCHER)
        yield FakeWatcher(bus, registry)


@contextlib.asynccontextmanager
async def connected(address: str) -> AsyncIterator[MessageBus]:
    """A connection to the bus at this address, closed at the end."""
    bus = await MessageBus(bus_address=address).connect()
    try:
        yield bus
    finally:
        bus.disconnect()
        with contextlib.suppress(Exception):
            await bus.wait_for_disconnect()


async def _answer(
    bus: MessageBus, destination: str, path: str, member: str, signature: str = "", *body: object
) -> list[Any]:
    interface, _, name = member.rpartition(".")
    message = Message(
        destination=destination,
        path=path,
        interface=interface,
        member=name,
        signature=signature,
        body=list(body),
    )
    reply = await bus.call(message)
    assert reply.message_type is MessageType.METHOD_RETURN, reply.body
    return list(reply.body)
