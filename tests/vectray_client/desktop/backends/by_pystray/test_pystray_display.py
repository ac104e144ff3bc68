import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.vectray_client.desktop.backends.by_pystray.recording_backend import recording

from vectray_client.desktop.backends.by_pystray.pystray_display import PystrayDisplay
from vectray_client.desktop.backends.display import DisplayLost
from vectray_client.desktop.menu_items import Item, Order, Verb
from vectray_client.desktop.pictures import Panel
from vectray_client.desktop.signs import Picture, Sign

IDLE = Picture(sign=Sign.IDLE)
MENU = (
    Item(key="search", label="Search & find", order=Order(verb=Verb.SEARCH), is_default=True),
    Item(key="line"),
    Item(key="status", label="Up to date"),
    Item(
        key="pause",
        label="Pause",
        children=(Item(key="for", label="30 min", order=Order(verb=Verb.PAUSE, seconds=1800)),),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A display in a thread of its own."""

    display: PystrayDisplay
    icons: list[Any]
    orders: list[Order]
    failures: list[BaseException] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def settle(self) -> Any:  # noqa: ANN401 - pystray has no annotations
        """Wait until all that was posted is done, and return the icon."""
        done = threading.Event()
        self.icons[0].works.put(done.set)
        assert done.wait(5)
        return self.icons[0]

    def run(self, ready: threading.Event) -> None:
        """Run it, and remember how it ended."""
        try:
            self.display.run(ready.set)
        except DisplayLost as failure:
            self.failures.append(failure)
        finally:
            self.ended.set()


@contextmanager
def running() -> Iterator[Running]:
    """Run a display; something is shown before it runs."""
    toolkit, icons = recording()
    orders: list[Order] = []
    display = PystrayDisplay(orders.append, toolkit=toolkit, panel=lambda: Panel.LIGHT)
    display.show(IDLE, "Up to date", MENU)
    run = Running(display=display, icons=icons, orders=orders)
    is_ready = threading.Event()
    thread = threading.Thread(target=run.run, args=(is_ready,))
    thread.start()
    try:
        assert is_ready.wait(5)
        yield run
    finally:
        display.stop()
        if not run.ended.wait(5):
            pytest.fail("it does not end")
        thread.join()


def test_nothing_is_drawn_by_another_thread() -> None:
    """However many threads show something, one draws: macOS ends a process that draws in two, GTK breaks."""
    with running() as run:

        def show_much() -> None:
            for step in range(50):
                run.display.show(Picture(sign=Sign.INDEXING, step=step % 9), f"{step}", MENU[: step % 4])

        threads = [threading.Thread(target=show_much) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        run.display.show(IDLE, "last", MENU)
        icon = run.settle()
        assert (icon.icon, icon.title, icon.visible) == ("vectray-idle light", "last", True)
    assert icon.strays == []
    assert icon.drawn[-1] == "stop"


def test_what_is_the_same_is_not_drawn_again() -> None:
    """An icon that is drawn without need flickers, and its open menu closes."""
    with running() as run:
        icon = run.settle()
        before = len(icon.drawn)
        run.display.show(IDLE, "Up to date", MENU)
        run.display.show(IDLE, "Paused", list(MENU))
        assert run.settle().drawn[before:] == ["title"]


def test_a_tooltip_is_as_long_as_the_system_takes() -> None:
    """Windows refuses longer ones with an error."""
    with running() as run:
        run.display.show(IDLE, "long " * 100, MENU)
        assert run.settle().title == ("long " * 100)[:20]


def test_clicks_ask_for_what_the_line_says() -> None:
    """A line of an inner menu, and a plain click on the icon, which is one on the default."""
    with running() as run:
        icon = run.settle()
        icon.works.put(lambda: next(iter(list(icon.menu)[3].submenu))(icon))
        icon.works.put(icon)
        run.settle()
        assert run.orders == [Order(verb=Verb.PAUSE, seconds=1800), Order(verb=Verb.SEARCH)]


def test_a_screen_that_goes_is_told() -> None:
    """A loop that ends by itself is no wish of anybody."""
    with running() as run:
        run.settle().end_as_a_screen_that_goes()
        assert run.ended.wait(5)
    assert [str(failure) for failure in run.failures] == ["The screen that showed the icon is gone."]


def test_stopped_before_it_runs_it_does_not_run() -> None:
    """A person may be quicker than a desktop."""
    toolkit, _ = recording()
    display = PystrayDisplay(lambda _: None, toolkit=toolkit, panel=lambda: None)
    display.stop()
    display.run(lambda: None)
