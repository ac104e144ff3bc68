import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.assistant.inside import Outside, path_inside
from vectray_client.nesting import lies_in

_PARTS = st.lists(st.sampled_from(["d", "e", "..", ".", "", "dd", "潮"]), max_size=6)


@given(_PARTS)
def test_what_is_let_in_lies_inside(parts: list[str]) -> None:
    """Whatever detours a path makes."""
    try:
        path = path_inside("/".join(["", "d", *parts]), ["/d"])
    except Outside:
        assert not lies_in(os.path.normpath("/".join(["", "d", *parts])), "/d")
    else:
        assert lies_in(path, "/d")


def test_a_link_is_meant_itself_and_not_followed_out(tmp_path: Path) -> None:
    """Below a link that leads out nothing is told; a link within leads to where it leads."""
    folder = (tmp_path / "d").resolve()
    (folder / "real").mkdir(parents=True)
    (folder / "out").symlink_to("..")
    (folder / "in").symlink_to("real")
    assert path_inside(str(folder / "in" / "x"), [str(folder)]) == str(folder / "real" / "x")
    assert path_inside(str(folder / "out"), [str(folder)]) == str(folder / "out")
    with pytest.raises(Outside):
        path_inside(str(folder / "out" / "x"), [str(folder)])


@pytest.mark.parametrize("path", ["", "d/x", "~/d", "/d\0", "/d/\udc80", "/dd", "/"])
def test_what_is_no_path_inside_is_refused(path: str) -> None:
    """Relative, cut by a NUL, no Unicode, or a neighbour."""
    with pytest.raises(Outside):
        path_inside(path, ["/d"])


def test_without_folders_nothing_is_inside() -> None:
    """Not even the root."""
    with pytest.raises(Outside):
        path_inside("/", [])
