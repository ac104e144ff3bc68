import os
from pathlib import Path

from tests.vectray_client.store.documents import MODEL, OTHER_MODEL, index_path
from tests.vectray_client.watch.scanned import write

from vectray_client.freshness import Scope
from vectray_client.store.reading import open_reader
from vectray_client.store.store import open_store
from vectray_client.surveying.ground import ground_of, real_home
from vectray_client.surveying.walking import walk
from vectray_client.watch.rules import Rules

SCOPE = Scope(rules=Rules())


def test_without_an_index_the_rules_alone_count(tmp_path: Path) -> None:
    """Vectray's own folders are left alone all the same, and the model is the one that was configured."""
    own = str(tmp_path / "data")
    write(tmp_path / "data" / "index.md")
    ground = ground_of(
        str(tmp_path), Scope(rules=Rules(), own=frozenset({own})), None, home="/home/li", model="small"
    )
    assert (ground.notes, ground.is_indexed, ground.model) == ((), False, "small")
    assert [met.path for met in walk(ground.folder, ground.bounds, own=ground.own) if not met.refusal] == []


def test_what_the_index_knows_is_left_to_it(tmp_path: Path) -> None:
    """Folders that are indexed inside, what was forgotten there, and the model that is in use or coming."""
    folder, inner = tmp_path / "文档", tmp_path / "文档" / "已有"
    forgotten, kept = write(folder / "old.md"), write(folder / "new.md")
    write(inner / "a.md")
    with open_store(index_path(tmp_path)) as store:
        store.set_model(MODEL)
        store.add_folder(str(inner))
        store.leave_out(forgotten)
    with open_reader(index_path(tmp_path)) as reader:
        ground = ground_of(str(folder), SCOPE, reader, home="/home/li", model=OTHER_MODEL.name)
        below = ground_of(str(inner / "x"), SCOPE, reader, home="/home/li")
    assert (ground.model, ground.is_indexed, len(ground.notes)) == (MODEL.name, False, 1)
    assert [met.path for met in walk(ground.folder, ground.bounds) if not met.refusal] == [kept]
    assert below.is_indexed


def test_a_home_is_known_by_its_real_path() -> None:
    """As folders are, so that the two can be compared."""
    assert real_home() == os.path.realpath(Path.home())
