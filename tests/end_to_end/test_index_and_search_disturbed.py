"""Indexing that is killed, stopped, run twice or asked in the middle of it: nothing that was done is lost, nothing is half done."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from tests.end_to_end.conftest import User

from vectray_client.domain import Fault
from vectray_client.store.reading import open_reader

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(150)]

DOCUMENTS = 80
PASSAGES = 3
"""A document's; all different. Together they take a second or more to embed, and the middle is seen within milliseconds."""


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """A user of the small English model. One for all, because a daemon takes seconds to load it."""
    user = User(tmp_path_factory.mktemp("owner"))
    user.configure('[client]\nmodel = "all-minilm-l6-v2"\n')
    yield user
    user.vectray("stop")


@pytest.fixture
def writer(owner: User) -> User:
    """The user, with nothing indexed."""
    shutil.rmtree(owner.places.index, ignore_errors=True)
    return owner


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Many documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(DOCUMENTS):
        sections = (
            f"# Part {part}\n\n" + f"Note {number} says in part {part} what matters about {number * 7}. " * 12
            for part in range(PASSAGES)
        )
        (folder / f"{number}.md").write_text("\n\n".join(sections), "utf-8")
    return folder


def embedded(user: User) -> int:
    """How many passages have their vectors. Reading is long done by then: words find everything."""
    try:
        with open_reader(user.places.index / "index.sqlite") as reader:
            return reader.counts().vectors
    except Fault:
        return 0


def wait_until(condition: Callable[[], bool]) -> None:
    """Look often, but not for ever."""
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.01)


@pytest.fixture
def indexing(writer: User, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A run in the middle of its work."""
    with writer.start("index", str(folder), "--json") as running:
        try:
            wait_until(lambda: embedded(writer) >= 16)
            yield running
        finally:
            running.kill()


def readers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The processes that read files for a run."""
    children = psutil.Process(process.pid).children()
    return [child for child in children if any("spawn_main" in word for word in child.cmdline())]


def finish(user: User, folder: Path) -> int:
    """Run to the end, check that all is there, and return how many passages had to be embedded."""
    result = user.json("index", str(folder))
    assert (result["files"], result["chunks"], result["failed"]) == (DOCUMENTS, DOCUMENTS * PASSAGES, [])
    again = user.json("index", str(folder))
    assert (again["embedded"], again["files"]) == (0, DOCUMENTS)
    embedded = result["embedded"]
    assert isinstance(embedded, int)
    return embedded


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGKILL, -9), (signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_what_was_done_before_the_end_is_kept(
    writer: User, folder: Path, indexing: subprocess.Popen[str], number: int, status: int
) -> None:
    """Killed, stopped or told to end in the middle: every document is whole, and the next run does the rest alone."""
    readers = readers_of(indexing)
    indexing.send_signal(number)
    _, words = indexing.communicate(timeout=20)
    assert indexing.returncode == status
    if number != signal.SIGKILL:
        assert words == "vectray: stopped; what was done so far is kept\n"
        assert not any(reader.is_running() for reader in readers)
    assert 16 <= embedded(writer) < DOCUMENTS * PASSAGES, "it was the middle"
    with open_reader(writer.places.index / "index.sqlite") as reader:
        counts = reader.counts()
    assert counts.chunks == counts.files * PASSAGES
    assert finish(writer, folder) == DOCUMENTS * PASSAGES - counts.vectors


def test_a_killed_daemon_and_killed_readers_are_replaced(
    writer: User, indexing: subprocess.Popen[str], folder: Path
) -> None:
    """The run goes on with new ones and ends as if nothing had happened."""
    os.kill(writer.daemon_pid(), signal.SIGKILL)
    for reader in readers_of(indexing):
        reader.kill()
    output, words = indexing.communicate(timeout=100)
    assert (indexing.returncode, words) == (0, "")
    assert f'"files": {DOCUMENTS}' in output
    assert '"failed": []' in output
    finish(writer, folder)


def test_others_are_served_meanwhile(writer: User, indexing: subprocess.Popen[str], folder: Path) -> None:
    """A second writer is told who writes; a search finds what is there so far, by meaning too, and says what waits."""
    indexing.send_signal(signal.SIGSTOP)  # the middle, for as long as it takes to look at it
    second = writer.vectray("index", str(folder))
    assert second.returncode == 2
    assert second.stderr == (
        f"vectray: The index is being written by process {indexing.pid}; only one can do so at a time.\n"
    )
    answer = writer.json("search", "what matters", "--top", "1")
    assert answer["hits"][0]["vector_score"] > 0
    assert 0 < answer["pending"] < DOCUMENTS
    indexing.send_signal(signal.SIGCONT)
    assert indexing.wait(timeout=100) == 0
    assert embedded(writer) == DOCUMENTS * PASSAGES
