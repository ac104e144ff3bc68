import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from tests import light_daemon

from vectray.places import Places, make_private
from vectray_client.desktop.fate import Fate
from vectray_client.sdk.errors import DaemonUnavailable
from vectray_client.sdk.programs import the_daemon


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """With a runtime folder."""
    found = light_daemon.places(tmp_path)
    make_private(found.runtime)
    return found


@contextlib.contextmanager
def listening(places: Places) -> Iterator[None]:
    """A program at the daemon's place, as far as can be told from outside. Its socket stays behind."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(places.daemon_socket))
        door.listen()
        yield


async def stopped(places: Places) -> Fate:
    """A program that answered, and was stopped."""
    fate = Fate(the_daemon(places))
    with listening(places):
        await fate.wait_wanted()
        fate.note_life()
    places.daemon_socket.unlink()
    fate.note_loss()
    return fate


async def test_what_took_its_socket_along_was_stopped(places: Places) -> None:
    """It is not started, but waited for."""
    fate = await stopped(places)
    assert fate.is_stopped
    waiting = asyncio.create_task(fate.wait_wanted())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    with listening(places):
        await asyncio.wait_for(waiting, 5)
    assert not fate.is_stopped


async def test_what_is_about_to_end_is_not_taken_for_dead(places: Places) -> None:
    """It closes its door, ends its work, and only then takes its socket along: whoever wanted that gets it."""
    fate = Fate(the_daemon(places))
    lock = FileLock(places.daemon_lock)
    with lock:
        with listening(places):
            await fate.wait_wanted()
            fate.note_life()
        fate.note_loss()
        waiting = asyncio.create_task(fate.wait_wanted())
        await asyncio.sleep(0.3)
        assert not fate.is_stopped
        places.daemon_socket.unlink()
    while not fate.is_stopped:
        await asyncio.sleep(0.01)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting


async def test_what_left_its_socket_behind_has_died(places: Places) -> None:
    """Nobody has stopped it."""
    fate = Fate(the_daemon(places))
    with listening(places):
        await fate.wait_wanted()
        fate.note_life()
    fate.note_loss()
    assert not fate.is_stopped


async def test_what_lost_its_folder_was_not_stopped(places: Places) -> None:
    """Whoever stops a program leaves the folder where it is."""
    fate = await stopped(places)
    fate.revive()
    with listening(places):
        await fate.wait_wanted()
        fate.note_life()
    places.daemon_socket.unlink()
    for left in places.runtime.iterdir():
        left.unlink()
    places.runtime.rmdir()
    fate.note_loss()
    assert not fate.is_stopped


async def test_a_wish_is_heard_at_any_moment(places: Places) -> None:
    """Also in the pause between two attempts: it cuts that short, and what was stopped is wanted again."""
    fate = await stopped(places)
    fate.revive()
    await asyncio.wait_for(fate.wait_retry(), 0.15)
    fate.note_loss()
    assert not fate.is_stopped
    with listening(places):
        await asyncio.wait_for(fate.wait_wanted(), 5)


async def test_what_cannot_be_started_is_not_called_stopped(places: Places) -> None:
    """Why it cannot be started is what a person must know."""
    fate = await stopped(places)
    fate.revive()
    places.daemon_log.mkdir()
    with pytest.raises(DaemonUnavailable, match="cannot be started"):
        await fate.wait_wanted()
    fate.note_loss()
    assert not fate.is_stopped
