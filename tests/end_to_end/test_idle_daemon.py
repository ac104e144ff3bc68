"""What is left of a daemon's workers when nobody uses them, or when it is gone itself."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from tests import light_daemon
from tests.end_to_end.conftest import User
from tests.light_daemon import places

import vectray_client
from vectray_client.sdk.rendezvous import is_listening


def wait_until(is_so: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait for something that must happen."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def light_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home of a running daemon with light workers, for this process too."""
    home = tmp_path / "home"
    places(home).runtime.mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("VECTRAY_HOME", str(home))
    monkeypatch.setenv("VECTRAYD_KEEP_ALIVE", "1s")
    daemon = subprocess.Popen(light_daemon.command(home))
    wait_until(lambda: is_listening(places(home).daemon_socket))
    yield home
    daemon.kill()
    daemon.wait()


def test_a_killed_daemon_leaves_no_worker_and_no_core(light_home: Path) -> None:
    """Workers end with their daemon however it ended; none of them, nor the daemon, may leave a text in a core dump."""
    with vectray_client.connect() as connection:
        connection.encode(["a text"])
        daemon = psutil.Process(connection.state().pid)
        (worker,) = daemon.children()
        for process in (daemon, worker):
            assert max(process.rlimit(psutil.RLIMIT_CORE)) <= 1
        os.kill(daemon.pid, signal.SIGKILL)
        wait_until(lambda: not psutil.pid_exists(worker.pid), seconds=5)
    assert places(light_home).daemon_socket.exists(), "it had no time to clear up"


@pytest.mark.slow
def test_requests_do_not_notice_that_the_worker_was_away(light_home: Path) -> None:
    """The worker goes after its time; the next text has its vector all the same, from another process."""
    with vectray_client.connect() as connection:
        before = connection.encode(["a text"])
        daemon = psutil.Process(connection.state().pid)
        (first,) = daemon.children()
        wait_until(lambda: not daemon.children())
        assert (connection.encode(["a text"]) == before).all()
        assert daemon.children() != [first]
    assert light_home.exists()


@pytest.mark.slow
@pytest.mark.model
def test_an_idle_daemon_is_small_and_quiet(newcomer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """After keep-alive a real model's process is gone, the daemon has no torch, little memory, and hardly ever wakes."""
    monkeypatch.setenv("VECTRAY_HOME", str(newcomer.home))
    newcomer.configure('[daemon.models."all-MiniLM-L6-v2"]\nkeep_alive = "1s"\n')
    with vectray_client.connect() as connection:
        connection.encode(["a text"], model="all-MiniLM-L6-v2")
        daemon = psutil.Process(connection.state().pid)
        (worker,) = daemon.children()
        wait_until(lambda: not psutil.pid_exists(worker.pid))
    before = daemon.cpu_times()
    time.sleep(10)
    after = daemon.cpu_times()
    assert after.user + after.system - before.user - before.system <= 0.02  # clock ticks of a hundredth each
    assert daemon.memory_info().rss <= 80e6
    assert "torch" not in Path(f"/proc/{daemon.pid}/maps").read_text("utf-8")
