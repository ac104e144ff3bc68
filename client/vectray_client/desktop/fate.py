"""Whether a program is to run, and when it is tried again: what has died is started, what somebody stopped is not."""

import asyncio
import contextlib

from vectray_client.desktop.side_thread import aside
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.programs import Program
from vectray_client.sdk.rendezvous import ensure_up, is_up

_FIRST_RETRY_SECONDS = 0.2
_LONGEST_RETRY_SECONDS = 10.0
_LOOK_SECONDS = 0.5
"""Between two looks whether a program that was stopped runs again: a look at a socket takes microseconds."""


class Fate:
    """Of one program. To be used in one asyncio loop."""

    def __init__(self, program: Program) -> None:
        self.is_stopped = False
        """It has ended in good order, so somebody wanted that."""
        self.trouble = ""
        """Why it cannot be started or spoken to."""
        self._program = program
        self._delay_seconds = _FIRST_RETRY_SECONDS
        self._has_lived = False
        """It answered, and nothing was tried in vain since."""
        self._revived = asyncio.Event()

    def revive(self) -> None:
        """Have it started, although somebody may have stopped it."""
        self.is_stopped = self._has_lived = False
        self.trouble = ""
        self._delay_seconds = _FIRST_RETRY_SECONDS
        self._revived.set()

    def note_life(self) -> None:
        """It answers."""
        self._has_lived = True
        self.trouble = ""
        self._delay_seconds = _FIRST_RETRY_SECONDS

    def note_loss(self) -> None:
        """It answers no more. What ends in good order takes its socket along, and nothing else; what was killed leaves it behind."""
        socket = self._program.socket
        if self._has_lived and not socket.exists() and socket.parent.exists():
            self.is_stopped = True

    async def wait_wanted(self) -> None:
        """Return once the program runs: started, unless it was stopped; then once somebody has started it.

        Raises:
            DaemonUnavailable, AgentUnavailable: it cannot be started.

        """
        self.note_loss()
        while self.is_stopped and not is_up(self._program):
            await self._wait_revival(_LOOK_SECONDS)
        self._revived.clear()
        try:
            await aside(lambda: ensure_up(self._program))
        except VectrayClientError:
            self._has_lived = False
            raise
        self.is_stopped = False

    async def wait_retry(self) -> None:
        """Wait a little, longer each time that nothing came of it."""
        await self._wait_revival(self._delay_seconds)
        self._delay_seconds = min(2 * self._delay_seconds, _LONGEST_RETRY_SECONDS)

    async def _wait_revival(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._revived.wait()
