"""An empty index with one folder, open for writing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import MODEL, index_path

from vectray_client.store.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty index with a model and one folder, `/d`."""
    with open_store(index_path(tmp_path)) as opened:
        opened.set_model(MODEL)
        opened.add_folder("/d")
        yield opened
