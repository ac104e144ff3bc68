"""The agent's place on this machine: one agent a user, and gone once its socket leads elsewhere."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from vectray.places import Places, make_private
from vectray_client.domain import Fault


class AlreadyRunning(Fault):
    """Another agent serves this user."""


@contextlib.contextmanager
def only_agent(places: Places) -> Iterator[None]:
    """Hold the lock of this user's agent. Taken before its socket is bound: binding would steal a running agent's path.

    Raises:
        AlreadyRunning: another one holds it.
        OSError: the runtime folder cannot be made, or is not this user's own.

    """
    make_private(places.runtime)
    lock = FileLock(places.agent_lock, mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise AlreadyRunning(f"The agent is already running{_pid_words(places.agent_pid)}.") from None
    try:
        places.agent_pid.touch(mode=0o600)
        places.agent_pid.write_text(str(os.getpid()), "ascii")
        yield
    finally:
        places.agent_pid.unlink(missing_ok=True)
        lock.release()


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one at the same path; None if there is none."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _pid_words(file: Path) -> str:
    with contextlib.suppress(OSError):
        return f" (process {file.read_text('ascii')})"
    return ""
