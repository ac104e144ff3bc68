"""Follows agent and daemon: what they tell, that they are gone, that they are back. Started where they have died, not where somebody stopped them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from vectray.places import Places
from vectray_client.desktop.facts import Facts
from vectray_client.desktop.fate import Fate
from vectray_client.desktop.menu import MOST_RECENT
from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.onlooker_async import AsyncOnlooker
from vectray_client.sdk.programs import the_agent, the_daemon

State = TypeVar("State")

_CLICKED_SECONDS = 0.2
"""Between two looks for a program that a click waits for."""
_LOSS_SECONDS = 2.0
"""Within which a stream is cut by whoever has ended."""
_SILENCE_SECONDS = 20.0
"""Without a word from a program, until it is asked whether it is still there: one that hangs tells no change."""
_MISHAP_SECONDS = 20.0
"""For somebody to open the menu again and see why nothing came of a click."""
_RECENT_SECONDS = 2.0
"""Between two questions for the last changes at least."""


class Following:
    """Keeps `facts` true. To be used in one asyncio loop."""

    def __init__(self, places: Places, *, tell: Callable[[], None]) -> None:
        """`tell` is called whenever `facts` has changed."""
        self.facts = Facts()
        self.agent: AsyncAgent | None = None
        """While it answers."""
        self.daemon: AsyncOnlooker | None = None
        """While it answers."""
        self._tell = tell
        self._agents = Fate(the_agent(places))
        self._daemons = Fate(the_daemon(places))
        self._places = places
        self._indexed_anew = asyncio.Event()
        self._forgetting: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Follow both for ever."""
        async with asyncio.TaskGroup() as tasks:
            # The agent first: it needs the daemon, and starts it by itself.
            tasks.create_task(self._keep(self._agents, self._follow_agent))
            tasks.create_task(self._keep(self._daemons, self._follow_daemon))
            tasks.create_task(self._keep_recent())

    def start(self) -> None:
        """Have both started, although somebody may have stopped them."""
        for fate in (self._agents, self._daemons):
            fate.revive()
        self._change(is_starting=True, is_stopped=False, trouble="")

    def note_mishap(self, sentence: str) -> None:
        """Note what a click has failed by; it is known for a while."""
        self._change(mishap=sentence)
        if self._forgetting:
            self._forgetting.cancel()
        loop = asyncio.get_running_loop()
        self._forgetting = loop.call_later(_MISHAP_SECONDS, lambda: self._change(mishap=""))

    async def reached_agent(self, *, patience_seconds: float) -> AsyncAgent | None:
        """Return the connection to the agent as soon as there is one; None if there is none in time, or it cannot be started."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_seconds):
                while self.agent is None and not self._agents.trouble:  # noqa: ASYNC110 - a person has just clicked: this is short and rare
                    await asyncio.sleep(_CLICKED_SECONDS)
        return self.agent

    async def wait_loss(self, agent: AsyncAgent) -> None:
        """Return once it is noticed here that this connection leads nowhere, or soon if it does lead somewhere."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOSS_SECONDS):
                while self.agent is agent:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(_CLICKED_SECONDS)

    async def _keep(self, fate: Fate, follow: Callable[[], Awaitable[None]]) -> None:
        """Follow a program for ever, one connection after the other."""
        while True:
            try:
                await fate.wait_wanted()
                await follow()
            except VectrayClientError as error:
                fate.trouble = str(error)
            fate.note_loss()
            self._note_loss()
            await fate.wait_retry()

    async def _follow_agent(self) -> None:
        try:
            async with (
                AsyncAgent(self._places) as self.agent,
                contextlib.aclosing(self.agent.watch()) as states,
            ):
                async for state in _answering(states, self.agent.state):
                    self._agents.note_life()
                    self._note_agent(state)
        finally:
            self.agent = None
            self._change(agent=None)

    async def _follow_daemon(self) -> None:
        try:
            async with (
                AsyncOnlooker(self._places) as self.daemon,
                contextlib.aclosing(self.daemon.watch()) as states,
            ):
                async for state in _answering(states, self.daemon.state):
                    self._daemons.note_life()
                    self._note_answer(daemon=state)
        finally:
            self.daemon = None
            self._change(daemon=None)

    def _note_agent(self, state: AgentState) -> None:
        former = self.facts.agent
        self._note_answer(agent=state)
        if former is None or _contents(former) != _contents(state):
            self._indexed_anew.set()

    def _note_answer(self, **known: Any) -> None:  # noqa: ANN401 - fields of Facts
        facts = replace(self.facts, **known)
        both = facts.agent is not None and facts.daemon is not None
        self._change(
            **known,
            is_starting=facts.is_starting and not both,
            is_stopped=self._is_stopped,
            trouble=self._trouble,
        )

    def _note_loss(self) -> None:
        self._change(is_stopped=self._is_stopped, trouble=self._trouble)

    @property
    def _is_stopped(self) -> bool:
        return self._agents.is_stopped or self._daemons.is_stopped

    @property
    def _trouble(self) -> str:
        return self._agents.trouble or self._daemons.trouble

    def _change(self, **fields: Any) -> None:  # noqa: ANN401 - fields of Facts
        facts = replace(self.facts, **fields)
        if facts != self.facts:
            self.facts = facts
            self._tell()

    async def _keep_recent(self) -> None:
        while True:
            await self._indexed_anew.wait()
            self._indexed_anew.clear()
            if self.agent:
                with contextlib.suppress(VectrayClientError):  # it is going: whoever follows it sees that
                    self._change(recent=tuple(await self.agent.recent(most=MOST_RECENT)))
            await asyncio.sleep(_RECENT_SECONDS)


async def _answering(
    states: AsyncGenerator[State, None], ask: Callable[[], Awaitable[object]]
) -> AsyncGenerator[State, None]:
    """Yield what a stream tells; where it is silent for long, `ask` raises if whoever tells it hangs."""
    while True:
        coming = asyncio.ensure_future(anext(states))
        try:
            while not (await asyncio.wait({coming}, timeout=_SILENCE_SECONDS))[0]:
                await ask()
        except BaseException:
            coming.cancel()
            await asyncio.wait({coming})
            raise
        yield coming.result()


def _contents(state: AgentState) -> tuple[object, ...]:
    """What differs when documents have come, changed or gone."""
    return state.files, state.chunks, state.embedded, state.removed, state.pending
