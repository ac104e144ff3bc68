"""The state of agent and daemon for every open page: watched once for all of them, and only while there is one."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass, replace

from vectray.places import Places
from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.client_async import AsyncDaemon
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.programs import the_daemon
from vectray_client.sdk.rendezvous import is_up
from vectray_client.sdk.states import DaemonState
from vectray_client.web.models import CLIENT, model_as_json
from vectray_client.web.refusals import Refused
from vectray_client.web.shown import Json

_MOST_LISTENERS = 24
"""Each is a connection, and questions need some, too."""
_QUIET_SECONDS = 10.0
"""Between two lines at most: an empty one tells both sides that the other is there."""
_BUSY_SECONDS = 0.25
"""Between two lines at least: what a person can follow."""
_AGAIN_SECONDS = 1.0
"""Between two looks whether what is away is back. A look at the daemon's socket takes well below a millisecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of both programs."""

    agent: AgentState | None = None
    daemon: DaemonState | None = None
    """None where none runs, or none was looked for yet."""
    has_looked: bool = False
    """Whether the daemon was looked for."""


class StateFeed:
    """Tells listeners the newest state; one that reads slowly misses those in between."""

    def __init__(self, agent: AsyncAgent, places: Places) -> None:
        self._agent = agent
        self._places = places
        self._state = State()
        self._news = asyncio.Event()
        self._listeners = 0
        self._watching: tuple[asyncio.Task[None], ...] = ()
        self._is_closed = False

    def close(self) -> None:
        """End all listening."""
        self._is_closed = True
        self._tell(self._state)

    async def lines(self) -> AsyncGenerator[bytes, None]:
        """Yield the whole state as a line of JSON, again when it changes, and an empty line when it does not for long."""
        self._enter()
        try:
            told = None
            while not self._is_closed:
                news, state = self._news, self._state
                if state.agent and state.has_looked and state is not told:
                    told = state
                    yield _line(state)
                    await asyncio.sleep(_BUSY_SECONDS)
                elif not await _came(news, _QUIET_SECONDS):
                    yield b"\n"
        finally:
            self._leave()

    def check_room(self) -> None:
        """Refuse one listener more than there may be."""
        if self._listeners >= _MOST_LISTENERS:
            raise Refused("Too many pages are open.", status=429, code="OVERLOADED")

    def _enter(self) -> None:
        self._listeners += 1
        if self._listeners == 1:
            self._state = State()
            self._watching = (
                asyncio.create_task(self._watch_agent()),
                asyncio.create_task(self._watch_daemon()),
            )

    def _leave(self) -> None:
        self._listeners -= 1
        if not self._listeners:
            for task in self._watching:
                task.cancel()

    def _tell(self, state: State) -> None:
        self._state = state
        self._news.set()
        self._news = asyncio.Event()

    async def _watch_agent(self) -> None:
        while True:
            with contextlib.suppress(VectrayClientError):  # too many watch it, or it is about to end
                async with contextlib.aclosing(self._agent.watch()) as states:
                    async for agent in states:
                        self._tell(replace(self._state, agent=agent))
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _watch_daemon(self) -> None:
        """Follow the daemon while it runs. It is not started: a page that is open all day is no reason to."""
        while True:
            if await asyncio.to_thread(is_up, the_daemon(self._places)):
                with contextlib.suppress(VectrayClientError):  # it has ended
                    await self._follow_daemon()
            if self._state.daemon or not self._state.has_looked:
                self._tell(replace(self._state, daemon=None, has_looked=True))
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _follow_daemon(self) -> None:
        async with (
            AsyncDaemon(self._places, client_name=CLIENT) as connected,
            contextlib.aclosing(connected.watch()) as states,
        ):
            async for daemon in states:
                self._tell(replace(self._state, daemon=daemon, has_looked=True))


async def _came(news: asyncio.Event, most_seconds: float) -> bool:
    try:
        async with asyncio.timeout(most_seconds):
            return await news.wait()
    except TimeoutError:
        return False


def _line(state: State) -> bytes:
    document = {
        "agent": asdict(state.agent) if state.agent else None,
        "daemon": _daemon_as_json(state.daemon),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _daemon_as_json(daemon: DaemonState | None) -> Json | None:
    """As `vectray status --json` has it."""
    if daemon is None:
        return None
    return {
        "pid": daemon.pid,
        "rss_bytes": daemon.rss_bytes,
        "uptime_seconds": daemon.uptime_seconds,
        "models": [model_as_json(model) for model in daemon.models],
        "queue": [asdict(load) for load in daemon.lanes],
    }
