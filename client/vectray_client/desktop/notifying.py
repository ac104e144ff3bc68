"""Raises notifications, in nobody's way: what cannot be raised is told once, and everything else goes on."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from vectray_client.desktop.menu_items import Order
from vectray_client.desktop.notices import Notification
from vectray_client.domain import Fault

_MOST_AT_ONCE = 8
"""That are being raised. More only come where the desktop hangs."""
_PATIENCE_SECONDS = 30.0


class CannotNotify(Fault):
    """The desktop shows no notifications."""


class Notifier(Protocol):
    """A desktop's way to show notifications. Works in one asyncio loop."""

    async def show(self, notification: Notification, *, clicked: Callable[[], None]) -> None:
        """Show a notification; `clicked` is called when a person asks for more.

        Raises:
            CannotNotify: the desktop shows none.

        """
        ...

    async def close(self) -> None:
        """Let go of the desktop. What is shown stays."""
        ...


class Notifying:
    """Raises notifications by a notifier. To be used in one asyncio loop."""

    def __init__(
        self, notifier: Notifier, *, obey: Callable[[Order], None], say: Callable[[str], None]
    ) -> None:
        """`obey` takes what a click asks for; `say` takes the one sentence where nothing can be shown."""
        self._notifier = notifier
        self._obey = obey
        self._say = say
        self._has_said_so = False
        self._raising: set[asyncio.Task[None]] = set()

    def tell(self, notification: Notification) -> None:
        """Begin to show a notification, and return at once."""
        if len(self._raising) < _MOST_AT_ONCE:
            task = asyncio.get_running_loop().create_task(self._show(notification))
            self._raising.add(task)
            task.add_done_callback(self._raising.discard)

    async def close(self) -> None:
        """Give up what is not shown yet."""
        for task in self._raising:
            task.cancel()
        await asyncio.gather(*self._raising, return_exceptions=True)
        await self._notifier.close()

    async def _show(self, notification: Notification) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._notifier.show(notification, clicked=lambda: self._obey(notification.order))
        except (CannotNotify, TimeoutError) as error:
            reason = str(error) or "The desktop does not answer when it is to show notifications."
            if not self._has_said_so:
                self._has_said_so = True
                self._say(reason)


def make_notifier(
    icon: Path, *, environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Notifier:
    """Return this desktop's notifier; imports what it needs now. `icon` is a picture of the program."""
    if platform == "linux":
        from vectray_client.desktop.backends.surroundings import bus_address  # noqa: PLC0415 - as promised
        from vectray_client.desktop.notifying_by_bus import ByBus  # noqa: PLC0415 - as promised

        return ByBus(icon, bus_address=bus_address(environment))
    from vectray_client.desktop.notifying_natively import Natively  # noqa: PLC0415 - as promised

    return Natively(icon)
