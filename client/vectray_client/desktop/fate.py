"""Whether a program is to run, and when it is tried again: what has died is started, what somebody stopped is not."""

import asyncio
import contextlib
from pathlib import Path

from filelock import FileLock, Timeout

from vectray_client.desktop.side_thread import aside
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.programs import Program
from vectray_client.sdk.rendezvous import ensure_up, is_up

_FIRST_RETRY_SECONDS = 0.2
_LONGEST_RETRY_SECONDS = 10.0
_END_SECONDS = 20.0
"""For a program that ends its work first. One that hangs is started beside, which it forbids, and says so."""
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
        self._folder: tuple[int, int] | None = None
        """That its socket was in."""
        self._revived = asyncio.Event()

    def revive(self) -> None:
        """Have it started, although somebody may have stopped it."""
        self.is_stopped = self._has_lived = False
        self.trouble = ""
        self._delay_seconds = _FIRST_RETRY_SECONDS
        self._revived.set()

    def note_life(self) -> None:
        """It answers."""
        if not self._has_lived:
            self._folder = _identity(self._program.socket.parent)
        self._has_lived = True
        self.trouble = ""
        self._delay_seconds = _FIRST_RETRY_SECONDS

    def note_loss(self) -> None:
        """It answers no more. What ends in good order takes its socket along, and nothing else; what was killed leaves it behind."""
        socket = self._program.socket
        if self._has_lived and not socket.exists() and _identity(socket.parent) == self._folder:
            self.is_stopped = True

    async def wait_wanted(self) -> None:
        """Return once the program runs: started, unless it was stopped; then once somebody has started it.

        Raises:
            DaemonUnavailable, AgentUnavailable: it cannot be started.

        """
        await self._wait_end()
        self.note_loss()
        while self.is_stopped and not is_up(self._program):
            await self._wait_revival(_LOOK_SECONDS)
        self._revived.clear()
        try:
            await aside(lambda: ensure_up(self._program))
        except VectrayClientError:
            self._has_lived = False
            raise
        self._has_lived = self._has_lived and _identity(self._program.socket.parent) == self._folder
        self.is_stopped = False

    async def _wait_end(self) -> None:
        """Return once it has ended, if it is about to: it closes its door first, ends its work, and takes its socket along last."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                while not is_up(self._program) and _is_held(self._program.lock):  # noqa: ASYNC110 - nobody tells when a process ends
                    await asyncio.sleep(_FIRST_RETRY_SECONDS)

    async def wait_retry(self) -> None:
        """Wait a little, longer each time that nothing came of it."""
        await self._wait_revival(self._delay_seconds)
        self._delay_seconds = min(2 * self._delay_seconds, _LONGEST_RETRY_SECONDS)

    async def _wait_revival(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._revived.wait()


def _is_held(lock: Path) -> bool:
    """Whether a process has this lock."""
    if not lock.exists():
        return False
    trial = FileLock(lock, mode=0o600)
    try:
        trial.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:
        return False
    trial.release()
    return False


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another one at the same path; None if there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
