"""The line to the agent, for as long as an assistant runs: opened when something is asked, and again when the agent was restarted."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from vectray_client.sdk.agent_async import AsyncAgent, index_async
from vectray_client.sdk.errors import AgentUnavailable

Answer = TypeVar("Answer")


class Line:
    """Asks the agent, which is started where it does not run. Bound to the event loop that it is used in."""

    def __init__(self) -> None:
        self._opening = asyncio.Lock()
        self._agent: AsyncAgent | None = None
        self._closing = AsyncExitStack()

    async def ask(self, question: Callable[[AsyncAgent], Coroutine[Any, Any, Answer]]) -> Answer:
        """Return the agent's answer. A question that changes nothing is asked again where the agent went away over it.

        Raises:
            VectrayClientError: there is no agent, or it refuses.

        """
        agent = await self._reached()
        try:
            return await _by_itself(question(agent))
        except AgentUnavailable:
            await self._hang_up(agent)
            return await _by_itself(question(await self._reached()))

    async def close(self) -> None:
        """Close the connection. The agent goes on."""
        self._agent = None
        await self._closing.aclose()

    async def _reached(self) -> AsyncAgent:
        async with self._opening:
            if self._agent is None:
                self._agent = await self._closing.enter_async_context(index_async())
            return self._agent

    async def _hang_up(self, agent: AsyncAgent) -> None:
        """Give up a connection, unless somebody else has done so already."""
        async with self._opening:
            if self._agent is agent:
                await self.close()


async def _by_itself(answering: Coroutine[Any, Any, Answer]) -> Answer:
    """Await something in a task of its own, which ends with this one.

    gRPC raises a cancellation of its own in the place of the one that came. Who cancelled would not know it for theirs: the library that
    serves took it for the end of the program.
    """
    task = asyncio.create_task(answering)
    try:
        await asyncio.wait({task})
    finally:
        task.cancel()
    if task.cancelled():
        raise AgentUnavailable("The connection to the agent was closed.")
    return task.result()
