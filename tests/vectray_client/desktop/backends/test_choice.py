import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.vectray_client.desktop.private_bus import PrivateBus

import vectray_client.desktop
from vectray_client.desktop.backends.choice import Choice, Way, choose_display, ways
from vectray_client.desktop.backends.surroundings import Surroundings

LINUX = st.builds(
    Surroundings,
    platform=st.just("linux"),
    bus_address=st.sampled_from(["", "unix:path=/somewhere"]),
    has_watcher=st.booleans(),
    has_x_tray=st.booleans(),
)


def chosen(only: Way | None = None, **environment: str) -> Choice:
    """What is taken where this is set."""
    return choose_display(
        lambda _: None,
        environment=environment,
        panel=lambda: None,
        say=lambda _: None,
        platform="linux",
        only=only,
    )


@given(LINUX)
def test_every_way_of_linux_is_tried(around: Surroundings) -> None:
    """Whatever is there, no way is left out or tried twice, and what shows the icon at once comes first."""
    tried = ways(around)
    assert sorted(tried) == sorted([Way.NOTIFIER, Way.APPINDICATOR, Way.GTK, Way.XORG])
    assert (tried[0] is Way.NOTIFIER) == (around.has_watcher or not around.has_x_tray)


def test_windows_and_macos_have_one_way() -> None:
    """Their own."""
    assert ways(Surroundings(platform="win32")) == (Way.WINDOWS,)
    assert ways(Surroundings(platform="darwin")) == (Way.MACOS,)


def test_without_bus_and_screen_there_is_no_icon_but_a_reason_for_each_way() -> None:
    """A machine without a desktop has a tray that shows nothing, and that says why."""
    choice = chosen()
    assert (choice.way, choice.display.name) == (Way.NOWHERE, "none")
    assert [way.way for way in choice.passed_over] == [Way.NOTIFIER, Way.APPINDICATOR, Way.GTK, Way.XORG]
    assert all(way.why.endswith(".") and "\n" not in way.why for way in choice.passed_over)


def test_a_bus_is_enough() -> None:
    """Somebody may come to show icons on it."""
    with PrivateBus() as bus:
        choice = chosen(DBUS_SESSION_BUS_ADDRESS=bus.address)
    assert (choice.way, choice.display.name) == (Way.NOTIFIER, "StatusNotifierItem")
    assert choice.passed_over == ()


def test_one_way_may_be_asked_for() -> None:
    """That one or none; nothing else is tried."""
    assert chosen(only=Way.XORG).way is Way.NOWHERE
    assert [way.way for way in chosen(only=Way.WINDOWS).passed_over] == [Way.WINDOWS]
    assert chosen(only=Way.NOWHERE).passed_over == ()


def test_everything_is_imported_where_nothing_is() -> None:
    """No module of the tray needs a screen or a bus to be imported, nor brings pystray, GTK or Pillow along."""
    folder = Path(vectray_client.desktop.__file__).parent
    modules = [
        ".".join(("vectray_client", "desktop", *path.relative_to(folder).with_suffix("").parts))
        for path in sorted(folder.rglob("*.py"))
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name.removesuffix('.__init__'))\n"
        "print(sorted({'pystray', 'gi', 'PIL', 'Xlib', 'numpy'} & set(sys.modules)))\n"
    )
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
