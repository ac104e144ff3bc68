"""The tray: the main thread draws, another one follows and forwards. The only place of it that wires."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from vectray.places import Places
from vectray_client.desktop.backends.choice import choose_display
from vectray_client.desktop.backends.display import Display
from vectray_client.desktop.ending import ended_by_signals
from vectray_client.desktop.errands import FAILURES, Errands
from vectray_client.desktop.following import Following
from vectray_client.desktop.loop_thread import LoopThread
from vectray_client.desktop.menu_items import Order, Verb
from vectray_client.desktop.notices import Notification
from vectray_client.desktop.notifying import Notifying, make_notifier
from vectray_client.desktop.only_tray import listening
from vectray_client.desktop.pictures import APPLICATION
from vectray_client.desktop.redrawing import draw
from vectray_client.desktop.taste import Taste
from vectray_client.desktop.telling import tell_news
from vectray_client.speaking.sentences import said

_LOOK_SECONDS = 1.0
"""Between two looks at what the person has chosen."""


def run_tray(
    places: Places,
    *,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    first: Order | None = None,
) -> None:
    """Show the icon until it is told to end. To be called in the main thread.

    `say` takes sentences for whoever started it; `first` is carried out at once.

    Raises:
        DisplayLost: the session has ended.

    """
    thread = LoopThread()
    taste = Taste(places.preferences, environment=environment)
    life = Life(places, taste, environment=environment, say=say)
    display = choose_display(
        lambda order: thread.call(lambda: life.obey(order)),
        environment=environment,
        panel=lambda: taste.panel,
        say=say,
    ).display
    with ended_by_signals(display.stop):
        thread.start(life.live(display, first), ended=display.stop)
        try:
            display.run(lambda: None)
        finally:
            thread.end()


class Life:
    """What goes on in the loop while the icon is shown."""

    def __init__(
        self,
        places: Places,
        taste: Taste,
        *,
        environment: Mapping[str, str],
        say: Callable[[str], None],
    ) -> None:
        self._places = places
        self._say = say
        self._taste = taste
        self._news = asyncio.Event()
        self._ending = asyncio.Event()
        self._following = Following(places, tell=self._news.set)
        self._errands = Errands(places, self._following, end=self._ending.set)
        notifier = make_notifier(APPLICATION, environment=environment)
        self._notifying = Notifying(notifier, obey=self.obey, say=say)
        self._under_way: dict[Order, asyncio.Task[None]] = {}

    async def live(self, display: Display, first: Order | None) -> None:
        """Follow, draw, tell and listen until an order ends it, or it is cancelled."""
        if first:
            self.obey(first)
        works = (
            self._following.run(),
            draw(display, self._following, self._taste, news=self._news),
            tell_news(self._following, self._taste, self._notifying),
            self._look_at_taste(),
        )
        try:
            async with listening(self._places, self._search), asyncio.TaskGroup() as group:
                tasks = [group.create_task(work) for work in works]
                await self._ending.wait()
                for task in tasks:
                    task.cancel()
        finally:
            await self._notifying.close()

    def obey(self, order: Order) -> None:
        """Begin to carry out an order, unless the same is under way: whoever clicks again only wants to see it done."""
        if order not in self._under_way:
            self._under_way[order] = task = asyncio.create_task(self._reported(self._errands.run(order)))
            task.add_done_callback(lambda _: self._under_way.pop(order))

    def _search(self, query: str) -> None:
        self.obey(Order(verb=Verb.SEARCH, query=query))

    async def _reported(self, errand: Coroutine[Any, Any, None]) -> None:
        """Await an errand; what goes wrong with it is one sentence for the person."""
        try:
            await errand
        except FAILURES as error:
            self._following.note_mishap(str(error))
            self._say(str(error))  # where it was started may be the only place that shows anything
            self._notifying.tell(
                Notification(
                    title="Vectray",
                    text=said(str(error), self._taste.language),
                    label=self._taste.words.say("show"),
                    order=Order(verb=Verb.SHOW, view="diagnostics"),
                )
            )

    async def _look_at_taste(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self._taste.look():
                self._news.set()
