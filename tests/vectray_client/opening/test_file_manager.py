import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vectray_client.opening.desktop import Desktop

from vectray_client.opening.file_manager import reveal, show_items_calls
from vectray_client.opening.standing import NotThere

SERVICE = Path(__file__).parent / "file_manager.py"
CALLERS = [name for name in ("dbus-send", "gdbus") if shutil.which(name)]


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])).map("/".__add__))
def test_no_path_says_more_to_the_bus_than_itself(path: str) -> None:
    """What quotes, lists or escapes there is percent-encoded, and the path can be read back."""
    for call in show_items_calls(path):
        (uri,) = (word[word.index("file://") :].rstrip("']") for word in call if "file://" in word)
        assert not set("'\",[]\\ ") & set(uri)
        assert Path(unquote(urlsplit(uri).path)) == Path(path)


def test_without_a_file_manager_on_the_bus_the_folder_is_opened(desktop: Desktop, file: Path) -> None:
    """One that answers is not there, or none can be asked."""
    desktop.install("xdg-open")
    desktop.install("dbus-send", status=1)
    reveal(str(file))
    assert desktop.wait_started("xdg-open") == [str(file.parent)]


def test_what_is_gone_is_not_shown(desktop: Desktop, file: Path) -> None:
    """The person is told instead."""
    desktop.install("xdg-open")
    file.unlink()
    with pytest.raises(NotThere):
        reveal(str(file))
    assert not desktop.was_started("xdg-open")


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A session bus of the test's own."""
    program = shutil.which("dbus-daemon")
    if program is None or find_spec("dbus_fast") is None:
        pytest.skip("needs dbus-daemon, and dbus-fast to put a file manager on its bus")
    with subprocess.Popen(
        [program, "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
        yield
        daemon.terminate()


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize("caller", CALLERS)
def test_a_file_manager_is_asked_over_the_bus(
    desktop: Desktop, file: Path, tmp_path: Path, caller: str
) -> None:
    """Whichever of the two programs is there, it shows the very file."""
    (desktop.folder / caller).symlink_to(os.path.join("/usr/bin", caller))  # noqa: PTH118 - a string
    note = tmp_path / "shown"
    with subprocess.Popen([sys.executable, SERVICE, note], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout
        assert service.stdout.readline() == "ready\n"
        reveal(str(file))
        service.terminate()
    assert note.read_text() == f"{file.as_uri()}\n"
