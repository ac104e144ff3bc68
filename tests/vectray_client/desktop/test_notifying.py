import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.vectray_client.desktop.fake_notification_server import fake_notification_server
from tests.vectray_client.desktop.private_bus import PrivateBus

from vectray_client.desktop.menu_items import Order, Verb
from vectray_client.desktop.notices import Notification
from vectray_client.desktop.notifying import Notifying, make_notifier

PROBLEMS = Order(verb=Verb.SHOW, view="problems")


@pytest.fixture
def bus() -> Iterator[PrivateBus]:
    """A bus with nobody on it."""
    with PrivateBus() as bus:
        yield bus


class Tray:
    """What becomes of notifications on a bus, as the tray would know it."""

    def __init__(self, address: str) -> None:
        self.orders: asyncio.Queue[Order] = asyncio.Queue()
        self.said: asyncio.Queue[str] = asyncio.Queue()
        notifier = make_notifier(
            Path("/icons/vectray.png"), environment={"DBUS_SESSION_BUS_ADDRESS": address}, platform="linux"
        )
        self.notifying = Notifying(notifier, obey=self.orders.put_nowait, say=self.said.put_nowait)

    def tell(self, text: str = "It is protected by a password.") -> None:
        """Have something told."""
        told = Notification(title="37 files could not be read", text=text, label="Show", order=PROBLEMS)
        self.notifying.tell(told)


async def test_a_notification_is_raised_and_a_click_is_obeyed(bus: PrivateBus) -> None:
    """It has our name, our icon and its words; a click on it opens what tells more."""
    tray = Tray(bus.address)
    async with fake_notification_server(bus.address) as server, asyncio.timeout(20):
        tray.tell()
        (raised,) = await server.wait_raised(bool)
        assert (raised.program, raised.desktop_entry) == ("Vectray", "vectray")
        assert (raised.icon, raised.actions) == ("file:///icons/vectray.png", ["default", "Show"])
        assert (raised.title, raised.text) == ("37 files could not be read", "It is protected by a password.")
        server.ActionInvoked(raised.number + 7, "default")
        await server.click_until(lambda: not tray.orders.empty(), number=raised.number)
        assert await tray.orders.get() == PROBLEMS
        assert tray.orders.empty()
        await tray.notifying.close()
    assert tray.said.empty()


@pytest.mark.parametrize(
    ("abilities", "text", "actions"),
    [
        (("actions", "body-markup"), "&lt;b&gt;R&amp;D 报告", ["default", "Show"]),
        (("body",), "<b>R&D 报告", []),
    ],
)
async def test_a_name_is_no_markup(
    bus: PrivateBus, abilities: tuple[str, ...], text: str, actions: list[str]
) -> None:
    """What a server would read as markup is escaped for it, and for no other."""
    tray = Tray(bus.address)
    async with fake_notification_server(bus.address, abilities=abilities) as server:
        tray.tell("<b>R&D 报告")
        (raised,) = await server.wait_raised(bool)
        assert (raised.text, raised.actions) == (text, actions)
        await tray.notifying.close()


async def test_nobody_to_show_them_is_said_once(bus: PrivateBus) -> None:
    """Without a server one sentence says so, however much there is to tell; one that comes later is used."""
    tray = Tray(bus.address)
    for _ in range(3):
        tray.tell()
    said = await asyncio.wait_for(tray.said.get(), 20)
    assert said.startswith("The desktop shows no notifications (org.freedesktop.DBus.Error.ServiceUnknown)")
    async with fake_notification_server(bus.address) as server:
        tray.tell("later")
        raised = await server.wait_raised(bool)
        assert raised[-1].text == "later"
        await tray.notifying.close()
    assert tray.said.empty()


@pytest.mark.parametrize("address", ["", "unix:path=/nowhere/at/all", "nonsense"])
async def test_without_a_bus_nothing_breaks(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No session, no bus, no address: one sentence."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    tray = Tray(address)
    tray.tell()
    said = await asyncio.wait_for(tray.said.get(), 20)
    assert said.endswith("; all else goes on.")
    await tray.notifying.close()


async def test_a_bus_that_comes_back_is_used_again(bus: PrivateBus) -> None:
    """A notifier outlives the bus that it was connected to."""
    tray = Tray(bus.address)
    async with fake_notification_server(bus.address) as server:
        tray.tell("before")
        await server.wait_raised(bool)
    bus.kill()
    bus.start()
    async with fake_notification_server(bus.address) as server:
        while not server.raised:  # the first may still find the old connection
            tray.tell("after")
            await asyncio.sleep(0.05)
        assert server.raised[0].text == "after"
        await tray.notifying.close()


async def test_a_desktop_that_hangs_is_not_waited_for() -> None:
    """Telling returns at once, and what is being told is given up at the end."""

    class Hanging:
        shown = 0

        async def show(self, notification: Notification, *, clicked: Callable[[], None]) -> None:
            del notification, clicked
            self.shown += 1
            await asyncio.Event().wait()

        async def close(self) -> None:
            pass

    hanging = Hanging()
    said: list[str] = []
    orders: list[Order] = []
    notifying = Notifying(hanging, obey=orders.append, say=said.append)
    for _ in range(100):
        notifying.tell(Notification(title="", text="", label="", order=PROBLEMS))
    await asyncio.sleep(0)
    await notifying.close()
    assert 1 <= hanging.shown < 10
    assert (said, orders) == ([], [])


_NATIVE = """
import asyncio, pathlib
from vectray_client.desktop.menu_items import Order, Verb
from vectray_client.desktop.notices import Notification
from vectray_client.desktop.notifying import make_notifier

async def show():
    clicked = asyncio.Event()
    told = Notification(title="title", text="text", label="Show", order=Order(verb=Verb.SEARCH))
    notifier = make_notifier(pathlib.Path("/icons/vectray.png"), platform="darwin")
    await notifier.show(told, clicked=clicked.set)
    await clicked.wait()
    await notifier.close()

asyncio.run(show())
"""


@pytest.mark.slow
async def test_other_systems_are_spoken_to_in_their_way(bus: PrivateBus) -> None:
    """The library that serves macOS and Windows is called rightly, as can be tried here, where it speaks to the bus."""
    async with fake_notification_server(bus.address) as server, asyncio.timeout(20):
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _NATIVE, env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": bus.address}
        )
        (raised,) = await server.wait_raised(bool)
        assert (raised.title, raised.text, raised.icon) == ("title", "text", "file:///icons/vectray.png")
        ending = asyncio.ensure_future(program.wait())
        await server.click_until(ending.done, number=raised.number)
        assert await ending == 0
