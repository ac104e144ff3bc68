"""Notifications of Linux' desktops: org.freedesktop.Notifications, spoken over the session bus.

desktop-notifier, which serves the other systems, would bring little memory here (1 MB); but it writes a failure into a log instead of
telling it, leaves markup in a text as it is, though a folder may be called `<b>R&D`, and does not say whose notification it is, by
which desktops sort and switch them.
"""

import asyncio
import contextlib
import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbus_fast import DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from vectray_client.desktop.backends.status_notifier.bus_calls import call, connect
from vectray_client.desktop.notices import Notification
from vectray_client.desktop.notifying import CannotNotify

_SERVER = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_DEFAULT = "default"
"""The action of a click on the notification itself."""
_NORMAL = 1
_DESKTOP_DECIDES = -1
"""For how long it is shown."""
_MATCH = f"type='signal',interface='{_SERVER}',path='{_PATH}'"


class ByBus:
    """Connects when it has something to show, and again where the bus has gone meanwhile. See `notifying.Notifier`."""

    def __init__(self, icon: Path, *, bus_address: str) -> None:
        self._icon = icon
        self._bus_address = bus_address
        self._bus: MessageBus | None = None
        self._connecting = asyncio.Lock()
        self._clicks: dict[int, Callable[[], None]] = {}

    async def show(self, notification: Notification, *, clicked: Callable[[], None]) -> None:
        """Show a notification; CannotNotify where there is no session bus, or nobody on it who shows any."""
        if not self._bus_address:
            raise CannotNotify("There is no session bus, so no notifications are shown; all else goes on.")
        try:
            bus = await self._connected()
            (abilities,) = await self._ask(bus, "GetCapabilities")
            (number,) = await self._ask(
                bus, "Notify", *self._body(notification, abilities), signature="susssasa{sv}i"
            )
        except (OSError, EOFError, DBusError, ValueError) as error:
            raise CannotNotify(
                f"The desktop shows no notifications ({getattr(error, 'type', type(error).__name__)}); all else goes on."
            ) from None
        self._clicks[number] = clicked

    async def close(self) -> None:
        """Leave the bus."""
        if self._bus:
            self._bus.disconnect()
            with contextlib.suppress(Exception):  # however the connection ends
                await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    async def _connected(self) -> MessageBus:
        async with self._connecting:
            if self._bus is None or not self._bus.connected:
                self._clicks.clear()
                self._bus = await connect(self._bus_address)
                self._bus.add_message_handler(self._hear)
                await call(
                    self._bus,
                    "org.freedesktop.DBus.AddMatch",
                    _MATCH,
                    to="org.freedesktop.DBus",
                    path="/org/freedesktop/DBus",
                    signature="s",
                )
            return self._bus

    async def _ask(self, bus: MessageBus, member: str, *body: object, signature: str = "") -> list[Any]:
        return await call(bus, f"{_SERVER}.{member}", *body, to=_SERVER, path=_PATH, signature=signature)

    def _body(self, notification: Notification, abilities: list[str]) -> tuple[object, ...]:
        text = (
            html.escape(notification.text, quote=False) if "body-markup" in abilities else notification.text
        )
        actions = [_DEFAULT, notification.label] if "actions" in abilities else []
        hints = {
            "desktop-entry": Variant("s", "vectray"),
            "urgency": Variant("y", _NORMAL),
        }
        icon = self._icon.absolute().as_uri()
        return ("Vectray", 0, icon, notification.title, text, actions, hints, _DESKTOP_DECIDES)

    def _hear(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL or message.interface != _SERVER:
            return
        if message.member == "ActionInvoked" and message.body[0] in self._clicks:
            self._clicks.pop(message.body[0])()
        elif message.member == "NotificationClosed":
            self._clicks.pop(message.body[0], None)
