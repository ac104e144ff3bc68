"""Keeps an icon registered with the desktop, however often its host comes and goes."""

import asyncio
from collections.abc import Callable
from typing import Final

from dbus_fast import DBusError
from dbus_fast.aio import MessageBus

from vectray_client.desktop.backends.status_notifier.bus_calls import call, follow_owner, owner_of

WATCHER: Final = "org.kde.StatusNotifierWatcher"
_WATCHER_PATH: Final = "/StatusNotifierWatcher"
_AGAIN_SECONDS: Final = 5.0
"""Until a watcher that did not answer is asked again: it may just be starting."""


async def keep_registered(bus: MessageBus, service: str, *, tell: Callable[[bool], None]) -> None:
    """Register the icon of this name with every watcher that appears. Tells whenever it is shown by somebody, or by nobody any more.

    Raises:
        DBusError, TimeoutError: the bus does not say who there is.

    """
    owner = ""
    changed = asyncio.Event()

    def note(new_owner: str) -> None:
        nonlocal owner
        owner = new_owner
        changed.set()

    await follow_owner(bus, WATCHER, tell=note)
    note(await owner_of(bus, WATCHER))
    while True:
        await changed.wait()
        changed.clear()
        is_shown = bool(owner) and await _register(bus, service)
        tell(is_shown)
        if owner and not is_shown:
            asyncio.get_running_loop().call_later(_AGAIN_SECONDS, changed.set)


async def _register(bus: MessageBus, service: str) -> bool:
    try:
        await call(
            bus,
            f"{WATCHER}.RegisterStatusNotifierItem",
            service,
            to=WATCHER,
            path=_WATCHER_PATH,
            signature="s",
        )
    except (DBusError, TimeoutError):
        return False
    return True
