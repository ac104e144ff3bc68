import asyncio
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from tests import light_daemon

from vectray.places import make_private
from vectray_client.desktop.fate import Fate
from vectray_client.sdk.errors import DaemonUnavailable
from vectray_client.sdk.programs import Program, the_daemon

STARTING = pytest.raises(DaemonUnavailable, match="not installed")
"""What trying to start a program that is not there comes to."""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program that takes connections here, and that cannot be started."""
    places = light_daemon.places(tmp_path)
    make_private(places.runtime)
    return replace(the_daemon(places), module="no_such_module", script="no-such-script")


def listening(program: Program) -> socket.socket:
    """What takes connections in its place."""
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(program.socket))
    door.listen()
    return door


async def lived(program: Program, *, leaves_socket: bool) -> Fate:
    """The fate of a program that was there, and is gone."""
    fate = Fate(program)
    with listening(program):
        await fate.wait_up()
        fate.note_life()
    if not leaves_socket:
        program.socket.unlink()
    fate.note_loss("It has ended.")
    await fate.wait_retry()
    return fate


async def test_what_has_died_is_started_again(program: Program) -> None:
    """It leaves its socket behind, to which nobody listens."""
    fate = await lived(program, leaves_socket=True)
    assert (fate.is_stopped, fate.trouble) == (False, "It has ended.")
    with STARTING:
        await fate.wait_up()


async def test_what_was_stopped_is_left_alone(program: Program) -> None:
    """Until somebody starts it elsewhere, which is noticed within a second."""
    fate = await lived(program, leaves_socket=False)
    assert fate.is_stopped
    waiting = asyncio.create_task(fate.wait_up())
    await asyncio.sleep(0)
    with listening(program):
        async with asyncio.timeout(1):
            await waiting
    assert not fate.is_stopped


async def test_what_was_stopped_is_started_by_a_click(program: Program) -> None:
    """And tried again if that fails: why it fails is known, and it does not count as stopped any more."""
    fate = await lived(program, leaves_socket=False)
    waiting = asyncio.create_task(fate.wait_up())
    await asyncio.sleep(0)
    fate.revive()
    with STARTING:
        await waiting
    fate.note_loss("It is broken.")
    await fate.wait_retry()
    assert (fate.is_stopped, fate.trouble) == (False, "It is broken.")
    with STARTING:
        await fate.wait_up()


async def test_a_click_counts_also_while_it_is_being_found_out(program: Program) -> None:
    """Who asks for a start right after a stop is not told later that it was stopped."""
    fate = Fate(program)
    fate.note_life()
    fate.note_loss("It has ended.")
    waiting = asyncio.create_task(fate.wait_retry())
    await asyncio.sleep(0)
    fate.revive()
    await waiting
    assert not fate.is_stopped


async def test_a_click_on_what_lives_changes_nothing(program: Program) -> None:
    """When it is stopped thereafter, it stays so."""
    fate = Fate(program)
    fate.note_life()
    fate.revive()
    fate.note_loss("It has ended.")
    await fate.wait_retry()
    assert fate.is_stopped


async def test_what_cannot_be_started_is_tried_ever_more_rarely(program: Program) -> None:
    """Twice as long a wait each time, and a short one again after it has lived."""
    fate, loop, waits = Fate(program), asyncio.get_running_loop(), []
    for _ in range(3):
        began = loop.time()
        await fate.wait_retry()
        waits.append(loop.time() - began)
        if len(waits) == 2:
            fate.note_life()
    assert waits[0] < 0.4 <= waits[1]
    assert waits[2] < waits[1]
