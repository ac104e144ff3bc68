"""Notifications of macOS and Windows, by desktop-notifier. Written, not measured there."""

import logging
from collections.abc import Callable
from pathlib import Path

from desktop_notifier import DesktopNotifier, Icon

from vectray_client.desktop.notices import Notification
from vectray_client.desktop.notifying import CannotNotify


class Natively:
    """See `notifying.Notifier`."""

    def __init__(self, icon: Path) -> None:
        # It would write what failed into a log, with a trace that nobody needs.
        logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
        self._notifier = DesktopNotifier(app_name="Vectray", app_icon=Icon(path=icon))

    async def show(self, notification: Notification, *, clicked: Callable[[], None]) -> None:
        """Show a notification; CannotNotify where the person does not allow it."""
        if not await self._notifier.has_authorisation() and not await self._notifier.request_authorisation():
            raise CannotNotify("The system does not allow Vectray to show notifications; all else goes on.")
        await self._notifier.send(notification.title, notification.text, on_clicked=clicked)

    async def close(self) -> None:
        """Nothing is held."""
