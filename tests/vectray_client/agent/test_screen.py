import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from vectray_client.agent.screen import Screen

LOOK = "from vectray_client.agent.screen import Screen; print(Screen().is_filled())"
LOOK_TWICE = """
import time
from vectray_client.agent.screen import Screen
screen = Screen()
first, began = screen.is_filled(), time.monotonic()
print(first, screen.is_filled())
print(time.monotonic() - began)
"""
WINDOW = """
import sys
from Xlib import X
from Xlib.display import Display

display = Display()
screen = display.screen()
window = screen.root.create_window(0, 0, 200, 100, 0, screen.root_depth)
if sys.argv[1] == "full":
    atoms = [display.get_atom("_NET_WM_STATE_FULLSCREEN")]
    window.change_property(display.get_atom("_NET_WM_STATE"), display.get_atom("ATOM"), 32, atoms)
window.map()
display.flush()
sys.stdin.read()
"""
needs_a_display = pytest.mark.skipif(
    sys.platform == "win32" or not (shutil.which("Xvfb") and shutil.which("openbox")),
    reason="Xvfb or openbox is not installed",
)


def seen_from(display: str, look: str = LOOK) -> str:
    """What an agent of that display sees."""
    environment = {**os.environ, "DISPLAY": display}
    return subprocess.run(
        [sys.executable, "-c", look], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def wait(holds: Callable[[], bool]) -> None:
    """Wait until something holds; TimeoutError if it does not."""
    until = time.monotonic() + 20
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.05)


@contextmanager
def program(*command: str, display: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run a program as long as the block lasts."""
    environment = {**os.environ, "DISPLAY": display}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def display_with_windows() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A display of our own with a window manager: its name, and its server."""
    with program("Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp") as server:
        assert server.stdout
        name = f":{server.stdout.readline().strip()}"
        with program("openbox", display=name):
            yield name, server


@needs_a_display
@pytest.mark.slow
def test_a_window_that_fills_the_screen_is_seen() -> None:
    """As long as it is the active one; a window among others fills nothing, and no window is nobody's word."""
    with display_with_windows() as (name, _):
        assert seen_from(name) in ("None", "False")
        with program(sys.executable, "-c", WINDOW, "small", display=name):
            wait(lambda: seen_from(name) == "False")
            with program(sys.executable, "-c", WINDOW, "full", display=name):
                wait(lambda: seen_from(name) == "True")
            wait(lambda: seen_from(name) == "False")


@needs_a_display
@pytest.mark.slow
def test_a_display_that_does_not_answer_holds_nobody_up() -> None:
    """It is not known what is on it; after the first time nobody waits for it at all."""
    with display_with_windows() as (name, server):
        server.send_signal(signal.SIGSTOP)
        try:
            told, seconds = seen_from(name, LOOK_TWICE).split("\n")
        finally:
            server.send_signal(signal.SIGCONT)
        assert told == "None None"
        assert float(seconds) < 0.1


def test_no_display_is_no_word() -> None:
    """Nobody is asked, and nothing raised, where there is none or what is named is none."""
    assert seen_from("") == seen_from("nonsense") == seen_from(":987654") == "None"


def test_asking_is_quick() -> None:
    """Whatever this machine has for a screen."""
    began = time.monotonic()
    Screen().is_filled()
    assert time.monotonic() - began < 2
