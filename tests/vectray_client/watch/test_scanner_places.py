import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectray_client.watch.scanned import BOUNDS, PLACES, STEPS, known_from, take, too_deep, write

from vectray_client.domain import FileState
from vectray_client.watch.place import Place
from vectray_client.watch.rules import Rules
from vectray_client.watch.scanner import Bounds, FolderMissing, scan

PLACE = st.tuples(PLACES, st.booleans())


@settings(max_examples=50, deadline=None)
@given(STEPS, STEPS, st.lists(PLACE, min_size=1, max_size=3))
def test_a_look_at_some_places_finds_what_a_look_at_all_finds_there(
    first: list[tuple[str, Path]], second: list[tuple[str, Path]], where: list[tuple[Path, bool]]
) -> None:
    """Whatever happened to the folder, and whatever stands at the places now: no more and no less than that."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        for step in first:
            take(folder, step)
        known = known_from(folder)
        for step in second:
            take(folder, step)
        places = [Place(path=str(folder / place), is_tree=is_tree) for place, is_tree in where]

        def lies_there(path: str) -> bool:
            return any(path == place.path or path.startswith(f"{place.path}/") for place in places)

        found = scan(
            directory, {path: known[path] for path in known if lies_there(path)}, BOUNDS, places=places
        )
        expected = scan(directory, known, BOUNDS)
        assert found.dirty == {path: state for path, state in expected.dirty.items() if lies_there(path)}
        assert found.gone == {path for path in expected.gone if lies_there(path)}


def test_a_place_below_what_is_left_alone_is_left_alone(tmp_path: Path) -> None:
    """Wherever the line stands, and whether it is about the place or a directory above it."""
    for name in (
        "node_modules/a/b.md",
        "drafts/a/b.md",
        "apart/b.md",
        "link/b.md",
        "forgotten/b.md",
        "fine/b.md",
    ):
        write(tmp_path / "real" / name)
    write(tmp_path / "real" / ".vectrayignore", "drafts/")
    root = tmp_path / "real"
    (root / "link").rename(tmp_path / "target")
    (root / "link").symlink_to(tmp_path / "target")
    bounds = Bounds(
        rules=Rules(), apart={str(root / "apart")}, left_out={str(root / "forgotten")}.__contains__
    )
    places = [
        Place(path=str(root / name))
        for name in (
            "node_modules/a/b.md",
            "drafts/a",
            "apart/b.md",
            "link/b.md",
            "forgotten/b.md",
            "fine/b.md",
        )
    ]
    assert set(scan(str(root), {}, bounds, places=places).dirty) == {str(root / "fine" / "b.md")}


def test_a_place_in_a_folder_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    """A drive that was unplugged before the look is no deletion of the place."""
    path = write(tmp_path / "drive" / "a")
    known = known_from(tmp_path / "drive")
    shutil.rmtree(tmp_path / "drive")
    with pytest.raises(FolderMissing):
        scan(str(tmp_path / "drive"), known, BOUNDS, places=[Place(path=path)])


def test_a_place_that_cannot_be_looked_at_is_refused_and_not_gone(tmp_path: Path) -> None:
    """Permission lost keeps what was known, of the place and below it."""
    deepest = too_deep(tmp_path)
    known = {
        path: FileState(1, 1, 1, 1) for path in (f"{deepest}/{'f' * 200}", f"{deepest}/{'d' * 200}/deeper/a")
    }
    changes = scan(str(tmp_path), known, BOUNDS, places=[Place(path=path) for path in known])
    assert changes.gone == frozenset()
    assert set(changes.refused) == {f"{deepest}/{'f' * 200}", f"{deepest}/{'d' * 200}"}
