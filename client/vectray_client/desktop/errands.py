"""Carries out what a click asked for: hands it on to the agent, to the daemon, to the browser, or to a command of its own."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from vectray.places import Places
from vectray_client.desktop.following import Following
from vectray_client.desktop.menu_items import Order, Verb
from vectray_client.desktop.side_thread import aside
from vectray_client.domain import Fault
from vectray_client.opening.browser import open_in_browser
from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.errors import AgentUnavailable, VectrayClientError
from vectray_client.sdk.found import PageAddress

_START_SECONDS = 30.0
"""For programs that a click has to start first."""
_MORNING_HOUR = 8
Answer = TypeVar("Answer")


class NotDone(Fault):
    """What was asked for could not be done; the message says why."""


FAILURES: Final = (Fault, VectrayClientError, OSError)
"""What an errand may fail by."""


class Errands:
    """Runs errands. To be used in one asyncio loop."""

    def __init__(self, places: Places, following: Following, *, end: Callable[[], None]) -> None:
        """`end` ends the tray."""
        self._places = places
        self._following = following
        self._end = end
        self._is_ending = False

    async def run(self, order: Order) -> None:
        """Carry out an order.

        Raises:
            Fault, VectrayClientError, OSError: it could not be done; one sentence says why.

        """
        match order.verb:
            case Verb.SEARCH:
                await self._open(await self._asked(lambda agent: agent.open_page(order.query)))
            case Verb.WELCOME:
                await self._welcome()
            case Verb.SHOW:
                await self._open(await self._asked(lambda agent: agent.open_page(view=order.view)))
            case Verb.OPEN_FILE | Verb.OPEN_FOLDER:
                await run_command("open", order.path)
            case Verb.START:
                self._following.start()
            case Verb.UNLOAD_MODEL:
                await self._unload(order.model)
            case Verb.QUIT_TRAY:
                self._end()
            case Verb.QUIT_ALL:
                await self._stop_all()
            case _:
                await self._asked(lambda agent: _steer(agent, order))

    async def _welcome(self) -> None:
        state = await self._asked(lambda agent: agent.state())
        if not state.folders:
            await self._open(await self._asked(lambda agent: agent.open_page(view="welcome")))

    async def _asked(self, ask: Callable[[AsyncAgent], Awaitable[Answer]]) -> Answer:
        """Ask the agent something that may be asked twice: once more if it has died since it was last heard of."""
        agent = await self._agent()
        try:
            return await ask(agent)
        except AgentUnavailable:
            await self._following.wait_loss(agent)
            return await ask(await self._agent())

    async def _agent(self) -> AsyncAgent:
        if self._is_ending:  # what is asked for now would start again what is being stopped
            raise NotDone("Vectray is being stopped.")
        if self._following.agent is None:
            self._following.start()
        agent = await self._following.reached_agent(patience_seconds=_START_SECONDS)
        if agent is None:
            raise NotDone(self._following.facts.trouble or "The agent does not answer.")
        return agent

    async def _stop_all(self) -> None:
        self._is_ending = True
        try:
            await run_command("stop")
        except NotDone:
            self._is_ending = False
            raise
        self._end()

    async def _unload(self, model: str) -> None:
        if self._following.daemon is None:
            raise NotDone("The daemon does not answer.")
        await self._following.daemon.unload(model)

    async def _open(self, address: PageAddress) -> None:
        doorstep = self._places.runtime / "page.html"
        await aside(lambda: open_in_browser(address.url, doorstep=doorstep))


def seconds_until_tomorrow(now: datetime) -> int:
    """Return the seconds until the next day's morning. Pure."""
    morning = (now + timedelta(days=1)).replace(hour=_MORNING_HOUR, minute=0, second=0, microsecond=0)
    return max(1, round((morning - now).total_seconds()))


async def run_command(*words: str) -> None:
    """Run a command of ours as a program of its own, and wait for its end.

    Raises:
        NotDone: it failed; what it said last.

    """
    process = await asyncio.create_subprocess_exec(
        *_vectray(words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaint = await process.communicate()
    if process.returncode:
        lines = complaint.decode("utf-8", "replace").strip().splitlines()
        raise NotDone(lines[-1].removeprefix("vectray: ") if lines else f"`vectray {words[0]}` failed.")


def _vectray(words: Sequence[str]) -> Sequence[str]:
    return (sys.executable, "-P", "-m", "vectray_client", *words)


async def _steer(agent: AsyncAgent, order: Order) -> None:
    match order.verb:
        case Verb.RESCAN:
            await agent.rescan(order.path)
        case Verb.PAUSE:
            await agent.pause(order.path, seconds=order.seconds)
        case Verb.PAUSE_UNTIL_TOMORROW:
            await agent.pause(order.path, seconds=seconds_until_tomorrow(datetime.now().astimezone()))
        case Verb.RESUME:
            await agent.resume(order.path)
        case Verb.RUN_ANYWAY:
            await agent.resume(anyway=True)
