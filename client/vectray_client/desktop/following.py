"""Follows agent and daemon: what they tell, that they are gone, that they are back. Started where they have died, not where somebody stopped them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Any

from vectray.places import Places
from vectray_client.desktop.facts import Facts
from vectray_client.desktop.menu import MOST_RECENT
from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.onlooker_async import AsyncOnlooker
from vectray_client.sdk.programs import Program, the_agent, the_daemon
from vectray_client.sdk.rendezvous import ensure_up, is_up

_FIRST_RETRY_SECONDS = 0.2
_LONGEST_RETRY_SECONDS = 10.0
_LOOK_SECONDS = 0.5
"""Between two looks whether a program that was stopped runs again: a look at a socket takes microseconds."""
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
        self._agents = _Fate(the_agent(places))
        self._daemons = _Fate(the_daemon(places))
        self._places = places
        self._indexed_anew = asyncio.Event()

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
        self._change(is_stopped=False, trouble="")

    async def reached_agent(self, *, patience_seconds: float) -> AsyncAgent | None:
        """Return the connection to the agent as soon as there is one; None if there is none in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_seconds):
                while self.agent is None:  # noqa: ASYNC110 - a person has just clicked: this is short and rare
                    await asyncio.sleep(_FIRST_RETRY_SECONDS)
        return self.agent

    async def _keep(self, fate: "_Fate", follow: Callable[[], AsyncGenerator[None, None]]) -> None:
        """Follow a program for ever, one connection after the other."""
        while True:
            try:
                await fate.wait_wanted()
                async with contextlib.aclosing(follow()) as told:
                    async for _ in told:
                        fate.note_life()
            except VectrayClientError as error:
                fate.trouble = str(error)
            self._note_loss()
            await fate.wait_retry()
            self._note_loss()

    async def _follow_agent(self) -> AsyncGenerator[None, None]:
        try:
            async with (
                AsyncAgent(self._places) as self.agent,
                contextlib.aclosing(self.agent.watch()) as states,
            ):
                async for state in states:
                    self._note_agent(state)
                    yield
        finally:
            self.agent = None
            self._change(agent=None)

    async def _follow_daemon(self) -> AsyncGenerator[None, None]:
        try:
            async with (
                AsyncOnlooker(self._places) as self.daemon,
                contextlib.aclosing(self.daemon.watch()) as states,
            ):
                async for state in states:
                    self._daemons.trouble = ""
                    self._note_answer(daemon=state)
                    yield
        finally:
            self.daemon = None
            self._change(daemon=None)

    def _note_agent(self, state: AgentState) -> None:
        former = self.facts.agent
        self._agents.trouble = ""
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


class _Fate:
    """Whether a program is to be started, and when it is tried again."""

    def __init__(self, program: Program) -> None:
        self.is_stopped = False
        """It has ended in good order, so somebody wanted that."""
        self.trouble = ""
        """Why it cannot be started or spoken to."""
        self._program = program
        self._delay_seconds = _FIRST_RETRY_SECONDS
        self._has_lived = False
        self._revived = asyncio.Event()

    def revive(self) -> None:
        self.is_stopped, self.trouble = False, ""
        self._delay_seconds = _FIRST_RETRY_SECONDS
        self._revived.set()

    def note_life(self) -> None:
        self._has_lived = True
        self._delay_seconds = _FIRST_RETRY_SECONDS

    async def wait_wanted(self) -> None:
        """Return once the program runs: started, unless it was stopped; then once somebody has started it.

        Raises:
            DaemonUnavailable, AgentUnavailable: it cannot be started.

        """
        self._revived.clear()
        # What ends in good order takes its socket along; what was killed leaves it behind.
        self.is_stopped = self._has_lived and not self._program.socket.exists()
        while self.is_stopped and not is_up(self._program):
            await self._wait_revival(_LOOK_SECONDS)
        await asyncio.to_thread(ensure_up, self._program)
        self.is_stopped = False

    async def wait_retry(self) -> None:
        """Wait a little, longer each time that nothing came of it."""
        self.is_stopped = self._has_lived and not self._program.socket.exists()
        await self._wait_revival(self._delay_seconds)
        self._delay_seconds = min(2 * self._delay_seconds, _LONGEST_RETRY_SECONDS)

    async def _wait_revival(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._revived.wait()


def _contents(state: AgentState) -> tuple[object, ...]:
    """What differs when documents have come, changed or gone."""
    return state.files, state.chunks, state.embedded, state.removed, state.pending
