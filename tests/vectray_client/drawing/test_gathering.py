import hashlib
from pathlib import Path

import numpy as np
import pytest
from tests.vectray_client.drawing.conftest import put_about
from tests.vectray_client.store.documents import DIMENSIONS, STATE, index_path

from vectray_client.domain import Chunk, Document, FileType
from vectray_client.drawing.gathering import open_gathering
from vectray_client.store.store import Store


def test_of_many_documents_a_fair_sample_is_drawn(store: Store, tmp_path: Path) -> None:
    """The same whenever it is taken, of everywhere; one document more changes it by one at most."""
    for number in range(60):
        put_about(store, number)
    with open_gathering(index_path(tmp_path)) as gathering:
        sample = {listed.path for listed in gathering.listed(20)}
        assert gathering.total() == 60
    assert len(sample) == 20
    assert 4 <= sum(int(Path(path).name[:3]) < 30 for path in sample) <= 16
    put_about(store, 60)
    with open_gathering(index_path(tmp_path)) as gathering:
        assert len(sample - {listed.path for listed in gathering.listed(20)}) <= 1


def test_a_long_document_counts_as_one(store: Store, tmp_path: Path) -> None:
    """Its vector is the mean of its passages', of unit length, whatever their number; those without a vector have no part in it."""
    chunks = tuple(Chunk(text=f"passage {at}", start=at, end=at + 1) for at in range(130))
    sha256 = hashlib.sha256(b"long").hexdigest()
    long = Document(file_type=FileType.TEXT, sha256=sha256, title="", chunks=chunks)
    store.store_document("/d/long", STATE, settled=True, document=long)
    ids = [passage.chunk_id for passage in store.waiting_of("/d/long")]
    one = np.eye(DIMENSIONS, dtype=np.float32)
    store.put_vectors({at: one[number % 2] for number, at in enumerate(ids[:-5])})
    with open_gathering(index_path(tmp_path)) as gathering:
        listed = gathering.listed(10)
        (vector,) = gathering.vectors(listed)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)
    assert vector[2:] == pytest.approx(np.zeros(DIMENSIONS - 2))
    assert vector[:2] == pytest.approx([0.7, 0.7], abs=0.1)
