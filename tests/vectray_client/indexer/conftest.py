from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.indexer.desk import Desk, desk


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Desk]:
    """A new index of an empty folder."""
    with desk(tmp_path) as opened:
        yield opened
