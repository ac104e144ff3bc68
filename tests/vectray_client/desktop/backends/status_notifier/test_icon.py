"""A real icon on a real bus, seen by a host that takes in changes by signals alone."""

import asyncio
import random
from collections.abc import Iterator

import pytest
from tests.vectray_client.desktop.fake_watcher import FakeWatcher, HostedItem, connected, fake_watcher, host
from tests.vectray_client.desktop.private_bus import PrivateBus
from tests.vectray_client.desktop.shown_icon import ShownIcon, notifier_shown

from vectray_client.desktop.backends.display import DisplayLost
from vectray_client.desktop.backends.status_notifier.icon import NOBODY_SHOWS_IT, Patience
from vectray_client.desktop.menu_items import Item, Menu, Order, Verb, walk
from vectray_client.desktop.signs import Picture, Sign

IDLE = Picture(sign=Sign.IDLE)
SEARCH = Item(key="search", label="Search…", order=Order(verb=Verb.SEARCH), is_default=True)
STATUS = Item(key="status", label="Up to date")
RESCAN = Item(key="rescan", label="Look again", order=Order(verb=Verb.RESCAN))
QUIT = Item(key="quit", label="Quit", order=Order(verb=Verb.QUIT_TRAY))
FOLDERS = Item(
    key="folders",
    label="Folders",
    children=(
        Item(
            key="folder:notes",
            label="my_notes 笔记",
            children=(Item(key="open", label="Open", order=Order(verb=Verb.OPEN_FOLDER, path="notes")),),
        ),
    ),
)
MENU = (SEARCH, STATUS, Item(key="line"), FOLDERS, RESCAN, QUIT)


@pytest.fixture
def bus() -> Iterator[PrivateBus]:
    """A session bus of the test's own."""
    with PrivateBus() as bus:
        yield bus


async def wait_for(icon: ShownIcon, count: int) -> list[Order]:
    """Wait until the icon was asked for so much; it is asked in its own thread."""
    async with asyncio.timeout(10):
        while len(icon.orders) < count:
            await asyncio.sleep(0.005)
    return icon.orders


async def first(watcher: FakeWatcher, icon: ShownIcon, menu: Menu = MENU) -> HostedItem:
    """Show a menu, and return the host's view of it."""
    icon.display.show(IDLE, "Up to date", menu)
    return await watcher.wait_item()


async def test_a_host_shows_picture_tooltip_and_menu(bus: PrivateBus) -> None:
    """What is shown is what a desktop draws, down to inner menus; a name's underscore is no mnemonic."""
    async with fake_watcher(bus.address) as watcher:
        with notifier_shown(bus.address) as icon:
            icon.display.show(Picture(sign=Sign.INDEXING, step=3), "Indexing 3 of 8\n1 < 2 & more", MENU)
            item = await watcher.wait_item()
            assert item.picture == "vectray-indexing-3-symbolic"
            assert item.tooltip == "Indexing 3 of 8\n1 &lt; 2 &amp; more"
            assert [
                len(pixels) == 4 * width * height for width, height, pixels in item.properties["IconPixmap"]
            ]
            assert item.labels == [
                "Search…",
                "Up to date",
                "Folders",
                "my_notes 笔记",
                "Open",
                "Look again",
                "Quit",
            ]
            assert [row.depth for row in item.menu.rows()] == [0, 0, 0, 0, 1, 2, 0, 0]
            assert not item.row("Up to date").is_enabled
            assert item.row("Folders").opens_menu


async def test_clicks_ask_for_what_the_line_says(bus: PrivateBus) -> None:
    """Qt's hosts and GTK's tell of a click with different calls; a click on the icon is one on the default line."""
    async with fake_watcher(bus.address) as watcher:
        with notifier_shown(bus.address) as icon:
            item = await first(watcher, icon)
            await item.click("Open")
            await item.click_as_gtk_does("Look again")
            await item.activate()
            await item.click("Up to date")
            await item.send_event(item.row("Quit").number, "hovered")
            await item.click("Quit")
            assert await wait_for(icon, 4) == [
                Order(verb=Verb.OPEN_FOLDER, path="notes"),
                Order(verb=Verb.RESCAN),
                Order(verb=Verb.SEARCH),
                Order(verb=Verb.QUIT_TRAY),
            ]


async def test_a_label_changes_while_the_menu_is_open(bus: PrivateBus) -> None:
    """Only that line is told of: the menu is not laid out anew under somebody's pointer."""
    async with fake_watcher(bus.address) as watcher:
        with notifier_shown(bus.address) as icon:
            item = await first(watcher, icon)
            await item.open_menu()
            icon.display.show(
                IDLE, "Up to date", (SEARCH, Item(key="status", label="Indexing 4 %"), *MENU[2:])
            )
            await item.wait_until(lambda item: "Indexing 4 %" in item.labels)
            assert item.signals == ["ItemsPropertiesUpdated"]
            await item.close_menu()


async def test_a_click_on_a_line_that_is_gone_is_nobodys(bus: PrivateBus) -> None:
    """Whatever takes the line's place in a menu that is still open, it is not what was clicked."""
    async with fake_watcher(bus.address) as watcher:
        with notifier_shown(bus.address) as icon:
            item = await first(watcher, icon, (SEARCH, RESCAN))
            number = item.row("Look again").number
            icon.display.show(IDLE, "Up to date", (SEARCH, QUIT))
            await item.wait_until(lambda item: "Quit" in item.labels)
            await item.send_event(number)
            icon.display.show(IDLE, "Up to date", (SEARCH, RESCAN))
            await item.wait_until(lambda item: "Look again" in item.labels)
            await item.send_event(number)
            await item.activate()
            assert await wait_for(icon, 1) == [Order(verb=Verb.SEARCH)]


async def test_a_host_that_only_listens_knows_the_whole_menu(bus: PrivateBus) -> None:
    """After any changes whatever, what two hosts put together from signals is what was shown last."""
    chance = random.Random(7)  # noqa: S311 - any menus will do, but the same at each run
    async with fake_watcher(bus.address) as watcher, connected(bus.address) as other:
        with notifier_shown(bus.address) as icon:
            item = await first(watcher, icon)
            second = await host(other, watcher.services[-1])
            for turn in range(200):
                menu = (*any_menu(chance, depth=2), Item(key="turn", label=f"turn {turn}"))
                icon.display.show(any_picture(chance), f"turn {turn}", menu)
                if turn % 4 == 0:
                    await item.wait_until(lambda item, turn=turn: f"turn {turn}" in item.labels)  # type: ignore[misc]
            for view in (item, second):
                await view.wait_until(lambda view: "turn 199" in view.labels and view.tooltip == "turn 199")
                assert seen(view) == drawn(menu)
            assert item.picture == second.picture


async def test_an_icon_registers_with_every_watcher_that_comes(bus: PrivateBus) -> None:
    """A desktop's panel may start after the icon, and may be killed with the menu open."""
    with notifier_shown(bus.address) as icon:
        icon.display.show(IDLE, "Up to date", MENU)
        for _ in range(3):
            async with fake_watcher(bus.address) as watcher:
                item = await watcher.wait_item()
                await item.open_menu()
                assert item.labels[0] == "Search…"
        assert icon.failures == []


async def test_the_icon_is_back_when_the_bus_is(bus: PrivateBus) -> None:
    """A session's bus that is started again finds the icon, as it would look now."""
    with notifier_shown(bus.address) as icon:
        async with fake_watcher(bus.address) as watcher:
            await first(watcher, icon)
            bus.kill()
        icon.display.show(Picture(sign=Sign.PAUSED), "Paused", (QUIT,))
        bus.start()
        async with fake_watcher(bus.address) as watcher:
            item = await watcher.wait_item()
            assert (item.picture, item.labels) == ("vectray-paused-symbolic", ["Quit"])
        assert icon.failures == []


def test_a_bus_that_stays_away_is_the_end_of_the_session(bus: PrivateBus) -> None:
    """Who has no desktop any more is told so, and does not try for ever."""
    with notifier_shown(bus.address, patience=Patience(bus_seconds=0.3)) as icon:
        icon.display.show(IDLE, "Up to date", MENU)
        bus.kill()
        assert icon.ended.wait(10)
    assert [type(failure) for failure in icon.failures] == [DisplayLost]


async def test_a_desktop_without_a_place_for_icons_is_told_of_once(bus: PrivateBus) -> None:
    """The icon that nobody sees is no secret, and one that comes and goes is no news."""
    with notifier_shown(bus.address, patience=Patience(host_seconds=0.05)) as icon:
        icon.display.show(IDLE, "Up to date", MENU)
        async with asyncio.timeout(10):
            while not icon.said:
                await asyncio.sleep(0.005)
        async with fake_watcher(bus.address) as watcher:
            await watcher.wait_item()
    assert icon.said == [NOBODY_SHOWS_IT]


async def test_a_problem_asks_for_attention(bus: PrivateBus) -> None:
    """Hosts that fold icons away unfold the one that waits for somebody."""
    async with fake_watcher(bus.address) as watcher:
        with notifier_shown(bus.address) as icon:
            item = await first(watcher, icon)
            assert item.properties["Status"] == "Active"
            icon.display.show(Picture(sign=Sign.ACTION), "Nothing goes on", MENU)
            await item.wait_until(lambda item: item.properties["Status"] == "NeedsAttention")
            assert item.properties["AttentionIconName"] == "vectray-action-symbolic"
            assert item.properties["AttentionIconPixmap"] == item.properties["IconPixmap"]


async def test_two_icons_of_one_process_have_names_of_their_own(bus: PrivateBus) -> None:
    """Neither is taken for the other."""
    async with fake_watcher(bus.address) as watcher:
        with notifier_shown(bus.address) as one, notifier_shown(bus.address) as two:
            one.display.show(IDLE, "one", (SEARCH,))
            await watcher.wait_item()
            two.display.show(IDLE, "two", (SEARCH,))
            item = await watcher.wait_item(after=1)
            assert item.tooltip == "two"
            assert len(set(watcher.services)) == 2


def any_picture(chance: random.Random) -> Picture:
    """Draw a picture."""
    return Picture(sign=chance.choice(list(Sign)))


def any_menu(chance: random.Random, *, depth: int, prefix: str = "") -> tuple[Item, ...]:
    """Draw a menu whose lines come, go, move, and change what they say and do."""
    return tuple(
        any_item(chance, f"{prefix}{name}", depth=depth)
        for name in chance.sample("abcdef", chance.randrange(6))
    )


def any_item(chance: random.Random, key: str, *, depth: int) -> Item:
    """Draw a line."""
    return Item(
        key=key,
        label=chance.choice(["", "one", "two_", "三"]),
        order=chance.choice([None, Order(verb=Verb.RESCAN)]),
        children=any_menu(chance, depth=depth - 1, prefix=f"{key}/")
        if depth and chance.random() < 0.4
        else (),
    )


def seen(item: HostedItem) -> list[object]:
    """What a host draws."""
    return [
        (row.label, row.is_enabled, row.opens_menu) if not row.is_separator else "-"
        for row in item.menu.rows()
    ]


def drawn(menu: Menu) -> list[object]:
    """What it should draw."""
    return [
        "-"
        if item.is_separator
        else (
            item.label,
            item.order is not None or bool(item.children),
            bool(item.children),
        )
        for item in walk(menu)
    ]
