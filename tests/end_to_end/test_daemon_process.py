"""The daemon as a process: one a user, gone when told, back after a kill."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time

import psutil
import pytest
from filelock import FileLock
from tests.end_to_end.conftest import User

import vectray_client
from vectray.places import make_private
from vectray_client.sdk.rendezvous import is_listening

pytestmark = pytest.mark.timeout(90)

NO_AGENT = "vectray: the agent is not running\n"


def daemon_command(*flags: str) -> list[str]:
    """The command that runs the daemon in the foreground."""
    return [sys.executable, "-m", "vectrayd", *flags]


def test_a_second_daemon_says_who_is_first(newcomer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends at once with a sentence and a status, and the first one is unharmed."""
    monkeypatch.setenv("VECTRAY_HOME", str(newcomer.home))
    with vectray_client.connect() as daemon:
        pid = daemon.state().pid
        second = subprocess.run(
            daemon_command(),
            env=newcomer.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert second.returncode == 75
        assert second.stderr.strip() == f"vectrayd: vectrayd is already running (process {pid})."
        assert daemon.state().pid == pid


def test_its_places_are_private(newcomer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The socket is for its user alone, in a folder for its user alone; no TCP port is open."""
    monkeypatch.setenv("VECTRAY_HOME", str(newcomer.home))
    with vectray_client.connect() as daemon:
        assert stat.S_IMODE(newcomer.places.runtime.stat().st_mode) == 0o700
        assert stat.S_IMODE(newcomer.places.daemon_socket.stat().st_mode) == 0o600
        assert not psutil.Process(daemon.state().pid).net_connections("inet")


@pytest.mark.slow
def test_stop_ends_it_and_the_next_call_brings_it_back(
    newcomer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopping leaves nothing behind; whoever needs the daemon then starts it. Stopping twice is no error."""
    monkeypatch.setenv("VECTRAY_HOME", str(newcomer.home))
    with vectray_client.connect() as daemon:
        pid = daemon.state().pid
        stopped = newcomer.vectray("stop")
        assert (stopped.returncode, stopped.stderr) == (0, f"{NO_AGENT}vectray: vectrayd has stopped\n")
        assert not newcomer.places.daemon_socket.exists()
        again = newcomer.vectray("stop")
        assert (again.returncode, again.stderr) == (0, f"{NO_AGENT}vectray: vectrayd is not running\n")
        assert daemon.state().pid != pid


def test_a_killed_daemon_is_replaced(newcomer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill -9 leaves a socket and a process id behind; neither fools `status` or the next program."""
    monkeypatch.setenv("VECTRAY_HOME", str(newcomer.home))
    with vectray_client.connect() as daemon:
        first = daemon.state().pid
        os.kill(first, signal.SIGKILL)
        until = time.monotonic() + 10
        while is_listening(newcomer.places.daemon_socket) and time.monotonic() < until:
            time.sleep(0.01)
        assert newcomer.places.daemon_socket.exists()
        assert newcomer.daemon_pid() == first
        assert newcomer.json("status")["daemon"] is None
        second = daemon.state().pid
    assert second == newcomer.daemon_pid() != first
    assert newcomer.json("status")["daemon"]["pid"] == second


@pytest.mark.slow
def test_a_daemon_that_still_holds_the_lock_is_waited_for(
    newcomer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A daemon that finishes its work before it ends no longer listens; the next one starts when it is gone."""
    monkeypatch.setenv("VECTRAY_HOME", str(newcomer.home))
    make_private(newcomer.places.runtime)
    lock = FileLock(newcomer.places.daemon_lock, thread_local=False)
    lock.acquire()
    threading.Timer(3, lock.release).start()
    with vectray_client.connect() as daemon:
        assert not lock.is_locked
        assert daemon.state().pid == newcomer.daemon_pid()


@pytest.mark.slow
def test_many_programs_start_one_daemon(newcomer: User) -> None:
    """Programs that start at the same moment end up with the same daemon."""
    script = "import vectray_client\nwith vectray_client.connect() as d: print(d.state().pid)"
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", script], env=newcomer.environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    assert len({program.communicate(timeout=60)[0] for program in programs}) == 1
    assert all(program.returncode == 0 for program in programs)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(newcomer: User, number: signal.Signals) -> None:
    """SIGTERM and Ctrl-C end it with status 0 within the grace time, its socket removed."""
    daemon = subprocess.Popen(daemon_command(), env=newcomer.environment, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 30
    while not newcomer.places.daemon_socket.exists() and time.monotonic() < until:
        time.sleep(0.05)
    daemon.send_signal(number)
    _, words = daemon.communicate(timeout=20)
    assert daemon.returncode == 0, words
    assert "Traceback" not in words
    assert not newcomer.places.daemon_socket.exists()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--model", "gpt"], "vectrayd: There is no model named 'gpt'"),
        (["--streams", "none"], "vectrayd: The number of streams must be 1 to 256, not 'none'."),
    ],
)
def test_a_bad_flag_is_one_sentence(newcomer: User, flags: list[str], words: str) -> None:
    """What cannot be understood ends the daemon before it listens."""
    done = subprocess.run(
        daemon_command(*flags),
        env=newcomer.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(words)
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_damaged_configuration_is_one_sentence(newcomer: User) -> None:
    """The file and the reason are named, by the daemon and by the client that wanted to start it."""
    newcomer.places.config.mkdir(parents=True)
    newcomer.places.config_file.write_text("[daemon\n", "utf-8")
    done = newcomer.vectray("encode", stdin="a text\n")
    assert done.returncode == 2
    assert str(newcomer.places.config_file) in done.stderr
    assert "Traceback" not in done.stderr
