"""The daemon's place on this machine: one daemon a user, and gone once its socket leads elsewhere."""

import asyncio
import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from vectray.places import Places, make_private
from vectrayd.transport.doors import Address

_LOOK_SECONDS = 5.0


class AlreadyRunning(Exception):
    """Another daemon serves this user."""


class CannotListen(Exception):
    """The socket cannot be bound; the message says why."""


@contextlib.contextmanager
def only_daemon(places: Places) -> Iterator[None]:
    """Hold the lock of this user's daemon. Taken before the socket is bound: binding would steal a running daemon's path.

    Raises:
        AlreadyRunning: another one holds it.
        CannotListen: something that is no socket stands in the socket's place.
        OSError: the runtime folder cannot be made, or is not this user's own.

    """
    make_private(places.runtime)
    lock = FileLock(places.daemon_lock)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise AlreadyRunning(f"vectrayd is already running{_pid_words(places.daemon_pid)}.") from None
    try:
        _check_free(places.daemon_socket)
        _withdraw(places)  # what a daemon that was killed has left
        places.daemon_pid.write_text(str(os.getpid()), "ascii")
        yield
    finally:
        lock.release()


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one at the same path; None if there is none."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def announce(file: Path, address: Address) -> None:
    """Write where a TCP door is, for programs that look for it: whole or not at all, and for this user alone."""
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(f"{address}\n")
    unfinished.replace(file)


def clear(places: Places, bound: tuple[int, int] | None) -> None:
    """Remove the socket that this daemon has bound, and what it wrote beside it, unless they are another's by now."""
    if identity(places.daemon_socket) in (bound, None):
        places.daemon_socket.unlink(missing_ok=True)
        places.daemon_pid.unlink(missing_ok=True)
        _withdraw(places)


async def wait_lost(door: Path) -> None:
    """Wait until nobody can find this daemon any more, because its socket (or address file) was removed or replaced.

    That happens to folders of a session when it ends. A daemon that cannot be found would hold its models for nothing.
    """
    bound = identity(door)
    while identity(door) == bound:  # noqa: ASYNC110 - nobody tells when a file goes
        await asyncio.sleep(_LOOK_SECONDS)


def _withdraw(places: Places) -> None:
    for file in (places.daemon_address, places.daemon_http_address):
        file.unlink(missing_ok=True)


def _check_free(socket: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(socket.lstat().st_mode):
            raise CannotListen(f"{socket} is no socket; it stands where vectrayd would listen.")


def _pid_words(file: Path) -> str:
    with contextlib.suppress(OSError):
        return f" (process {file.read_text('ascii')})"
    return ""
