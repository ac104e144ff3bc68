"""One tray for each user: the first holds a lock and listens; a later one hands over what it was asked for, and ends."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from vectray.places import Places, make_private
from vectray_client.domain import Fault

_PATIENCE_SECONDS = 5.0
_MOST_BYTES = 64 * 1024
_TAKEN = b"ok\n"


class CannotHandOver(Fault):
    """The tray that runs does not answer."""


def lock_of(places: Places) -> Path:
    """Return the file whose lock the one tray of this user holds."""
    return places.runtime / "tray.lock"


def door_of(places: Places) -> Path:
    """Return the socket at which it hears of later ones."""
    return places.runtime / "tray.sock"


@contextlib.contextmanager
def only_tray(places: Places) -> Iterator[bool]:
    """Hold the lock of this user's tray, if no other does; gives whether that is so. A kill leaves no lock behind.

    Raises:
        OSError: the runtime folder cannot be made, or is not this user's own.

    """
    make_private(places.runtime)
    lock = FileLock(lock_of(places), mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def hand_over(places: Places, query: str) -> None:
    """Have the tray that runs open the search.

    Raises:
        CannotHandOver: it does not answer, or is not there yet, or no longer.

    """
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_PATIENCE_SECONDS)
            line.connect(str(door_of(places)))
            line.sendall(json.dumps({"search": query}).encode() + b"\n")
            is_taken = line.recv(len(_TAKEN)) == _TAKEN
    except (AttributeError, OSError):  # Windows has no such sockets
        is_taken = False
    if not is_taken:
        raise CannotHandOver("A tray runs already, and does not answer.")


@contextlib.asynccontextmanager
async def listening(places: Places, search: Callable[[str], None]) -> AsyncGenerator[None, None]:
    """Hear of later trays: `search` is called with what each was asked for. To be called by the tray that holds the lock."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                query = _query_in(await reader.readline())
                writer.write(_TAKEN)
                await writer.drain()
                search(query)
        writer.close()

    if not hasattr(socket, "AF_UNIX"):  # Windows: a second tray opens the page by itself
        yield
        return
    door = door_of(places)
    door.unlink(missing_ok=True)  # what a tray that was killed has left
    server = await asyncio.start_unix_server(hear, door, limit=_MOST_BYTES)
    door.chmod(0o600)
    try:
        yield
    finally:
        server.close()
        door.unlink(missing_ok=True)


def _query_in(line: bytes) -> str:
    """What was asked for. Raises ValueError where the line is none of ours."""
    request = json.loads(line)
    query = request.get("search") if isinstance(request, dict) else None
    if not isinstance(query, str):
        raise ValueError("no search")  # noqa: TRY004 - whatever is wrong with a line is one thing
    return query
