import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tests.vectray_client.drawing.conftest import put_about
from tests.vectray_client.store.documents import STATE, document, index_path

from vectray_client.domain import FileType
from vectray_client.drawing.draughtsman import NotDrawn
from vectray_client.drawing.drawing import Drawing
from vectray_client.store.errors import IndexMissing
from vectray_client.store.store import Store


@pytest.mark.slow
def test_a_map_has_every_document_with_its_group(store: Store, tmp_path: Path) -> None:
    """Those about the same are one group, labelled by its words; what is gone leaves the map at once."""
    for number in range(45):
        put_about(store, number)
    with Drawing(index_file=index_path(tmp_path)) as drawing:
        drawn = drawing.map(2000)
        assert drawn.total == len(drawn.points) == 45
        groups = {(point.group, int(Path(point.path).name[:3]) % 3) for point in drawn.points}
        assert len(groups) == len(drawn.groups) == 3
        for group, topic in groups:
            assert set(drawn.groups[group].split(" · ")) & {"tides", "yeast", "机器学习"}, topic
        assert all(0 <= point.x <= 1 and 0 <= point.y <= 1 for point in drawn.points)
        assert {(point.title, point.file_type) for point in drawn.points} == {("A title", FileType.TEXT)}

        store.forget("/d/007 笔记.txt")
        less = drawing.map(2000)
        assert {*less.points} == {point for point in drawn.points if "007" not in point.path}

        for number in range(45, 55):
            put_about(store, number)
        more = drawing.map(2000)
        assert {point.path for point in more.points} >= {
            f"/d/{number:03} 笔记.txt" for number in range(45, 55)
        }
        places = {point.path: (point.x, point.y) for point in more.points}
        moved = [np.hypot(places[at.path][0] - at.x, places[at.path][1] - at.y) for at in less.points]
        assert np.median(moved) < 0.15


@pytest.mark.slow
def test_a_small_change_is_not_drawn_at_once_and_renaming_is_none(store: Store, tmp_path: Path) -> None:
    """The map is remembered: with the names that files have now, and the copies of a text as one point."""
    for number in range(30):
        put_about(store, number)
    with Drawing(index_file=index_path(tmp_path)) as drawing:
        before = drawing.map(100)
        put_about(store, 30)
        store.forget("/d/000 笔记.txt")
        put_about(store, 0, path="/d/renamed.txt")
        put_about(store, 1, path="/d/copy.txt")
        began = time.process_time()
        after = drawing.map(100)
        assert time.process_time() - began < 1
        assert {(point.x, point.y) for point in after.points} == {
            (point.x, point.y) for point in before.points
        }
        assert {point.path for point in after.points} >= {"/d/renamed.txt"}
        assert (len(after.points), after.total) == (30, 31)


@pytest.mark.slow
def test_documents_without_vectors_or_files_are_not_placed(store: Store, tmp_path: Path) -> None:
    """They wait for the model, or were forgotten; with none at all the map is empty."""
    store.store_document("/d/waits", STATE, settled=True, document=document("no vector yet"))
    put_about(store, 1)
    store.forget_below("/d/001 笔记.txt")
    with Drawing(index_file=index_path(tmp_path)) as drawing:
        drawn = drawing.map(2000)
        assert (drawn.points, drawn.total, drawn.groups) == ((), 0, ())
        put_about(store, 2)
        (point,) = drawing.map(2000).points
    assert (point.x, point.y, point.group) == (0.5, 0.5, 0)


def test_without_an_index_there_is_no_map(tmp_path: Path) -> None:
    """It says so."""
    with Drawing(index_file=tmp_path / "none.sqlite") as drawing, pytest.raises(IndexMissing):
        drawing.map(2000)


@pytest.mark.slow
def test_who_waits_for_a_map_at_the_end_is_told(store: Store, tmp_path: Path) -> None:
    """Closing ends the process that draws, and does not wait for the map."""
    for number in range(300):
        put_about(store, number)
    drawing = Drawing(index_file=index_path(tmp_path))
    ended: list[Exception] = []

    def ask() -> None:
        try:
            drawing.map(2000)
        except NotDrawn as error:
            ended.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    drawing.close()
    asking.join(20)
    assert not asking.is_alive()
    assert len(ended) == 1
