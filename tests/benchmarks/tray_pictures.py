"""The whole life of the tray on a real panel, act by act, with a picture of each: the menu as it stood, the icon enlarged beside it.

    python -m tests.benchmarks.tray_pictures FOLDER [--language zh] [--light]

Tray and agent are the real ones, behind them is the daemon whose model is a checksum, until it is killed and the tray starts the real one.
For the act in which changes are noticed late the agent lives in a namespace where it may watch three folders.
"""

import argparse
import os
import signal
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import psutil
from PIL import Image
from tests import light_daemon
from tests.desktops import desktop
from tests.desktops.desktop import Desktop
from tests.desktops.menu_keys import keys_to, shown_rows
from tests.desktops.panels import HEIGHT
from tests.desktops.person import Person, somebody, wait_until
from tests.desktops.screen import Box, Screen, box_of_change

from vectray_client.desktop.words.en import EN
from vectray_client.desktop.words.zh import ZH
from vectray_client.sdk.index_states import AgentState

_WORDS: Mapping[str, Mapping[str, object]] = MappingProxyType({"en": EN, "zh": ZH})
_DOCUMENTS = 240
_TEXT_SECONDS = 0.08
_ENLARGED = 6
_MARGIN = 12
_CORNER = (0, 470, 10, 480)
"""Of the screen, away from all that is drawn."""
_THREE_WATCHES = ("unshare", "-Ur", "sh", "-c", 'echo 3 > /proc/sys/user/max_inotify_watches; exec "$@"', "-")


class Stage:
    """A desktop with somebody before it, and a camera."""

    def __init__(self, shown: Desktop, person: Person, *, into: Path, language: str) -> None:
        self.person = person
        self.desktop = shown
        self.language = language
        self._into = into
        self._bare = shown.screen.look()
        self._acts = 0

    @property
    def screen(self) -> Screen:
        """What is looked at."""
        return self.desktop.screen

    def say(self, key: str) -> str:
        """Return what the tray calls a line of its menu."""
        return str(_WORDS[self.language][key])

    def wait_icon(self) -> None:
        """Wait until there is one."""
        self.screen.wait_until(lambda picture: picture != self._bare)

    def take(self, act: str) -> None:
        """Take a picture of the panel, with the tooltip that a pointer on the icon brings up."""
        before = self.screen.look()
        self.screen.point_at(self._icon())
        self.screen.wait_until(lambda picture: _below(picture) != _below(before))
        self._keep(act, self.screen.wait_still(seconds=0.5))
        self.rest()

    def take_now(self, act: str) -> None:
        """Take a picture of the panel before anything changes again."""
        self._keep(act, self.screen.look())

    def take_menu(self, act: str, *labels: str) -> None:
        """Take a picture of the open menu, with the inner one behind these lines."""
        before = self.screen.look()
        self.screen.click(self._icon(), button=3)
        self.screen.wait_change(before)
        if labels:
            self.screen.press(*keys_to(shown_rows(self.desktop.bus.address), *labels)[:-1], "Right")
        self.screen.point_at(_CORNER)  # on the icon the pointer would bring up its tooltip
        self._keep(act, self.screen.wait_still(seconds=0.5))
        self.screen.press(*["Escape"] * (len(labels) + 1))
        self.rest()

    def choose(self, *labels: str) -> None:
        """Choose a line of the menu by keys."""
        before = self.screen.look()
        self.screen.click(self._icon(), button=3)
        self.screen.wait_change(before)
        self.screen.press(*keys_to(shown_rows(self.desktop.bus.address), *labels))
        self.rest()

    def rest(self) -> None:
        """Take the pointer away, and wait until nothing but the panel is seen."""
        self.screen.point_at(_CORNER)
        self.screen.wait_until(lambda picture: _below(picture) == _below(self._bare))

    def wait_state(self, holds: Callable[[AgentState], bool]) -> None:
        """Wait until this holds for what the agent tells, and until it can be seen."""
        with self.person.agent() as agent:
            wait_until(lambda: holds(agent.state()))
        self.screen.wait_still(seconds=1.0)

    def wait_icon_changes(self, change: Callable[[], object]) -> None:
        """Bring about what the icon tells, and wait until it does."""
        before = self.screen.look()
        change()
        self.screen.wait_until(lambda picture: picture != before)

    def _icon(self) -> Box:
        box = box_of_change(self._bare, self.screen.look())
        assert box is not None, "there is no icon"
        return box

    def _keep(self, act: str, picture: Image.Image) -> None:
        """Keep what is drawn, with the icon enlarged beside it."""
        self._acts += 1
        drawn = box_of_change(self._bare, picture) or (0, 0, HEIGHT, HEIGHT)
        left = max(0, min(drawn[0], picture.width - 200) - _MARGIN)
        part = picture.crop((left, 0, picture.width, max(drawn[3], HEIGHT) + _MARGIN))
        icon = picture.crop((picture.width - HEIGHT, 0, picture.width, HEIGHT))
        large = icon.resize((HEIGHT * _ENLARGED, HEIGHT * _ENLARGED), Image.Resampling.NEAREST)
        size = (large.width + _MARGIN + part.width, max(large.height, part.height))
        sheet = Image.new("RGB", size, picture.getpixel((0, HEIGHT - 4)))
        sheet.paste(large, (0, 0))
        sheet.paste(part, (large.width + _MARGIN, 0))
        file = self._into / f"{self._acts:02}-{act}.png"
        sheet.quantize(64).save(file, optimize=True)
        print(f"{file.name}: {file.stat().st_size / 1000:.1f} kB", flush=True)


def main() -> None:
    """Play it, and take the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=list(_WORDS), default="en")
    parser.add_argument("--light", action="store_true", help="a light panel")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, desktop.running(is_dark=not asked.light) as shown:
        session = {**shown.environment, "LANGUAGE": asked.language, "LANG": "C.UTF-8"}
        home = Path(folder) / "home"
        with somebody(home, session, text_seconds=_TEXT_SECONDS) as person:
            stage = Stage(shown, person, into=asked.folder, language=asked.language)
            _good_days(stage, Path(folder))
            _bad_days(stage, Path(folder))


def _good_days(stage: Stage, folder: Path) -> None:
    person = stage.person
    person.start("tray", "--background")
    stage.wait_icon()
    stage.take_now("starting")
    wait_until(
        lambda: any(row.label.startswith(stage.say("add")) for row in shown_rows(stage.desktop.bus.address))
    )
    stage.take_menu("no-folder")
    notes, work = _documents(folder / "笔记 Notes", _DOCUMENTS), _documents(folder / "Work & plans", 12)
    with person.agent() as agent:
        agent.add_folder(str(notes))
        agent.add_folder(str(work))
        wait_until(lambda: 0.3 < agent.state().share < 1.0)
        stage.take("indexing")
        stage.take_menu("indexing-menu")
        stage.wait_state(lambda state: state.files == _DOCUMENTS + 12 and not state.pending)
        stage.take("idle")
        stage.take_menu("idle-menu")
        agent.pause(str(work))
        stage.wait_state(lambda state: any(each.is_paused for each in state.folders))
        stage.take_menu("one-folder-paused", stage.say("folders"), work.name)
        agent.resume(str(work))
        stage.take_menu("pausing", stage.say("pause"))
        stage.choose(stage.say("pause"), stage.say("pause-half-hour"))
        stage.wait_state(lambda state: state.is_paused)
        stage.take("paused")
        stage.take_menu("paused-menu")
        agent.resume()
        stage.wait_state(lambda state: not state.is_paused)


def _bad_days(stage: Stage, folder: Path) -> None:
    person, notes = stage.person, folder / "笔记 Notes"
    for number in range(3):
        (notes / f"broken {number}.docx").write_bytes(b"PK\x03\x04broken")
    stage.wait_state(lambda state: state.problems == 3)
    stage.take_menu("problems")
    _cramp(stage)
    stage.take("degraded")
    stage.take_menu("degraded-menu", stage.say("folders"), notes.name)
    daemon = int(person.places.daemon_pid.read_text("ascii"))
    stage.wait_icon_changes(lambda: os.kill(daemon, signal.SIGKILL))
    stage.take_now("daemon-killed")
    wait_until(lambda: light_daemon.is_listening(person.places.daemon_socket))
    stage.screen.wait_still(seconds=1.5)
    stage.take("daemon-back")
    away = [
        each.rename(each.with_name(f"{each.name} of before")) for each in (notes, folder / "Work & plans")
    ]
    stage.wait_state(lambda state: all(each.is_lost for each in state.folders))
    stage.take("action")
    stage.take_menu("action-menu", stage.say("folders"), notes.name)
    for each in away:
        each.rename(each.with_name(each.name.removesuffix(" of before")))
    stage.wait_state(lambda state: not any(each.is_lost for each in state.folders))
    stage.desktop.kill_panel()
    stage.desktop.start_panel()
    stage.wait_icon()
    stage.screen.wait_still(seconds=1.0)
    stage.take("panel-back")
    assert person.run("stop").returncode == 0
    stage.screen.wait_still(seconds=2.0)
    stage.take_menu("stopped")


def _cramp(stage: Stage) -> None:
    """Exchange the agent for one that may not watch all folders; the tray follows whichever runs."""
    first = psutil.Process(stage.person.agent_pid())
    first.terminate()
    wait_until(lambda: not first.is_running() or first.status() == psutil.STATUS_ZOMBIE)
    stage.person.start_agent(through=_THREE_WATCHES)
    stage.wait_state(lambda state: any(folder.watch_reason for folder in state.folders))


def _documents(folder: Path, count: int) -> Path:
    for number in range(count):
        file = folder / f"{number % 6}" / f"note {number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# Note {number}\n\nThe tide rises, number {number}. 潮汐\n", "utf-8")
    return folder


def _below(picture: Image.Image) -> Image.Image:
    """What is drawn below the panel."""
    return picture.crop((0, HEIGHT + 1, picture.width, picture.height))


if __name__ == "__main__":
    main()
