import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from tests.vectray_client.watch.scanned import BOUNDS, STEPS, after, known_from, take, too_deep, write

from vectray_client.domain import Changes, FileState, Verdict
from vectray_client.watch.rules import Rules
from vectray_client.watch.scanner import Bounds, FolderMissing, NotAFolder, check_folder, scan
from vectray_client.watch.states import file_state


def regular_files(folder: Path) -> set[str]:
    """What a person would call the documents in the folder, found in the slow and obvious way."""
    return {
        str(path)
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(parent.is_symlink() for parent in path.relative_to(folder).parents if parent != Path())
        and not any(part == ".git" or part.endswith(".pyc") for part in path.relative_to(folder).parts)
        and path.resolve() == folder.resolve() / path.relative_to(folder)
    }


@settings(max_examples=50, deadline=None)
@given(STEPS, STEPS)
@example([("write", Path("a/b"), "x")], [("delete", Path("a")), ("write", Path("a"), "y")])
def test_changes_lead_from_what_was_known_to_what_is(
    first: list[tuple[str, Path]], second: list[tuple[str, Path]]
) -> None:
    """Whatever happens to a folder, applying the changes gives what a scan from nothing gives."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        for step in first:
            take(folder, step)
        known = known_from(folder)
        assert set(known) == regular_files(folder)
        for step in second:
            take(folder, step)
        changes = scan(directory, known, BOUNDS)
        fresh = known_from(folder)
        assert after(known, changes) == fresh
        assert set(fresh) == regular_files(folder)
        assert len(changes.dirty) + changes.unchanged == len(fresh)
        assert changes.gone == known.keys() - fresh.keys()
        assert scan(directory, fresh, BOUNDS) == Changes(unchanged=len(fresh))


def test_a_new_file_comes_with_its_state(tmp_path: Path) -> None:
    """What is dirty is told with the size, times and inode that it was seen with."""
    path = write(tmp_path / "sub" / "笔记.md", "内容")
    changes = scan(str(tmp_path), {}, BOUNDS)
    assert changes == Changes(dirty={path: file_state(os.lstat(path))})
    assert changes.dirty[path].size == len("内容".encode())


@pytest.mark.parametrize("field", FileState._fields)
def test_any_difference_makes_a_file_dirty(tmp_path: Path, field: str) -> None:
    """An edit that keeps size and mtime still shows in the ctime; a file put in place of another in the inode."""
    path = write(tmp_path / "a")
    state = file_state(os.lstat(path))
    known = {path: state._replace(**{field: getattr(state, field) + 1})}
    assert scan(str(tmp_path), known, BOUNDS) == Changes(dirty={path: state})


def test_a_file_that_is_not_settled_is_dirty_again(tmp_path: Path) -> None:
    """Where an equal state proves nothing, the content is looked at once more."""
    path = write(tmp_path / "a")
    state = file_state(os.lstat(path))
    known = {path: None}
    assert scan(str(tmp_path), known, BOUNDS) == Changes(dirty={path: state})


def test_only_regular_files_are_documents(tmp_path: Path) -> None:
    """Links, pipes and sockets are passed over without a word, and none of them is opened."""
    path = write(tmp_path / "real" / "a")
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    os.mknod(tmp_path / "socket", stat.S_IFSOCK)
    assert set(scan(str(tmp_path), {}, BOUNDS).dirty) == {path}


def test_names_that_are_not_unicode_are_refused_in_print(tmp_path: Path) -> None:
    """A name that cannot be stored or shown is reported by one that can, and nothing else suffers."""
    path = write(tmp_path / "fine")
    for name in (b"caf\xe9", b"dir\xff"):
        os.mkdir(os.fsencode(tmp_path) + b"/" + name)  # noqa: PTH102 - bytes
    os.rmdir(os.fsencode(tmp_path) + b"/caf\xe9")  # noqa: PTH106 - bytes
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")).write_text("x")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/dir\xff/inside")).write_text("x")
    changes = scan(str(tmp_path), {}, BOUNDS)
    assert set(changes.dirty) == {path}
    assert set(changes.refused) == {f"{tmp_path}/caf\\xe9", f"{tmp_path}/dir\\xff"}
    assert {refusal.verdict for refusal in changes.refused.values()} == {Verdict.FAILED}


def test_what_cannot_be_looked_at_is_refused_and_not_gone(tmp_path: Path) -> None:
    """A directory out of reach is reported, and all that was known below it stays known."""
    path = write(tmp_path / "fine")
    deepest = too_deep(tmp_path)
    refused = {f"{deepest}/{'d' * 200}", f"{deepest}/{'f' * 200}"}
    some_state = FileState(1, 1, 1, 1)
    known = dict.fromkeys(
        (f"{deepest}/{'d' * 200}/deeper/a", f"{deepest}/{'f' * 200}", f"{deepest}/deleted"), some_state
    )
    changes = scan(str(tmp_path), known, BOUNDS)
    assert set(changes.dirty) == {path}
    assert set(changes.refused) == refused
    assert all("too long" in refusal.reason for refusal in changes.refused.values())
    assert changes.gone == {f"{deepest}/deleted"}


def test_a_folder_that_is_not_there_says_nothing_about_its_files(tmp_path: Path) -> None:
    """An unplugged drive is no deletion."""
    root = tmp_path / "drive"
    with pytest.raises(FolderMissing, match="drive") as caught:
        scan(str(root), {str(root / "a"): FileState(1, 1, 1, 1)}, BOUNDS)
    assert caught.value.path == str(root)


def test_a_file_in_place_of_the_folder_says_nothing_about_its_files(tmp_path: Path) -> None:
    """A folder that was packed into a file of its name is no deletion."""
    root = write(tmp_path / "folder")
    with pytest.raises(NotAFolder) as caught:
        scan(root, {}, BOUNDS)
    assert caught.value.path == root


def test_a_folder_can_be_checked_before_it_is_added(tmp_path: Path) -> None:
    """A mistyped folder is refused for the reason that a scan of it would give."""
    check_folder(str(tmp_path))
    with pytest.raises(FolderMissing):
        check_folder(str(tmp_path / "missing"))
    with pytest.raises(NotAFolder):
        check_folder(write(tmp_path / "file"))


class RulesThatMove(Rules):
    """Moves the folder away as soon as the scan asks about its first path."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root

    def ignores(self, relative_path: str, name: str) -> bool:
        if self._root.exists():
            self._root.rename(self._root.with_name("elsewhere"))
        return super().ignores(relative_path, name)


def test_a_folder_that_vanishes_during_the_scan_says_nothing_about_its_files(tmp_path: Path) -> None:
    """A drive that is unplugged halfway is no deletion of the other half."""
    root = tmp_path / "drive"
    write(root / "one" / "a")
    write(root / "two" / "b")
    with pytest.raises(FolderMissing):
        scan(str(root), known_from(root), Bounds(rules=RulesThatMove(root)))


def test_an_emptied_folder_has_lost_its_files(tmp_path: Path) -> None:
    """Deleting everything in a folder that is still there is a deletion."""
    path = write(tmp_path / "a")
    known = known_from(tmp_path)
    Path(path).unlink()
    assert scan(str(tmp_path), known, BOUNDS) == Changes(gone=frozenset({path}))


def test_ignored_directories_are_not_entered(tmp_path: Path) -> None:
    """What the rules leave alone is not even listed, and what was known of it is gone."""
    kept = write(tmp_path / "notes" / "a.md")
    dropped = [write(tmp_path / "drafts" / "b.md"), write(tmp_path / "notes" / "c.log")]
    known = known_from(tmp_path, Bounds(rules=Rules(defaults=())))
    changes = scan(str(tmp_path), known, Bounds(rules=Rules(["drafts/", "/notes/*.log"])))
    assert changes == Changes(gone=frozenset(dropped), unchanged=1)
    assert set(known) == {kept, *dropped}


def test_nested_folders_are_left_to_their_own_scan(tmp_path: Path) -> None:
    """A folder inside a folder is looked at once, under its own rules."""
    outer = write(tmp_path / "a")
    inner = write(tmp_path / "build" / "in" / "b")
    nested = str(tmp_path / "build" / "in")
    assert set(scan(str(tmp_path), {}, Bounds(rules=Rules(), apart={nested})).dirty) == {outer}
    assert set(scan(nested, {}, BOUNDS).dirty) == {inner}


def test_what_a_person_had_forgotten_stays_forgotten(tmp_path: Path) -> None:
    """A file or a directory that is left out is no file of the folder any more."""
    kept = write(tmp_path / "a" / "kept.md")
    left_out = {write(tmp_path / "a" / "secret.md"), str(tmp_path / "b")}
    inside = write(tmp_path / "b" / "deep" / "c.md")
    known = known_from(tmp_path)
    changes = scan(str(tmp_path), known, Bounds(rules=Rules(), left_out=left_out.__contains__))
    assert set(known) - changes.gone == {kept}
    assert inside in changes.gone


def test_a_scan_opens_no_file(tmp_path: Path) -> None:
    """Not one, however often: what it needs to know of a file stands beside its name."""
    for number in range(50):
        write(tmp_path / f"{number % 5}" / f"{number}.md")
    code = """
import sys
from vectray_client.watch.place import Place
from vectray_client.watch.rules import Rules
from vectray_client.watch.scanner import Bounds, scan
opened = []
sys.addaudithook(lambda event, args: opened.append(args) if event in ("open", "os.listxattr", "os.getxattr") else None)
print(len(scan(sys.argv[1], {}, Bounds(rules=Rules(gitignore=True))).dirty), len(opened))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended.stdout.split() == ["50", "0"]
