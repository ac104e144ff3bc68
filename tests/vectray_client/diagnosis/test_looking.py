import os
from pathlib import Path

import pytest

from vectray.places import Places
from vectray_client.diagnosis.evidence import Desktop
from vectray_client.diagnosis.looking import desktop_in, is_private, look
from vectray_client.filesystems import kind_of
from vectray_client.sdk.index_states import AgentState, FolderState
from vectray_client.store.errors import NotAnIndex


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Where somebody's Vectray would be; nothing is there."""
    return Places(config=tmp_path / "config", data=tmp_path / "data", runtime=tmp_path / "run")


def test_looking_leaves_nothing(places: Places, tmp_path: Path) -> None:
    """Whoever looks at an installation that is not there finds nothing wrong and makes nothing."""
    seen = look(places, agent=None, daemon=None)
    assert (seen.index_fault, seen.preferences_fault, seen.index_bytes) == (None, "", 0)
    assert seen.is_runtime_private
    assert seen.disk_free_bytes
    assert seen.index_lies_on == kind_of(str(tmp_path)).name
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_is_seen(places: Places) -> None:
    """A file that is no index, settings that are none, an open folder of sockets, what the logs tell of errors."""
    for folder in (places.index, places.config, places.runtime):
        folder.mkdir(parents=True)
    places.runtime.chmod(0o755)
    (places.index / "index.sqlite").write_text("not a database" * 100, "utf-8")
    places.preferences.write_text("{", "utf-8")
    places.agent_log.write_text(
        "Traceback\nOSError: /secret\nsqlite3.OperationalError: x\nSecret: y\nNo\n", "utf-8"
    )
    (places.data / "vectray-crash.log").write_text("  File\nOSError\n", "utf-8")
    seen = look(places, agent=None, daemon=None)
    assert isinstance(seen.index_fault, NotAnIndex)
    assert seen.preferences_fault
    assert not seen.is_runtime_private
    assert seen.kinds_of_errors == {"OSError": 2, "OperationalError": 1}


def test_folders_are_told_by_what_they_lie_on(places: Places, tmp_path: Path) -> None:
    """A folder that is not there lies on nothing."""
    folders = tuple(FolderState(path=path, files=1, pending=0) for path in (str(tmp_path), "/not/there"))
    state = AgentState(pid=1, contract_revision=3, folders=folders)
    seen = look(places, agent=state, daemon=None)
    assert seen.folders_lie_on == {str(tmp_path): kind_of(str(tmp_path)).name, "/not/there": ""}


def test_what_others_may_enter_is_not_private(tmp_path: Path) -> None:
    """Nor is a link, or a file in the folder's place."""
    (tmp_path / "file").touch()
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "own")
    names = ("own", "link", "file", "nothing")
    assert [is_private(tmp_path / name) for name in names] == [
        True,
        os.name != "posix",
        os.name != "posix",
        True,
    ]


def test_the_environment_is_not_taken_at_its_word() -> None:
    """What names the desktop is cut down to what a name of a desktop is made of."""
    said = {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME", "XDG_SESSION_TYPE": "x11\n/home/me" + "x" * 99}
    assert desktop_in(said) == Desktop(name="ubuntu:GNOME", session=("x11homeme" + "x" * 99)[:40])
    assert desktop_in({}) == Desktop()
