"""The tray's menu, line by line: the real tray, clicked by what its lines say, on a bus without a screen."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.desktops.person import Person, quiet_session, somebody, wait_until
from tests.vectray_client.desktop.fake_watcher import FakeWatcher, HostedItem, fake_watcher
from tests.vectray_client.desktop.private_bus import PrivateBus

from vectray.places import Places
from vectray_client.sdk.index_states import FolderState
from vectray_client.sdk.programs import Program, the_agent, the_daemon
from vectray_client.sdk.rendezvous import is_up

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

FOLDER = "笔记 notes_a&b"
"""A name that menus could misread."""


@pytest.fixture(scope="module")
def bus() -> Iterator[PrivateBus]:
    """A session's bus, with nothing on it."""
    with PrivateBus() as running:
        yield running


@pytest.fixture(scope="module")
def person(bus: PrivateBus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Somebody with a tray, and one folder that is indexed: a document, and a file that cannot be read."""
    with somebody(tmp_path_factory.mktemp("tray"), quiet_session(bus.address)) as running:
        folder = running.home / FOLDER
        folder.mkdir()
        (folder / "tides.md").write_text("The moon pulls the sea. 潮汐\n", "utf-8")
        (folder / "broken.docx").write_bytes(b"PK\x03\x04broken")
        running.start_agent()
        with running.agent() as agent:
            agent.add_folder(str(folder))
            wait_until(lambda: (agent.state().files, agent.state().problems) == (1, 1))
        running.start("tray", "--background")
        yield running


@asynccontextmanager
async def shown(bus: PrivateBus) -> AsyncIterator[HostedItem]:
    """The icon as a panel that comes now sees it, once the tray knows how things stand."""
    async with fake_watcher(bus.address) as watcher:
        yield await known(watcher)


async def known(watcher: FakeWatcher) -> HostedItem:
    """Wait for the icon, and until it knows how things stand."""
    item = await watcher.wait_item()
    await item.wait_until(lambda item: any(label.startswith("1 problem") for label in item.labels))
    return item


def folder_of(person: Person) -> FolderState:
    """What the agent tells of the folder."""
    with person.agent() as agent:
        (folder,) = agent.folders()
        return folder


@pytest.mark.parametrize(
    ("label", "view"),
    [
        ("Search", ""),
        ("1 problem", "problems"),
        ("Add a folder", "add"),
        ("Settings", "settings"),
        ("Diagnostics", "diagnostics"),
    ],
)
async def test_a_line_opens_its_view(bus: PrivateBus, person: Person, label: str, view: str) -> None:
    """Each opens the page of this machine's agent at what it names, by an address that is good once."""
    before = len(person.asked())
    async with shown(bus) as item:
        await item.click(label)
        wait_until(lambda: len(person.asked()) > before)
    assert person.asked()[-1].startswith("http://127.0.0.1:")
    assert not view or view in re.split("[^a-z]", person.asked()[-1])


async def test_a_plain_click_searches(bus: PrivateBus, person: Person) -> None:
    """On the icon itself."""
    before = len(person.asked())
    async with shown(bus) as item:
        await item.activate()
        wait_until(lambda: len(person.asked()) > before)


async def test_a_pause_holds_and_ends(bus: PrivateBus, person: Person) -> None:
    """For 30 minutes pauses the agent for as long; the icon says so within a second, and the line that ends it tells the time left."""
    async with shown(bus) as item:
        await item.click_as_gtk_does("For 30 minutes")
        await item.wait_until(lambda item: item.picture.startswith("vectray-paused"))
        with person.agent() as agent:
            assert agent.state().is_paused
            assert 1700 < agent.state().pause_seconds_left <= 1800
        await item.wait_until(lambda item: any("30 min" in label for label in item.labels))
        await item.click("Resume (")
        await item.wait_until(lambda item: item.picture.startswith("vectray-idle"))
        with person.agent() as agent:
            assert not agent.state().is_paused


async def test_one_folder_is_paused_by_itself(bus: PrivateBus, person: Person) -> None:
    """Its own line pauses and resumes it; the icon, which tells of all folders, is paused only because it is the only one."""
    async with shown(bus) as item:
        await item.send_event(folder_line(item, "Pause"))
        await item.wait_until(lambda item: bool(folder_line(item, "Resume")))
        assert folder_of(person).is_paused
        await item.send_event(folder_line(item, "Resume"))
        await item.wait_until(lambda item: bool(folder_line(item, "Pause")))
        assert not folder_of(person).is_paused


def folder_line(item: HostedItem, label: str) -> int:
    """The number of a line in the folder's own menu, 0 if there is none."""
    rows = list(item.menu.rows())
    first = rows.index(item.row(FOLDER)) + 1
    depth = rows[first].depth
    for row in rows[first:]:
        if row.depth < depth:
            break
        if row.label == label:
            return row.number
    return 0


async def test_a_folder_is_opened(bus: PrivateBus, person: Person) -> None:
    """By the desktop's own program for it."""
    async with shown(bus) as item:
        await item.send_event(folder_line(item, "Open"))
        wait_until(lambda: str(person.home / FOLDER) in person.asked("xdg-open"))


async def test_the_model_is_unloaded(bus: PrivateBus, person: Person) -> None:  # noqa: ARG001 - it is that person's tray
    """Its memory is given back now, and the menu says so."""
    async with shown(bus) as item:
        await item.click("Unload multilingual-e5-small now")
        await item.wait_until(lambda item: "No model is loaded" in item.labels)


@pytest.mark.parametrize("victim", [the_agent, the_daemon])
async def test_programs_may_be_killed_while_the_menu_is_open(
    bus: PrivateBus, person: Person, victim: Callable[[Places], Program]
) -> None:
    """The menu goes on answering, what was killed is started again, and the icon ends with the truth."""
    program = victim(person.places)
    before, opened = int(program.pid.read_text("ascii")), len(person.asked())
    async with shown(bus) as item:
        await item.open_menu()
        os.kill(before, signal.SIGKILL)
        await item.open_menu("Quit")
        await asyncio.to_thread(wait_until, lambda: is_another(program, before))
        await item.wait_until(lambda item: item.picture.startswith("vectray-idle"))
        await item.click("Search")
        await asyncio.to_thread(wait_until, lambda: len(person.asked()) > opened)


def is_another(program: Program, pid: int) -> bool:
    """Whether a program runs, and is not the process that it was."""
    return is_up(program) and int(program.pid.read_text("ascii")) != pid


async def test_a_second_tray_hands_over(bus: PrivateBus, person: Person) -> None:
    """It asks the first one for the search, and ends well at once; one that the session starts asks for nothing."""
    before = len(person.asked())
    async with shown(bus) as item:
        login = person.run("tray", "--background")
        assert (login.returncode, login.stderr) == (0, "vectray: the tray is running already\n")
        assert len(person.asked()) == before
        second = person.run("tray")
        assert (second.returncode, second.stderr.count("Traceback")) == (0, 0)
        wait_until(lambda: len(person.asked()) > before)
        assert item.labels


async def test_quit_ends_the_tray_alone(bus: PrivateBus, person: Person) -> None:
    """With status 0; the agent goes on."""
    async with shown(bus) as item:
        await item.click("Quit the tray only")
        assert person.started[-1].wait(timeout=10) == 0
        with person.agent() as agent:
            assert agent.state().files == 1
    assert Path(person.home / "said").read_text("utf-8").count("Traceback") == 0
