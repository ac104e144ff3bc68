import os
import stat
from pathlib import Path

import pytest

from vectray.places import find_places, make_private


def test_a_home_of_its_own_holds_everything(tmp_path: Path) -> None:
    """With VECTRAY_HOME set, nothing lies elsewhere."""
    places = find_places({"VECTRAY_HOME": str(tmp_path)})
    for place in (places.config_file, places.models, places.index, places.daemon_socket, places.daemon_log):
        assert place.is_relative_to(tmp_path)


def test_without_it_the_systems_usual_places_hold(tmp_path: Path) -> None:
    """The session's runtime folder is used where there is one, else a folder of the user's own data: never a shared one."""
    assert find_places({"XDG_RUNTIME_DIR": str(tmp_path)}).runtime == tmp_path / "vectray"
    alone = find_places({})
    assert alone.runtime.is_relative_to(alone.data)


@pytest.mark.parametrize("name", ["a" * 90, "资料" * 20])
def test_a_socket_path_always_fits(tmp_path: Path, name: str) -> None:
    """However long the home's path is in bytes, the socket's can be bound; one home has one socket, two homes have two."""
    home, other = tmp_path / name / "x", tmp_path / name / "y"
    places = find_places({"VECTRAY_HOME": str(home)})
    assert len(os.fsencode(places.daemon_socket)) <= 100
    assert places == find_places({"VECTRAY_HOME": str(home)})
    assert places.daemon_socket != find_places({"VECTRAY_HOME": str(other)}).daemon_socket
    assert places.data.is_relative_to(home)


def test_a_private_folder_is_closed_to_others(tmp_path: Path) -> None:
    """A folder that is open to others is closed; made or found, it ends with mode 0700."""
    (tmp_path / "open").mkdir(mode=0o755)
    for name in ("open", "new/below"):
        assert stat.S_IMODE(make_private(tmp_path / name).stat().st_mode) == 0o700


def test_a_link_or_a_strangers_folder_is_no_private_folder(tmp_path: Path) -> None:
    """What leads elsewhere, or belongs to somebody else, is refused."""
    (tmp_path / "target").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(PermissionError, match="not a folder of this user"):
        make_private(tmp_path / "link")
