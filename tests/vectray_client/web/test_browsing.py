import os
from pathlib import Path

import pytest

from vectray_client.web.browsing import folders_in
from vectray_client.web.refusals import Refused


def test_folders_are_listed_by_name(tmp_path: Path) -> None:
    """Folders and links to them, without files, hidden ones and names that are no Unicode; those in an indexed folder are marked."""
    for name in ("b", "A", "文档", ".hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "b")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    os.mkdir(os.fsencode(tmp_path) + b"/\xff")  # noqa: PTH102 - a name that no Path of text has
    listed = folders_in(str(tmp_path), home="/home", indexed=[str(tmp_path / "A")])
    assert (listed["path"], listed["parent"]) == (str(tmp_path), str(tmp_path.parent))
    assert listed["folders"] == [
        {"name": "A", "path": str(tmp_path / "A"), "is_indexed": True},
        {"name": "b", "path": str(tmp_path / "b"), "is_indexed": False},
        {"name": "link", "path": str(tmp_path / "link"), "is_indexed": False},
        {"name": "文档", "path": str(tmp_path / "文档"), "is_indexed": False},
    ]


def test_a_folder_is_known_by_its_real_path(tmp_path: Path) -> None:
    """Links and detours are resolved, as the index knows folders; the top has no parent but itself."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert folders_in(str(tmp_path / "link"), home="/", indexed=[])["path"] == str(tmp_path / "real")
    assert folders_in(f"{tmp_path}/real/../real/", home="/", indexed=[])["path"] == str(tmp_path / "real")
    assert folders_in("/", home="/", indexed=[])["parent"] == "/"


def test_a_home_folder_is_known_behind_links(tmp_path: Path) -> None:
    """Whether a folder holds all of somebody's home is said of real paths, for `/home/me` may be a link to another disk."""
    (tmp_path / "disk" / "me" / "Documents").mkdir(parents=True)
    (tmp_path / "me").symlink_to(tmp_path / "disk" / "me")
    home = str(tmp_path / "me")

    def holds_home(path: str) -> bool:
        return bool(folders_in(path, home=home, indexed=[])["holds_home"])

    assert all(map(holds_home, (home, f"{tmp_path}/disk/me", f"{tmp_path}/disk", str(tmp_path), "/")))
    assert not holds_home(f"{home}/Documents")


@pytest.mark.parametrize("path", ["", "relative", "~", "/nowhere/at/all", "/etc/passwd", "/a\0b"])
def test_what_is_no_folder_is_said(path: str) -> None:
    """In one sentence."""
    with pytest.raises(Refused, match=r"\.$"):
        folders_in(path, home="/", indexed=[])
