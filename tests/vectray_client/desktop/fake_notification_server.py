"""The desktop's side of notifications, without a screen: shows none, and remembers what it was asked to show."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated

from dbus_fast.annotations import DBusDict, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal
from tests.vectray_client.desktop.fake_watcher import connected

SERVER = "org.freedesktop.Notifications"
_PATIENCE_SECONDS = 20.0
_Texts = Annotated[list[str], DBusSignature("as")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What it was asked to show."""

    number: int
    program: str
    icon: str
    title: str
    text: str
    actions: list[str]
    desktop_entry: str


class FakeNotificationServer(ServiceInterface):
    """Made by `fake_notification_server`."""

    def __init__(self, abilities: list[str]) -> None:
        super().__init__(SERVER)
        self._abilities = abilities
        self._came = asyncio.Event()
        self.raised: list[Raised] = []

    @dbus_method()
    def GetCapabilities(self) -> _Texts:  # noqa: N802 - the interface's name
        return self._abilities

    @dbus_method()
    def GetServerInformation(self) -> Annotated[tuple[str, str, str, str], DBusSignature("ssss")]:  # noqa: N802 - as above
        return ("fake", "nobody", "1", "1.2")

    @dbus_method()
    def Notify(  # noqa: N802, PLR0917 - the interface's
        self,
        program: DBusStr,
        replaces: DBusUInt32,  # noqa: ARG002 - the interface's
        icon: DBusStr,
        title: DBusStr,
        text: DBusStr,
        actions: _Texts,
        hints: DBusDict,
        milliseconds: DBusInt32,  # noqa: ARG002 - the interface's
    ) -> DBusUInt32:
        number = len(self.raised) + 1
        entry = str(hints["desktop-entry"].value) if "desktop-entry" in hints else ""
        self.raised.append(
            Raised(
                number=number,
                program=program,
                icon=icon,
                title=title,
                text=text,
                actions=actions,
                desktop_entry=entry,
            )
        )
        self._came.set()
        return number

    @dbus_signal()
    def ActionInvoked(self, number: int, action: str) -> Annotated[tuple[int, str], DBusSignature("us")]:  # noqa: N802 - as above
        return (number, action)

    @dbus_signal()
    def NotificationClosed(self, number: int, reason: int) -> Annotated[tuple[int, int], DBusSignature("uu")]:  # noqa: N802 - as above
        return (number, reason)

    async def click_until(self, happened: Callable[[], bool], *, number: int) -> None:
        """Click a notification until something happens: a program needs a moment to learn which one is its own."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not happened():
                self.ActionInvoked(number, "default")
                await asyncio.sleep(0.02)

    async def wait_raised(self, holds: Callable[[list[Raised]], bool]) -> list[Raised]:
        """Wait until this holds for what was raised, and return all of it."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not holds(self.raised):
                self._came.clear()
                await self._came.wait()
        return self.raised


@contextlib.asynccontextmanager
async def fake_notification_server(
    address: str, *, abilities: tuple[str, ...] = ("actions", "body", "body-markup")
) -> AsyncIterator[FakeNotificationServer]:
    """Show notifications on the bus at this address; gone from it at the end."""
    async with connected(address) as bus:
        server = FakeNotificationServer(list(abilities))
        bus.export("/org/freedesktop/Notifications", server)
        await bus.request_name(SERVER)
        yield server
