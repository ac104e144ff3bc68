"""Calls on the session bus, without asking first what the other side can do."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from dbus_fast import DBusError, Message, MessageType
from dbus_fast.aio import MessageBus

NOT_CONNECTED: Final = (OSError, EOFError, DBusError, ValueError)
"""What `connect` raises, and whatever is done with a connection that has broken."""

_BUS: Final = "org.freedesktop.DBus"
_BUS_PATH: Final = "/org/freedesktop/DBus"
ANSWER_SECONDS: Final = 5.0
"""A program that takes longer hangs."""
_CONNECT_SECONDS: Final = 5.0


async def connect(address: str) -> MessageBus:
    """Connect to the bus at this address.

    Raises:
        NOT_CONNECTED: there is none, it does not answer, or this is no address.

    """
    bus = MessageBus(bus_address=address)
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            return await bus.connect()
    except (TimeoutError, asyncio.CancelledError):
        bus.disconnect()  # it was reached, and does not answer
        raise


async def call(
    bus: MessageBus, member: str, *body: object, to: str, path: str, signature: str = ""
) -> list[Any]:
    """Call a method, named with its interface, and return its answer.

    Raises:
        DBusError: it failed, or there is nobody of this name.
        TimeoutError: there is no answer.

    """
    interface, _, name = member.rpartition(".")
    message = Message(
        destination=to, path=path, interface=interface, member=name, signature=signature, body=list(body)
    )
    async with asyncio.timeout(ANSWER_SECONDS):
        reply = await bus.call(message)
    if reply.message_type is MessageType.ERROR:
        raise DBusError(reply.error_name or "", str(reply.body), reply=reply)
    return list(reply.body)


async def owner_of(bus: MessageBus, name: str) -> str:
    """Return the connection that has this name now, empty if none has."""
    try:
        (owner,) = await call(bus, f"{_BUS}.GetNameOwner", name, to=_BUS, path=_BUS_PATH, signature="s")
    except DBusError:
        return ""
    return str(owner)


async def follow_owner(bus: MessageBus, name: str, *, tell: Callable[[str], None]) -> None:
    """Tell from now on which connection has this name whenever that changes, empty for none."""

    def hear(message: Message) -> None:
        if message.member == "NameOwnerChanged" and message.sender == _BUS and message.body[0] == name:
            tell(message.body[2])

    bus.add_message_handler(hear)
    rule = f"type='signal',sender='{_BUS}',interface='{_BUS}',member='NameOwnerChanged',arg0='{name}'"
    await call(bus, f"{_BUS}.AddMatch", rule, to=_BUS, path=_BUS_PATH, signature="s")
