import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests import light_daemon

from vectray.places import Places
from vectray_client.sdk.rendezvous import is_listening
from vectray_client.store.reading import open_reader

pytestmark = pytest.mark.slow


@contextmanager
def agent(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the agent of a home; it listens once the block begins, and is killed at its end if it still runs."""
    process = start(home)
    try:
        wait(lambda: is_listening(light_daemon.places(home).agent_socket))
        yield process
    finally:
        process.kill()
        process.wait()


def start(home: Path) -> subprocess.Popen[bytes]:
    """Start the agent of a home."""
    environment = {**os.environ, "VECTRAY_HOME": str(home)}
    return subprocess.Popen([sys.executable, "-m", "vectray_client", "agent"], env=environment)


def wait(holds: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Wait until something holds; TimeoutError if it does not."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.05)


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the same home."""
    environment = {**os.environ, "VECTRAY_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "vectray_client", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def files_in(places: Places) -> int:
    """How many files are indexed."""
    with open_reader(places.index / "index.sqlite") as reader:
        return reader.counts().files


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with a running daemon; its path is short enough for sockets, as pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="va-") as folder:
        path = Path(os.path.realpath(folder)) / "home"
        with light_daemon.running(path, unit=1):
            yield path


def test_the_agent_ends_when_it_is_told_to(home: Path) -> None:
    """Within seconds, with success, leaving no socket's owner behind; a second one that is started meanwhile ends by itself, and well."""
    with agent(home) as process:
        second = start(home)
        assert second.wait(20) == 0
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert time.monotonic() - began < 5
    assert not light_daemon.places(home).agent_pid.exists()


def test_an_agent_that_cannot_be_found_ends(home: Path) -> None:
    """Where its socket is removed, nobody could ever stop it."""
    with agent(home) as process:
        light_daemon.places(home).agent_socket.unlink()
        assert process.wait(20) == 0


def test_a_killed_agent_is_made_up_for(home: Path) -> None:
    """The next one finishes what was begun; nothing is missing, nothing is there twice."""
    folder = home.parent / "docs"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.md").write_text(f"# Note {number}\n\nabout topic{number}\n")
    places = light_daemon.places(home)
    with agent(home):
        assert command(home, "folders", "add", str(folder)).returncode == 0
        wait(lambda: files_in(places) > 5)
    with agent(home):
        wait(lambda: files_in(places) == 60)
        answer = command(home, "index", str(folder), "--json")
        assert answer.returncode == 0, answer.stderr
    with open_reader(places.index / "index.sqlite") as reader:
        assert (reader.counts().chunks, reader.waiting(1), reader.queued()) == (60, [], {})
