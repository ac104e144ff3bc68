import os
import socket
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectray_client.watch.scanned import BOUNDS, STEPS, take, too_deep, write

from vectray_client.domain import Refusal
from vectray_client.read.digest import digest, let_in
from vectray_client.surveying.walking import walk
from vectray_client.watch.rules import Rules
from vectray_client.watch.scanner import Bounds, scan


def reasons(folder: Path, bounds: Bounds = BOUNDS, *, own: frozenset[str] = frozenset()) -> dict[str, str]:
    """What is met, by its path in the folder, and why it is left alone."""
    return {
        os.path.relpath(met.path, folder): met.refusal.reason if met.refusal else ""
        for met in walk(str(folder), bounds, own=own)
    }


def readable(paths: list[str]) -> set[str]:
    """Those that a reader would be given."""
    return {path for path in paths if not isinstance(digest(path), Refusal)}


@given(steps=STEPS, line=st.sampled_from(["", "a", "b/", "*.pyc", "/ü", "!a"]), gitignore=st.booleans())
@settings(max_examples=60, deadline=None)
def test_it_meets_what_a_scan_finds(steps: list[object], line: str, *, gitignore: bool) -> None:
    """Not one file more or less would be read, whatever lies there, and whatever is ignored."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for step in steps:
            take(folder, step)  # type: ignore[arg-type] # what STEPS draws
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text(line)
        bounds = Bounds(rules=Rules(gitignore=gitignore))
        scanned = scan(place, {}, bounds)
        met = [each.path for each in walk(place, bounds) if each.refusal is None]
        assert readable(met) == readable(list(scanned.dirty))
        admitted = {path for path in met if not isinstance(let_in(path, take=lambda _: None), Refusal)}
        assert admitted == readable(met)
        assert len(met) == len(set(met))


def test_each_is_left_alone_for_its_own_reason(tmp_path: Path) -> None:
    """Defaults, settings, ignore files, folders of their own, Vectray's own, what was forgotten, drives that are away: a directory counts once."""
    for name in ("keep.md", ".git/config", "secret.txt", "drafts/a.txt", "drafts/b.txt", "other/c.md"):
        write(tmp_path / name)
    for name in ("own/index.db", "gone/d.md", "usb/e.md"):
        write(tmp_path / name)
    write(tmp_path / ".vectrayignore", "drafts/")
    own, other = str(tmp_path / "own"), str(tmp_path / "other")
    bounds = Bounds(
        rules=Rules(["secret*"]),
        apart=frozenset({own, other}),
        missing=frozenset({str(tmp_path / "usb")}),
        left_out=lambda path: path == str(tmp_path / "gone"),
    )
    told = reasons(tmp_path, bounds, own=frozenset({own}))
    assert told.pop("keep.md") == told.pop(".vectrayignore") == ""
    assert told.pop("usb").startswith("The drive that was mounted there is not connected")
    assert told == {
        ".git": "it is left alone by default, like all settings, caches, keys and half-written files",
        "secret.txt": "a line of `ignore` in config.toml leaves it alone",
        "drafts": "an ignore file in the folder leaves it alone",
        "other": "it is an indexed folder of its own",
        "own": "it belongs to Vectray itself and is never indexed",
        "gone": "it was forgotten on request and is left out since then",
    }


def test_what_is_no_file_is_met_and_never_followed(tmp_path: Path) -> None:
    """A link to a folder above would never end; a socket is met like a file, for admission to refuse it."""
    write(tmp_path / "会议" / "纪要.md")
    (tmp_path / "会议" / "loop").symlink_to(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        assert set(reasons(tmp_path)) == {"会议/纪要.md", "会议/loop", "s"}


def test_a_name_that_is_no_text_is_said_to_be(tmp_path: Path) -> None:
    """Its bytes are written out, so that it can be told anywhere."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).touch()
    ((path, reason),) = reasons(tmp_path).items()
    assert (path, reason) == ("\\xff.md", "Its name is not valid UTF-8.")


def test_a_directory_that_cannot_be_listed_is_said_to_be(tmp_path: Path) -> None:
    """What lies around it is met all the same."""
    write(tmp_path / "a.md")
    deepest = too_deep(tmp_path)
    told = reasons(tmp_path)
    assert told.pop("a.md") == ""
    assert [reason for path, reason in told.items() if reason] == [
        "It cannot be looked at: File name too long."
    ]
    assert all(str(tmp_path / path).startswith(deepest[:100]) for path in told)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_a_closed_directory_is_said_to_be(tmp_path: Path) -> None:
    """Nobody is asked for the right to look into it."""
    (tmp_path / "shut").mkdir(mode=0)
    assert reasons(tmp_path) == {"shut": "It cannot be looked at: Permission denied."}


def test_a_folder_that_vanishes_is_met_as_far_as_it_was_there(tmp_path: Path) -> None:
    """No error: whoever asked looks whether it is still there."""
    folder = tmp_path / "folder"
    write(folder / "a" / "a.md")
    write(folder / "b" / "b.md")
    walking = walk(str(folder), BOUNDS)
    next(walking)
    folder.rename(tmp_path / "elsewhere")
    assert list(walking) == []
