"""The agent as a person has it: a process that watches their folders, and the commands that go through it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests import light_daemon
from tests.end_to_end.conftest import User

from vectray_client.sdk.agent import Agent
from vectray_client.sdk.programs import the_agent
from vectray_client.sdk.rendezvous import is_up

pytestmark = pytest.mark.timeout(120)


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Look often, but not for ever."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


@contextmanager
def agent_of(user: User) -> Iterator[subprocess.Popen[str]]:
    """Their agent, which listens once the block begins."""
    with user.start("agent") as process:
        try:
            wait_until(lambda: process.poll() is not None or is_up(the_agent(user.places)))
            assert process.poll() is None, process.communicate()
            yield process
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """Somebody whose model is a checksum."""
    somebody = User(tmp_path_factory.mktemp("家 agent"))
    with light_daemon.running(somebody.home, unit=1):
        yield somebody


@pytest.fixture(scope="module")
def process(user: User) -> Iterator[subprocess.Popen[str]]:
    """Their agent."""
    with agent_of(user) as running:
        yield running


@pytest.fixture
def folder(user: User, process: subprocess.Popen[str], tmp_path: Path) -> Iterator[Path]:
    """A folder of theirs, indexed with three documents; its name is Chinese."""
    assert process.poll() is None
    folder = tmp_path / "我的 notes"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.md").write_text(
            f"# Note {number}\n\nThe tide rises, number {number}. 潮汐\n", "utf-8"
        )
    (folder / "empty.txt").touch()
    with Agent(user.places) as agent:
        agent.add_folder(str(folder))
        wait_until(lambda: _is_settled(agent, folder, files=3))
        yield folder
        agent.resume()
        if str(folder) in {known.path for known in agent.folders()}:
            agent.remove_folder(str(folder))


def _is_settled(agent: Agent, folder: Path, *, files: int) -> bool:
    state = agent.state()
    known = next((known for known in state.folders if known.path == str(folder)), None)
    return bool(known and known.files == files and not (known.pending or state.pending_vectors))


def test_a_save_is_found_by_the_next_search(user: User, folder: Path) -> None:
    """Without a command in between: the answer waits for what was saved before it was asked for, and says that it is fresh."""
    (folder / "new.txt").write_text("volcanoes 火山", "utf-8")
    answer = user.json("search", "volcanoes", "--folder", str(folder))
    assert (answer["fresh"], answer["pending"]) == (True, 0)
    assert Path(answer["hits"][0]["path"]).name == "new.txt"
    assert answer["hits"][0]["vector_score"] is not None
    assert answer["hits"][0]["cell"] == ""


@pytest.mark.slow
def test_indexing_by_hand_is_done_by_the_agent(user: User, folder: Path) -> None:
    """The numbers are those of that run, as without an agent; a paused index says so instead."""
    for number in (7, 8):
        (folder / f"{number}.md").write_text(f"Something else, {number}.", "utf-8")
    result = user.json("index", str(folder))
    assert (result["files"], result["chunks"], result["embedded"] + result["reused"]) == (5, 5, 5)
    assert [Path(file["path"]).name for file in result["skipped"]] == ["empty.txt"]
    with Agent(user.places) as agent:
        agent.pause()
    refused = user.vectray("index", str(folder))
    assert (refused.returncode, refused.stderr) == (
        2,
        "vectray: Indexing is paused until `vectray resume`.\n",
    )


@pytest.mark.slow
def test_a_person_steers_it_by_commands(user: User, folder: Path, process: subprocess.Popen[str]) -> None:
    """Pausing, asking why, what is wrong, looking again, forgetting: each goes to the agent that runs and shows its effect."""
    assert "for 2 hours" in user.vectray("pause", "--for", "2h").stderr
    agent = user.json("status")["agent"]
    assert (agent["pid"], agent["is_paused"]) == (process.pid, True)
    late = folder / "late.txt"
    late.write_text("late", "utf-8")
    assert user.json("rescan", str(folder))["dirty"] == 1
    waiting = user.json("why", str(late))["explanation"]
    assert waiting.startswith("It waits to be read, as number 1 of 1; indexing is paused for 2 hours more")
    assert user.json("forget", str(late)) == {"files": 0}
    assert user.vectray("resume", "--anyway").stderr == "vectray: indexing is not paused\n"
    assert "is paused for 30 minutes" in user.vectray("pause", str(folder), "--for", "30m").stderr
    assert "Indexing is paused for 30 minutes more" in user.vectray("index", str(folder)).stderr
    assert user.vectray("resume", str(folder)).returncode == 0
    assert "forgotten on request" in user.vectray("why", str(late)).stdout
    again = user.vectray("agent")
    assert (again.returncode, again.stderr) == (
        0,
        f"vectray: the agent is already running (process {process.pid})\n",
    )


@pytest.mark.slow
def test_it_ends_and_begins_again_where_it_was(tmp_path: Path) -> None:
    """Told to stop, killed, or no longer to be found: it is gone within seconds, and the next one knows everything."""
    user = User(tmp_path / "home")
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.md").write_text("The tide rises.", "utf-8")
    with light_daemon.running(user.home, unit=1):
        with agent_of(user) as process:
            assert user.json("index", str(folder))["embedded"] == 1
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        (folder / "b.md").write_text("The sea falls.", "utf-8")
        with agent_of(user) as process, Agent(user.places) as agent:
            wait_until(lambda: _is_settled(agent, folder, files=2))
            assert agent.state().embedded == 1
            began = time.monotonic()
            process.terminate()
            assert process.wait(timeout=10) == 0
            assert time.monotonic() - began < 5
            assert process.communicate()[1] == ""
        assert not user.places.agent_socket.exists()
        with agent_of(user) as process:
            stopped = user.vectray("stop")
            assert stopped.stderr == "vectray: the agent has stopped\nvectray: vectrayd has stopped\n"
            assert process.wait(timeout=5) == 0
        assert user.json("search", "tide", status=0)["hits"]
        user.vectray("stop")  # the daemon that the search has started
