import asyncio
import socket
from pathlib import Path

import pytest

from vectray.places import Places
from vectrayd.transport import presence
from vectrayd.transport.presence import AlreadyRunning, CannotListen, clear, identity, only_daemon, wait_lost


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A user's folders."""
    return Places(config=tmp_path, data=tmp_path, runtime=tmp_path / "run")


def bind(path: Path) -> None:
    """Leave a socket at a path."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def test_there_is_only_one(places: Places) -> None:
    """Whoever comes second learns who is first; when that one is gone, the place is free."""
    with only_daemon(places):
        with pytest.raises(AlreadyRunning, match=r"process \d+"), only_daemon(places):
            pass
        bind(places.daemon_socket)
        clear(places, identity(places.daemon_socket))
    assert not places.daemon_socket.exists()
    with only_daemon(places):
        pass


def test_a_strangers_file_is_left_alone(places: Places) -> None:
    """What stands in the socket's place and is none is neither bound over nor deleted."""
    places.runtime.mkdir()
    places.daemon_socket.write_text("a novel", "utf-8")
    with pytest.raises(CannotListen, match="is no socket"), only_daemon(places):
        pass
    assert places.daemon_socket.read_text("utf-8") == "a novel"


def test_another_daemons_socket_is_left_alone(places: Places, tmp_path: Path) -> None:
    """A daemon that was replaced does not make its successor unreachable."""
    with only_daemon(places):
        bind(places.daemon_socket)
        own = identity(places.daemon_socket)
        places.daemon_socket.rename(tmp_path / "aside")  # keeps its inode from being used again
        bind(places.daemon_socket)
        clear(places, own)
        assert places.daemon_socket.exists()
        assert places.daemon_pid.exists()


async def test_a_daemon_that_nobody_can_find_notices(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session's folder that is removed takes the daemon with it."""
    monkeypatch.setattr(presence, "_LOOK_SECONDS", 0.01)
    with only_daemon(places):
        bind(places.daemon_socket)
        lost = asyncio.create_task(wait_lost(places.daemon_socket))
        await asyncio.sleep(0.05)
        assert not lost.done()
        places.daemon_socket.unlink()
        await asyncio.wait_for(lost, 1)
