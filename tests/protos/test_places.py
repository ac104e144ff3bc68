import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
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


@pytest.mark.parametrize(
    "name",
    [
        "家 home",
        "100%",
        "100% a",
        "a%41b",
        "a,b",
        "a#b",
        "a?b",
        "a:b",
        "a=b@c+d~e",
        "é",
        "e\u0301",
        "😀",
        "a\nb",
        os.fsdecode(b"a\xff"),
    ],
)
def test_every_home_has_a_socket_that_grpc_reaches(tmp_path: Path, name: str) -> None:
    """An address is read as a URI; whatever the home is called, the server binds the very path that its clients look at."""
    home = tmp_path / name
    places = find_places({"VECTRAY_HOME": str(home), "XDG_RUNTIME_DIR": str(tmp_path)})
    make_private(places.runtime)
    assert places.data.is_relative_to(home)
    server = grpc.server(ThreadPoolExecutor(1))
    server.add_insecure_port(f"unix:{places.daemon_socket}")
    server.start()
    try:
        assert places.daemon_socket.is_socket()
        with grpc.insecure_channel(f"unix:{places.daemon_socket}") as channel:
            grpc.channel_ready_future(channel).result(timeout=5)
    finally:
        server.stop(0).wait()


@pytest.mark.parametrize("parent", ["b" * 90, "c,d"])
def test_a_long_or_odd_temporary_folder_is_no_way_out(tmp_path: Path, parent: str) -> None:
    """Where the stand-in's own path could not be used, the next one is."""
    environment = {"VECTRAY_HOME": str(tmp_path / ("a" * 90)), "XDG_RUNTIME_DIR": str(tmp_path / parent)}
    socket = find_places(environment).daemon_socket
    assert not socket.is_relative_to(tmp_path / parent)
    assert len(os.fsencode(socket)) <= 100


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
