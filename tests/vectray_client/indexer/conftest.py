from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.indexer.desk import Desk, desk, reading_room

from vectray_client.indexer.reading_room import ReadingRoom


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingRoom]:
    """Readers for all tests."""
    with reading_room(tmp_path_factory.mktemp("room")) as opened:
        yield opened


@pytest.fixture
def at(tmp_path: Path, room: ReadingRoom) -> Iterator[Desk]:
    """A new index of an empty folder."""
    with desk(tmp_path, room) as opened:
        yield opened
