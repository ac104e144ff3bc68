"""What becomes of a program that is followed: started where it is not there, started again where it has died, left alone where somebody stopped it."""

import asyncio
import contextlib

from vectray_client.sdk.programs import Program
from vectray_client.sdk.rendezvous import ensure_up, is_up

_FIRST_RETRY_SECONDS = 0.2
"""Also the time that one which ends in good order has to take its socket along."""
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
        self._is_alive = False
        self._has_lived = False
        self._revived = asyncio.Event()

    def revive(self) -> None:
        """Have it started at once, also if somebody has stopped it. One that lives is left alone."""
        if self._is_alive:
            return
        self.is_stopped, self._has_lived, self.trouble = False, False, ""
        self._delay_seconds = _FIRST_RETRY_SECONDS
        self._revived.set()

    def note_life(self) -> None:
        """Note that it answers."""
        self._is_alive, self._has_lived, self.trouble = True, True, ""
        self._delay_seconds = _FIRST_RETRY_SECONDS

    def note_loss(self, trouble: str) -> None:
        """Note that it does not answer, and why."""
        self._is_alive, self.trouble = False, trouble

    async def wait_up(self) -> None:
        """Return once it takes connections: started, unless it was stopped; then once somebody has started it.

        Raises:
            DaemonUnavailable, AgentUnavailable: it cannot be started.

        """
        while self.is_stopped and not is_up(self._program):
            await self._wait_revival(_LOOK_SECONDS)
        await asyncio.to_thread(ensure_up, self._program)
        self.is_stopped = False

    async def wait_retry(self) -> None:
        """Wait a little, longer each time that nothing came of it. Whether an end was wanted is known thereafter."""
        await self._wait_revival(self._delay_seconds)
        self._delay_seconds = min(2 * self._delay_seconds, _LONGEST_RETRY_SECONDS)
        # What ends in good order takes its socket along; what was killed leaves it behind.
        self.is_stopped = self._has_lived and not self._program.socket.exists()
        self._has_lived = False

    async def _wait_revival(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._revived.wait()
        self._revived.clear()
