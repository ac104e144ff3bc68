import asyncio
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests import light_daemon

from vectray.places import make_private
from vectray_client.desktop.only_tray import CannotHandOver, door_of, hand_over, listening, only_tray

HOLDING = """
import sys, time
from pathlib import Path
from vectray.places import find_places
from vectray_client.desktop.only_tray import only_tray
with only_tray(find_places({"VECTRAY_HOME": sys.argv[1]})) as is_only:
    print(is_only, flush=True)
    time.sleep(60)
"""


def test_there_is_one_at_a_time(tmp_path: Path) -> None:
    """The next one may begin as soon as the first has ended, even by a kill."""
    places = light_daemon.places(tmp_path)
    command = [sys.executable, "-c", HOLDING, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": ":".join(sys.path)}
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"True\n"
        with only_tray(places) as is_only:
            assert not is_only
        first.kill()
        first.wait()
    with only_tray(places) as is_only:
        assert is_only


async def test_a_later_one_hands_over_its_search(tmp_path: Path) -> None:
    """In any language; and what a tray that was killed has left is no obstacle."""
    places = light_daemon.places(tmp_path)
    make_private(places.runtime)
    door_of(places).write_text("left behind")
    asked: list[str] = []
    async with listening(places, asked.append):
        assert stat.S_IMODE(door_of(places).stat().st_mode) == 0o600
        await asyncio.to_thread(hand_over, places, "怎么泡茶")
        await asyncio.to_thread(hand_over, places, "")
    assert asked == ["怎么泡茶", ""]
    assert not door_of(places).exists()


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"[1]\n", b'{"search": 5}\n', b"x" * 100_000, b""])
async def test_what_is_no_request_changes_nothing(tmp_path: Path, line: bytes) -> None:
    """The tray goes on listening."""
    places = light_daemon.places(tmp_path)
    make_private(places.runtime)
    asked: list[str] = []
    async with listening(places, asked.append):
        await asyncio.to_thread(_send, door_of(places), line)
        await asyncio.to_thread(hand_over, places, "still there")
    assert asked == ["still there"]


def test_a_tray_that_does_not_answer_is_said_to(tmp_path: Path) -> None:
    """One sentence, and no waiting."""
    with pytest.raises(CannotHandOver, match="does not answer"):
        hand_over(light_daemon.places(tmp_path), "")


def _send(door: Path, line: bytes) -> None:
    """Send something, and wait until it was answered or refused."""
    with socket.socket(socket.AF_UNIX) as stream:
        stream.connect(str(door))
        try:
            stream.sendall(line)
            stream.shutdown(socket.SHUT_WR)
            stream.recv(10)
        except OSError:
            return
