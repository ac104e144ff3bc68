import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectray.places import Places
from vectray_client.sdk.errors import AgentUnavailable, DaemonUnavailable
from vectray_client.sdk.programs import the_agent, the_daemon
from vectray_client.sdk.rendezvous import ensure_up, is_listening

LISTENS = """
import pathlib, socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind("vectrayd.sock"); s.listen()
pathlib.Path("listens").touch()
until = time.monotonic() + 8
while time.monotonic() < until and not pathlib.Path("stop").exists(): time.sleep(0.02)
"""
COUNTS = """
import pathlib, sys
with pathlib.Path("attempts").open("a") as file: file.write("x")
"""
IS_LOCKED_OUT_TWICE = COUNTS + "if pathlib.Path('attempts').stat().st_size < 3: sys.exit(75)\n" + LISTENS
FAILS = COUNTS + "sys.exit('vectrayd: vectrayd is already running out of disk.')"


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    """Places whose daemons are told to end after the test."""
    places = Places(config=tmp_path, data=tmp_path, runtime=tmp_path / "run")
    yield places
    if places.runtime.is_dir():
        (places.runtime / "stop").touch()


def python(script: str) -> list[str]:
    """A command that starts quickly."""
    return [sys.executable, "-S", "-E", "-c", script]


def test_a_daemon_that_is_not_there_is_started(places: Places) -> None:
    """It listens when the call returns, in a folder for its user alone."""
    ensure_up(the_daemon(places), command=python(LISTENS))
    assert is_listening(places.daemon_socket)
    assert places.runtime.stat().st_mode & 0o777 == 0o700


def test_an_agent_is_started_in_the_same_way(places: Places) -> None:
    """It has a socket and a log of its own, and what is wrong with it is said of it."""
    with pytest.raises(AgentUnavailable, match=r"^the agent could not be started: vectrayd: .* disk\.$"):
        ensure_up(the_agent(places), command=python(FAILS))
    ensure_up(the_agent(places), command=python(LISTENS.replace("vectrayd.sock", "agent.sock")))
    assert is_listening(places.agent_socket)
    assert not is_listening(places.daemon_socket)


def test_a_daemon_that_listens_is_left_alone(places: Places) -> None:
    """Nothing is started beside it."""
    places.runtime.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(places.daemon_socket))
        listener.listen()
        ensure_up(the_daemon(places), command=["/nowhere"])


def test_who_is_locked_out_tries_again(places: Places) -> None:
    """While an old daemon is about to end, its lock keeps new ones out; sooner or later one gets in."""
    ensure_up(the_daemon(places), command=python(IS_LOCKED_OUT_TWICE), start_seconds=10)
    assert is_listening(places.daemon_socket)
    assert (places.runtime / "attempts").read_text() == "xxx"


def test_another_programs_daemon_is_as_good(places: Places) -> None:
    """Whoever loses the race to start the daemon uses the winner's."""
    places.runtime.mkdir()
    winner = subprocess.Popen(python("import time; time.sleep(0.4)\n" + LISTENS), cwd=places.runtime)
    ensure_up(the_daemon(places), command=python("import sys; sys.exit(75)"), start_seconds=10)
    assert is_listening(places.daemon_socket)
    (places.runtime / "stop").touch()
    winner.wait()


def test_a_daemon_that_cannot_run_says_why(places: Places) -> None:
    """Its last words are the message, and it is not tried again, whatever the words are."""
    with pytest.raises(
        DaemonUnavailable, match=r"^vectrayd could not be started: vectrayd: .* out of disk\.$"
    ):
        ensure_up(the_daemon(places), command=python(FAILS))
    assert (places.runtime / "attempts").read_text() == "x"


def test_a_daemon_without_its_extra_is_not_installed(places: Places) -> None:
    """Its code comes with every installation, what it imports does not: the sentence says what to install."""
    with pytest.raises(DaemonUnavailable, match=r"not installed here: pip install 'vectray\[daemon\]'\.$"):
        ensure_up(the_daemon(places), command=python("import a_module_that_is_nowhere"))


def test_a_daemon_that_never_listens_is_given_up(places: Places) -> None:
    """The wait has an end, which names the log."""
    began = time.monotonic()
    with pytest.raises(DaemonUnavailable, match=r"did not answer within 1 seconds; see .*vectrayd\.log\.$"):
        ensure_up(the_daemon(places), command=python("import time; time.sleep(2)"), start_seconds=1)
    assert time.monotonic() - began < 2


def test_a_runtime_folder_that_cannot_be_is_named(places: Places) -> None:
    """A file in the way is one sentence with its path, not a traceback."""
    places.runtime.write_text("a file", "utf-8")
    with pytest.raises(DaemonUnavailable, match=r"^vectrayd cannot be started: .*/run: File exists\.$"):
        ensure_up(the_daemon(places), command=python(LISTENS))


def test_a_program_that_is_not_there_is_named(places: Places) -> None:
    """So is a command that cannot be run."""
    with pytest.raises(
        DaemonUnavailable, match=r"^vectrayd cannot be started: /nowhere/vectrayd: No such file"
    ):
        ensure_up(the_daemon(places), command=["/nowhere/vectrayd"])
