"""A desktop session of one's own: screen, bus, window manager and panel, none of which knows the person's who runs it."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.desktops.panels import XFCE, Panel, program
from tests.desktops.screen import Screen
from tests.vectray_client.desktop.private_bus import PrivateBus

_ANOTHERS = ("XDG_", "DBUS_", "GTK_", "GDK_", "QT_", "WAYLAND_", "LC_")
"""Beginnings of the names of variables that belong to the session from which this one is started."""
_END_SECONDS = 5.0


class Desktop:
    """A running session. Made by `running`."""

    def __init__(self, folder: Path, *, screen: Screen, bus: PrivateBus, panel: Panel) -> None:
        self.folder = folder
        """The home of whoever sits before it."""
        self.screen = screen
        self.bus = bus
        self._panel = panel
        self._panel_processes: list[subprocess.Popen[bytes]] = []

    @property
    def environment(self) -> Mapping[str, str]:
        """What its programs find set."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_ANOTHERS)}
        return kept | {
            "DISPLAY": self.screen.name,
            "DBUS_SESSION_BUS_ADDRESS": self.bus.address,
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / ".config"),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "XDG_SESSION_TYPE": "x11",
            "GDK_BACKEND": "x11",
            "GSETTINGS_BACKEND": "memory",
            "NO_AT_BRIDGE": "1",
            "QT_QPA_PLATFORM": "xcb",
        }

    def start(self, command: Sequence[str], **environment: str) -> subprocess.Popen[bytes]:
        """Start a program in the session, with more set for it than for others; to be ended by `end`."""
        with (self.folder / "session.log").open("ab") as log:
            return subprocess.Popen(
                command, env={**self.environment, **environment}, cwd=self.folder, stdout=log, stderr=log
            )

    def start_panel(self) -> None:
        """Show the panel; an icon that waits for one may come to it from now on."""
        self._panel_processes = [self.start(command) for command in self._panel.commands()]

    def kill_panel(self) -> None:
        """Kill the panel, as a crash does."""
        for process in reversed(self._panel_processes):
            process.kill()
            process.wait()
        self._panel_processes = []


@contextlib.contextmanager
def running(*, panel: Panel = XFCE, is_dark: bool = True, screen: Screen | None = None) -> Iterator[Desktop]:
    """Run a session; its panel is seen once the block begins.

    A test that uses it is skipped where a program is not there.
    """
    with (
        tempfile.TemporaryDirectory(prefix="desk-") as folder,
        screen or Screen() as shown,
        PrivateBus() as bus,
    ):
        home = Path(folder)
        (home / "run").mkdir(mode=0o700)
        panel.settle(home / ".config", is_dark=is_dark)
        desktop = Desktop(home, screen=shown, bus=bus, panel=panel)
        manager = desktop.start([program("openbox")])
        try:
            bare = shown.look()
            desktop.start_panel()
            if panel.is_seen_empty:
                shown.wait_change(bare)
            yield desktop
        finally:
            desktop.kill_panel()
            end(manager)


def end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> int:
    """Ask a program to end, and see that it does; return its exit status."""
    process.terminate()
    try:
        return process.wait(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
