"""The icon as a StatusNotifierItem: drawn in the main thread, over a connection to the session bus that may break."""

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from dbus_fast import DBusError, NameFlag, RequestNameReply
from dbus_fast.aio import MessageBus

from vectray_client.desktop.backends.display import DisplayLost, Obey, default_of
from vectray_client.desktop.backends.status_notifier.appearance import appearance
from vectray_client.desktop.backends.status_notifier.bus_calls import ANSWER_SECONDS, NOT_CONNECTED, connect
from vectray_client.desktop.backends.status_notifier.dbus_menu import DBusMenu
from vectray_client.desktop.backends.status_notifier.menu_layout import EMPTY, lay_out
from vectray_client.desktop.backends.status_notifier.notifier_item import ITEM_PATH, MENU_PATH, NotifierItem
from vectray_client.desktop.backends.status_notifier.registration import keep_registered
from vectray_client.desktop.menu_items import Menu
from vectray_client.desktop.pictures import FOLDER, Panel
from vectray_client.desktop.signs import Picture

NOBODY_SHOWS_IT: Final = (
    "This desktop has no place for tray icons; "
    "`vectray web` opens the page, and the icon appears as soon as there is a place for it."
)

_FIRST_RETRY_SECONDS: Final = 0.25
_LONGEST_RETRY_SECONDS: Final = 8.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long something is waited for."""

    host_seconds: float = 20.0
    """For somebody who shows the icon, until a person is told: panels take their time when a session starts."""
    bus_seconds: float = 60.0
    """For a bus that has gone to come back, until that is taken for the end of the session."""


USUAL_PATIENCE: Final = Patience()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    picture: Picture
    tooltip: str
    menu: Menu


class StatusNotifier:
    """Shows the icon by StatusNotifierItem; see `display.Display`."""

    name = "StatusNotifierItem"

    def __init__(
        self,
        obey: Obey,
        *,
        bus_address: str,
        panel: Callable[[], Panel | None],
        say: Callable[[str], None],
        patience: Patience = Patience(),
    ) -> None:
        self._obey = obey
        self._bus_address = bus_address
        self._panel = panel
        self._say = say
        self._patience = patience
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._shown: _Shown | None = None
        self._is_ending = False
        self._layout = EMPTY
        self._is_hosted = False

    def show(self, picture: Picture, tooltip: str, menu: Menu) -> None:
        """Show this from now on."""
        self._shown = _Shown(picture=picture, tooltip=tooltip, menu=menu)
        self._wake()

    def stop(self) -> None:
        """End `run`."""
        self._is_ending = True
        self._wake()

    def run(self, ready: Callable[[], None]) -> None:
        """Show the icon until `stop`, over as many connections as that takes.

        Raises:
            DisplayLost: the bus has gone, and has not come back for a minute.

        """
        asyncio.run(self._run(ready))

    def _wake(self) -> None:
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._news.set)

    async def _run(self, ready: Callable[[], None]) -> None:
        with self._lock:
            self._loop = asyncio.get_running_loop()
        complaint = self._loop.call_later(self._patience.host_seconds, self._complain)
        try:
            ready()
            while not self._is_ending:
                bus = await self._connect()
                if bus is not None:
                    await self._serve(bus)
                    await self._wait_ending(_FIRST_RETRY_SECONDS)
        finally:
            complaint.cancel()
            with self._lock:
                self._loop = None

    async def _connect(self) -> MessageBus | None:
        """Connect, however often that must be tried. None when the icon is to end meanwhile."""
        loop = asyncio.get_running_loop()
        hopeless_at = loop.time() + self._patience.bus_seconds
        delay = _FIRST_RETRY_SECONDS
        while not self._is_ending:
            try:
                return await connect(self._bus_address)
            except NOT_CONNECTED as failure:
                if loop.time() + delay > hopeless_at:
                    raise DisplayLost(
                        "The desktop session that showed the icon has ended: its message bus is gone."
                    ) from failure
            await self._wait_news(delay)
            delay = min(2 * delay, _LONGEST_RETRY_SECONDS)
        return None

    async def _serve(self, bus: MessageBus) -> None:
        """Show the icon over this connection, until that breaks or the icon is to end."""
        holding = [self._held(bus.wait_for_disconnect())]  # type: ignore[no-untyped-call]
        try:
            while self._shown is None and not self._is_over(holding):
                await self._wait_news()
            if self._shown is None:
                return
            item, menu = self._exported(bus, self._shown)
            service = await _named(bus)
            holding.append(self._held(keep_registered(bus, service, tell=self._note_hosted)))
            while not self._is_over(holding):
                self._draw(item, menu, self._shown)
                await self._wait_news()
        except NOT_CONNECTED:
            _log.info("the session bus broke while the icon was registered")
        finally:
            bus.disconnect()
            for task in holding:
                task.cancel()
            await asyncio.gather(*holding, return_exceptions=True)

    def _held(self, work: Coroutine[Any, Any, None]) -> "asyncio.Future[None]":
        """Begin what goes on for as long as the connection is good."""
        task = asyncio.ensure_future(work)
        task.add_done_callback(lambda _: self._news.set())
        return task

    def _exported(self, bus: MessageBus, shown: _Shown) -> tuple[NotifierItem, DBusMenu]:
        self._layout = lay_out(shown.menu, after=self._layout)
        look = appearance(shown.picture, shown.tooltip, panel=self._panel())
        item = NotifierItem(look, theme_folder=str(FOLDER), activate=self._activate)
        menu = DBusMenu(self._layout, obey=self._obey)
        bus.export(ITEM_PATH, item)
        bus.export(MENU_PATH, menu)
        return item, menu

    def _draw(self, item: NotifierItem, menu: DBusMenu, shown: _Shown) -> None:
        self._layout = lay_out(shown.menu, after=self._layout)
        menu.change(self._layout)
        item.change(appearance(shown.picture, shown.tooltip, panel=self._panel()))

    def _activate(self) -> None:
        default = default_of(self._shown.menu) if self._shown else None
        if default is not None and default.order is not None:
            self._obey(default.order)

    def _is_over(self, holding: "Sequence[asyncio.Future[None]]") -> bool:
        return self._is_ending or any(task.done() for task in holding)

    async def _wait_news(self, timeout_seconds: float | None = None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._news.wait()
        self._news.clear()

    async def _wait_ending(self, timeout_seconds: float) -> None:
        """Wait so long at most: a connection that breaks again and again must not keep the machine busy."""
        until = asyncio.get_running_loop().time() + timeout_seconds
        while not self._is_ending and (left := until - asyncio.get_running_loop().time()) > 0:
            await self._wait_news(left)

    def _note_hosted(self, is_hosted: bool) -> None:  # noqa: FBT001 - a value that is told, not a switch
        self._is_hosted = is_hosted

    def _complain(self) -> None:
        if not self._is_hosted:
            self._say(NOBODY_SHOWS_IT)


async def _named(bus: MessageBus) -> str:
    """Take the first name that is free for this process: two icons of one process must not share one.

    Where the bus gives no such name, as in a sandbox, the connection's own will do.
    """
    for number in count(1):
        service = f"org.kde.StatusNotifierItem-{os.getpid()}-{number}"
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reply = await bus.request_name(service, NameFlag.DO_NOT_QUEUE)
        except DBusError:
            return str(bus.unique_name)
        if reply is RequestNameReply.PRIMARY_OWNER:
            return service
    raise AssertionError  # there is always a free one
