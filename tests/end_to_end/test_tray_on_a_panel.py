"""The tray on a real panel, as a person meets it: seen, clicked, steered by keys, and back when the panel comes back."""

from collections.abc import Iterator

import pytest
from tests.desktops import desktop
from tests.desktops.desktop import Desktop
from tests.desktops.menu_keys import keys_to, shown_rows
from tests.desktops.person import Person, somebody, wait_until
from tests.desktops.screen import Box, box_of_change

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def xfce() -> Iterator[Desktop]:
    """An Xfce panel on a screen of its own."""
    with desktop.running() as running:
        yield running


@pytest.fixture(scope="module")
def person(xfce: Desktop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Somebody before it, with a document that is indexed."""
    with somebody(tmp_path_factory.mktemp("panel"), xfce.environment) as running:
        documents = running.home / "文档 documents"
        documents.mkdir()
        (documents / "tides.md").write_text("The moon pulls the sea. 潮汐\n", "utf-8")
        running.start_agent()
        with running.agent() as agent:
            agent.add_folder(str(documents))
            wait_until(lambda: agent.state().files == 1 and not agent.state().pending)
        yield running


@pytest.fixture(scope="module")
def icon(xfce: Desktop, person: Person) -> Box:
    """Where their icon is, once it tells that all is well."""
    bare = xfce.screen.look()
    person.start("tray", "--background")
    xfce.screen.wait_change(bare)
    wait_until(lambda: any(row.label.startswith("Pause") for row in shown_rows(xfce.bus.address)))
    xfce.screen.wait_still()
    changed = box_of_change(bare, xfce.screen.look())
    assert changed is not None
    return changed


def test_a_click_opens_the_search(xfce: Desktop, person: Person, icon: Box) -> None:
    """The browser is asked for the page that the agent serves on this machine, and for nothing else."""
    xfce.screen.click(icon)
    wait_until(lambda: bool(person.asked()))
    assert [address.partition("#")[0].rpartition(":")[0] for address in person.asked()] == [
        "http://127.0.0.1"
    ]


def test_a_pause_by_keys_is_seen(xfce: Desktop, person: Person, icon: Box) -> None:
    """A person who opens the menu and presses keys pauses the agent, and the icon says so; resumed by a command, it looks as before."""
    before = xfce.screen.wait_still(icon)
    whole = xfce.screen.look()
    xfce.screen.click(icon, button=3)
    xfce.screen.wait_change(whole)
    xfce.screen.press(*keys_to(shown_rows(xfce.bus.address), "Pause indexing", "For 30 minutes"))
    with person.agent() as agent:
        wait_until(lambda: agent.state().is_paused)
        assert 1700 < agent.state().pause_seconds_left <= 1800
        xfce.screen.wait_until(lambda picture: picture != before, icon)
        assert person.run("resume").returncode == 0
    xfce.screen.wait_until(lambda picture: picture == before, icon)


def test_a_panel_that_crashed_shows_it_again(xfce: Desktop, icon: Box) -> None:
    """Nobody has to start the tray anew."""
    before = xfce.screen.wait_still(icon)
    xfce.kill_panel()
    xfce.screen.wait_until(lambda picture: picture != before, icon)
    xfce.start_panel()
    xfce.screen.wait_until(lambda picture: picture == before, icon)
