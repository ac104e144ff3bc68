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
_WELCOME_SECONDS = 60.0
"""Within which the agent must have started for the page to welcome somebody."""


def run_tray(
    places: Places,
    *,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    first: Order | None = None,
    search: str = "",
) -> None:
    """Show the icon until it is told to end. To be called in the main thread.

    `say` takes sentences for whoever started it. `first` is carried out at once; of a search, `search` is what to look for.

    Raises:
        DisplayLost: the session has ended.

    """
    thread = LoopThread()
    taste = Taste(places.preferences, environment=environment)
    life: list[Life] = []

    def obey(order: Order) -> None:
        thread.call(lambda: life[0].obey(order))

    choice = choose_display(obey, environment=environment, panel=lambda: taste.panel, say=say)
    life.append(Life(places, choice.display, taste, environment=environment, say=say))
    with ended_by_signals(choice.display.stop):
        thread.start(life[0].live(first, search), ended=choice.display.stop)
        try:
            choice.display.run(lambda: None)
        finally:
            thread.end()


class Life:
    """What goes on in the loop while the icon is shown."""

    def __init__(
        self,
        places: Places,
        display: Display,
        taste: Taste,
        *,
        environment: Mapping[str, str],
        say: Callable[[str], None],
    ) -> None:
        self._places = places
        self._say = say
        self._display = display
        self._taste = taste
        self._news = asyncio.Event()
        self._following = Following(places, tell=self._news.set)
        self._errands = Errands(places, self._following, end=display.stop)
        notifier = make_notifier(APPLICATION, environment=environment)
        self._notifying = Notifying(notifier, obey=self.obey, say=say)
        self._under_way: dict[Order | str, asyncio.Task[None]] = {}
        """By what was asked for: an order, or what to search for."""

    async def live(self, first: Order | None, search: str) -> None:
        """Follow, draw, tell and listen until it is cancelled."""
        if first:
            self._begin(
                self._errands.search(search) if first.verb is Verb.SEARCH else self._welcome(), of=first
            )
        try:
            async with listening(self._places, self._search), asyncio.TaskGroup() as tasks:
                tasks.create_task(self._following.run())
                tasks.create_task(draw(self._display, self._following, self._taste, news=self._news))
                tasks.create_task(tell_news(self._following, self._taste, self._notifying))
                tasks.create_task(self._look_at_taste())
        finally:
            await self._notifying.close()

    def obey(self, order: Order) -> None:
        """Begin to carry out an order."""
        self._begin(self._errands.run(order), of=order)

    def _search(self, query: str) -> None:
        self._begin(self._errands.search(query), of=query)

    def _begin(self, errand: Coroutine[Any, Any, None], *, of: Order | str) -> None:
        """Begin an errand, unless the same is under way: whoever clicks again only wants to see it done."""
        if of in self._under_way:
            errand.close()
            return
        self._under_way[of] = task = asyncio.create_task(self._reported(errand))
        task.add_done_callback(lambda _: self._under_way.pop(of))

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

    async def _welcome(self) -> None:
        """Help who has no folder yet to choose some."""
        agent = await self._following.reached_agent(patience_seconds=_WELCOME_SECONDS)
        if agent and not (await agent.state()).folders:
            await self._errands.run(Order(verb=Verb.SHOW, view="welcome"))

    async def _look_at_taste(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self._taste.look():
                self._news.set()
