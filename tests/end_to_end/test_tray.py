"""The tray as a process: begun once, ended well, without a desktop, beside programs that are stopped and started."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.desktops.person import Person, quiet_session, somebody, wait_until
from tests.vectray_client.desktop.fake_watcher import HostedItem, fake_watcher
from tests.vectray_client.desktop.private_bus import PrivateBus

from vectray_client.desktop.only_tray import door_of
from vectray_client.sdk.programs import the_daemon
from vectray_client.sdk.rendezvous import is_listening, is_up

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Somebody without a desktop: no screen, and no bus."""
    missing = tmp_path_factory.mktemp("no-bus") / "bus"
    session = quiet_session(f"unix:path={missing}", XDG_RUNTIME_DIR=str(missing.parent))
    with somebody(tmp_path_factory.mktemp("nowhere") / "home", session) as running:
        yield running


def said(person: Person) -> str:
    """What their programs have said."""
    return (person.home / "said").read_text("utf-8")


def is_begun(person: Person) -> bool:
    """Whether their tray hears of others."""
    return is_listening(door_of(person.places))


def test_without_a_desktop_it_says_so_and_goes_on(nowhere: Person) -> None:
    """One sentence; a search that is handed over is opened all the same; SIGTERM ends it well, and what it started goes on."""
    tray = nowhere.start("tray", "--background")
    wait_until(lambda: is_begun(nowhere) and "no place for a tray icon" in said(nowhere))
    second = nowhere.run("tray", "--search", "怎么泡茶")
    assert (second.returncode, second.stdout) == (0, "")
    wait_until(lambda: bool(nowhere.asked()))
    tray.terminate()
    assert tray.wait(timeout=10) == 0
    assert not door_of(nowhere.places).exists()
    assert nowhere.is_agent_up()
    assert said(nowhere).count("no place for a tray icon") == 1
    assert "Traceback" not in said(nowhere)


def test_a_tray_that_was_killed_is_no_obstacle(nowhere: Person) -> None:
    """The next one takes its place."""
    first = nowhere.start("tray", "--background")
    wait_until(lambda: is_begun(nowhere))
    first.kill()
    first.wait()
    assert door_of(nowhere.places).exists()
    second = nowhere.start("tray", "--background")
    wait_until(lambda: is_begun(nowhere))
    second.send_signal(signal.SIGINT)
    assert second.wait(timeout=10) == 0


def test_check_tells_how_the_icon_would_be_shown(nowhere: Person) -> None:
    """And why not by the other ways; it starts nothing."""
    checked = nowhere.run("tray", "--check", "--json")
    assert checked.returncode == 0
    told = json.loads(checked.stdout)
    assert told["way"]
    assert all(each["way"] and each["why"] for each in told["passed_over"])
    assert not is_begun(nowhere)


async def test_a_day_with_it(tmp_path: Path) -> None:
    """It starts what is missing, speaks another language at once, leaves stopped what was stopped, starts it by a click, and stops all."""
    with PrivateBus() as bus, somebody(tmp_path / "home", quiet_session(bus.address)) as person:
        tray = person.start("tray", "--background")
        async with fake_watcher(bus.address) as watcher:
            item = await watcher.wait_item()
            await item.wait_until(lambda item: item.picture.startswith("vectray-idle"))
            assert "No folder is indexed yet" in item.labels

            assert person.run("settings", "language", "zh").returncode == 0
            await item.wait_until(
                lambda item: "搜索…" in item.labels and item.tooltip.startswith("Vectray：")
            )
            assert person.run("settings", "language", "en").returncode == 0

            assert person.run("stop").returncode == 0
            await item.wait_until(_can_be_started)
            assert "Stopped" in item.labels
            assert not person.is_agent_up()
            await item.click("Start Vectray")
            await item.wait_until(lambda item: item.picture.startswith("vectray-idle"))

            await item.click("Stop everything")
            assert tray.wait(timeout=30) == 0
        assert not person.is_agent_up()
        assert not is_up(the_daemon(person.places))
        assert "Traceback" not in said(person)


def _can_be_started(item: HostedItem) -> bool:
    return item.picture.startswith("vectray-unreachable") and "Start Vectray" in item.labels
