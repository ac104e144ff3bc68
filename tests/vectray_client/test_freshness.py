import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.namespaces import output_of
from tests.vectray_client.store.documents import MODEL, document, index_path, put

from vectray_client.domain import Changes
from vectray_client.freshness import (
    FolderSwapped,
    OwnFolder,
    Scope,
    changes_of,
    check_eligible,
    folders_about,
    identity_of,
    lies_in,
    look_at,
    pending_in,
)
from vectray_client.store.store import Store, open_store
from vectray_client.watch.place import Place
from vectray_client.watch.rules import Rules
from vectray_client.watch.scanner import FolderMissing, NotAFolder
from vectray_client.watch.states import file_state

SCOPE = Scope(rules=Rules())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new index."""
    with open_store(index_path(tmp_path)) as opened:
        yield opened


def write(path: Path) -> str:
    """A file and the directories above it; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("text")
    return str(path)


@pytest.mark.parametrize("name", ["data", "[d]ata*", "!data", "data ", "#data", "数据"])
def test_own_folders_are_not_looked_at_whatever_their_names(store: Store, tmp_path: Path, name: str) -> None:
    """A name that would be a pattern is a name."""
    document_path = write(tmp_path / "home" / "document.md")
    similar = write(tmp_path / "home" / "data-too" / "document.md")
    own = tmp_path / "home" / name
    write(own / "index" / "readme.md")
    scope = Scope(rules=Rules(), own=frozenset({str(own)}))
    assert set(changes_of(store, str(tmp_path / "home"), scope).dirty) == {document_path, similar}


def test_what_is_vectrays_own_is_not_indexed(tmp_path: Path) -> None:
    """Its folders and all below are refused; what is around and beside them is not."""
    own = tmp_path / "data"
    (own / "index").mkdir(parents=True)
    (tmp_path / "data too").mkdir()
    scope = Scope(rules=Rules(), own=frozenset({str(own)}))
    for path in (own, own / "index"):
        with pytest.raises(OwnFolder, match="belongs to Vectray itself"):
            check_eligible(str(path), scope)
    check_eligible(str(tmp_path), scope)
    check_eligible(str(tmp_path / "data too"), scope)


def test_what_is_no_folder_is_not_indexed(tmp_path: Path) -> None:
    """A missing folder and a file are told apart."""
    with pytest.raises(FolderMissing):
        check_eligible(str(tmp_path / "missing"), SCOPE)
    with pytest.raises(NotAFolder):
        check_eligible(write(tmp_path / "file"), SCOPE)


def test_what_waits_is_counted_where_it_was_asked_for(store: Store, tmp_path: Path) -> None:
    """New files count, in the whole folder or in a part of it; inner folders count for themselves."""
    folder = tmp_path / "docs"
    for name in ("a.md", "part/b.md", "part/c.md", "inner/d.md", "inner/e.md"):
        write(folder / name)
    store.add_folder(str(folder))
    store.add_folder(str(folder / "inner"))
    assert pending_in(store, str(folder), SCOPE).pending == 3
    assert pending_in(store, str(folder), SCOPE, below=str(folder / "part")).pending == 2
    assert pending_in(store, str(folder / "inner"), SCOPE).pending == 2


def test_a_folder_out_of_reach_says_so(store: Store, tmp_path: Path) -> None:
    """Nothing is known to wait there, and nobody has to guess why."""
    waiting = pending_in(store, str(tmp_path / "missing"), SCOPE)
    assert (waiting.pending, "is out of reach" in waiting.problem) == (0, True)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (None, ("/a", "/a/b", "/a/b/c", "/ab")),
        ("/a/b/c/d", ("/a/b/c",)),
        ("/a/b", ("/a/b", "/a/b/c")),
        ("/a/x", ("/a",)),
        ("/", ("/a", "/a/b", "/a/b/c", "/ab")),
        ("/ab", ("/ab",)),
        ("/x", ()),
    ],
)
def test_a_place_is_about_the_folders_whose_files_may_be_there(
    store: Store, path: str | None, expected: tuple[str, ...]
) -> None:
    """Itself or the innermost folder around it, and all folders in it."""
    for folder in ("/a", "/a/b", "/a/b/c", "/ab"):
        store.add_folder(folder)
    assert folders_about(store, path) == expected


def test_lying_in_a_folder_is_no_matter_of_spelling() -> None:
    """Names that only begin alike are neighbours."""
    assert lies_in("/a/b", "/a")
    assert lies_in("/a", "/a")
    assert lies_in("/a", "/")
    assert not lies_in("/ab", "/a")
    assert not lies_in("/", "/a")


def test_a_deleted_file_waits_to_be_forgotten(store: Store, tmp_path: Path) -> None:
    """It differs from what the index holds as much as a new one does."""
    store.set_model(MODEL)
    store.add_folder(str(tmp_path))
    put(store, str(tmp_path / "gone.md"), document("text"))
    scope = Scope(rules=Rules(), own=frozenset({str(index_path(tmp_path).parent)}))
    assert pending_in(store, str(tmp_path), scope).pending == 1


def test_the_same_folder_is_the_same_whatever_is_in_it(tmp_path: Path) -> None:
    """What tells it from others stays when its content changes, and is another's when another stands in its place."""
    folder = tmp_path / "docs"
    folder.mkdir()
    before = identity_of(str(folder))
    write(folder / "a.md")
    assert identity_of(str(folder)) == before
    folder.rename(tmp_path / "away")
    with pytest.raises(FolderMissing):
        identity_of(str(folder))
    folder.mkdir()
    assert identity_of(str(folder)) != before


def known(store: Store, folder: Path, *names: str) -> None:
    """Indexes files of a folder as they are, and notes what the folder is."""
    store.set_model(MODEL)
    store.add_folder(str(folder))
    for name in names:
        path = write(folder / name)
        put(store, path, document("text"), state=file_state(Path(path).lstat()))
    store.set_folder_identity(str(folder), identity_of(str(folder)))


def test_an_empty_mount_point_is_no_deletion(store: Store, tmp_path: Path) -> None:
    """Another directory without the files of the folder says nothing about them, wherever one looks; the sentence says why."""
    folder = tmp_path / "drive"
    known(store, folder, "a.md", "b.md")
    folder.rename(tmp_path / "elsewhere")
    folder.mkdir()
    for places in ((), (Place(path=str(folder / "a.md")),)):
        with pytest.raises(FolderSwapped, match="may not be connected"):
            look_at(store, str(folder), SCOPE, places=places)
    assert "may not be connected" in pending_in(store, str(folder), SCOPE).problem
    folder.rmdir()
    (tmp_path / "elsewhere").rename(folder)
    assert look_at(store, str(folder), SCOPE).changes == Changes(unchanged=2)


def test_a_restored_folder_is_accepted(store: Store, tmp_path: Path) -> None:
    """Another directory with the same files is the folder from now on; what is missing in it is gone, and all of it is looked at."""
    folder = tmp_path / "docs"
    known(store, folder, "a.md", "b.md", "c.md")
    shutil.copytree(folder, tmp_path / "backup")
    shutil.rmtree(folder)
    (tmp_path / "backup").rename(folder)
    (folder / "c.md").unlink()
    found = look_at(store, str(folder), SCOPE, places=[Place(path=str(folder / "a.md"))])
    assert found.changes.gone == {str(folder / "c.md")}
    assert set(found.changes.dirty) == {str(folder / "a.md"), str(folder / "b.md")}
    store.set_folder_identity(str(folder), found.identity)
    assert look_at(store, str(folder), SCOPE, places=[Place(path=str(folder / "a.md"))]).changes.pending == 1


def test_an_emptied_folder_has_lost_its_files(store: Store, tmp_path: Path) -> None:
    """The folder itself is still there, so they were deleted."""
    folder = tmp_path / "docs"
    known(store, folder, "a.md", "b.md")
    for path in folder.iterdir():
        path.unlink()
    assert len(changes_of(store, str(folder), SCOPE).gone) == 2


def test_some_places_are_compared_with_what_is_known_there(store: Store, tmp_path: Path) -> None:
    """Nothing outside them is dirty or gone; a moved file is new at one place and gone at the other, in one answer."""
    folder = tmp_path / "docs"
    known(store, folder, "a/one.md", "a/two.md", "b/three.md")
    (folder / "a" / "one.md").rename(folder / "b" / "moved.md")
    (folder / "a" / "two.md").unlink()
    places = [Place(path=str(folder / "b"), is_tree=True), Place(path=str(folder / "a" / "one.md"))]
    changes = changes_of(store, str(folder), SCOPE, places=places)
    assert set(changes.dirty) == {str(folder / "b" / "moved.md")}
    assert (changes.gone, changes.unchanged) == ({str(folder / "a" / "one.md")}, 1)


def test_what_a_person_had_forgotten_is_not_looked_at(store: Store, tmp_path: Path) -> None:
    """Neither anew nor as a change, in the folder or at a place, until it is taken in again."""
    folder = tmp_path / "docs"
    known(store, folder, "a.md", "b.md")
    store.leave_out(str(folder / "a.md"))
    for places in ((), (Place(path=str(folder / "a.md")),)):
        assert changes_of(store, str(folder), SCOPE, places=places).gone == {str(folder / "a.md")}
    store.forget_files([str(folder / "a.md")])
    assert changes_of(store, str(folder), SCOPE) == Changes(unchanged=1)
    store.take_in(str(folder / "a.md"))
    assert set(changes_of(store, str(folder), SCOPE).dirty) == {str(folder / "a.md")}


UNMOUNTED_INSIDE = """
import subprocess, sys
from pathlib import Path
from vectray_client.freshness import Scope, look_at
from vectray_client.store.store import open_store
from vectray_client.watch.place import Place
from vectray_client.watch.rules import Rules
home = Path(sys.argv[1])
docs, stick = home / "docs", home / "docs" / "stick"

def look(*places):
    found = look_at(store, str(docs), Scope(rules=Rules()), places=[Place(path=str(path)) for path in places])
    store.remember_mounts(found.mounts)
    store.note(str(docs), found.changes, place=str(places[0]) if places else None)
    print(len(found.changes.dirty), len(found.changes.gone), len(store.problems()))

with open_store(home / "data" / "index.sqlite") as store:
    store.add_folder(str(docs))
    (stick / "a.md").write_text("text")
    (docs / "b.md").write_text("text")
    look()
    subprocess.run(["umount", stick], check=True)
    look()
    look(stick / "a.md")
    (docs / "b.md").unlink()
    look(docs / "b.md")
    store.forget_mounts(str(stick))
    look()
"""


def test_a_drive_below_a_folder_that_is_unmounted_deletes_nothing(tmp_path: Path) -> None:
    """It is a problem that is told, whatever part is looked at, until the person says that it does not come back."""
    (tmp_path / "docs" / "stick").mkdir(parents=True)
    looks = output_of(UNMOUNTED_INSIDE, str(tmp_path), before='mount -t tmpfs none "$1/docs/stick"')
    assert list(looks) == ["2 0 0", "1 0 1", "0 0 1", "0 1 1", "0 1 0"]
