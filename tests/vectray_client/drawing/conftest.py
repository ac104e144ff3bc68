"""An index of documents about three topics, whose vectors say so."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.vectray_client.store.documents import DIMENSIONS, MODEL, STATE, document, index_path

from vectray_client.store.store import Store, open_store

_TOPICS = ("tides and the moon", "bread and yeast", "机器学习与图像")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty index with a model and one folder, `/d`."""
    with open_store(index_path(tmp_path)) as opened:
        opened.set_model(MODEL)
        opened.add_folder("/d")
        yield opened


def put_about(store: Store, number: int, *, path: str = "") -> str:
    """Store a document about one of three topics, whose vectors lie about that topic's direction; return its path."""
    topic = number % 3
    texts = (f"{_TOPICS[topic]}, part {number}", f"{_TOPICS[topic]}, continued {number}")
    path = path or f"/d/{number:03} 笔记.txt"
    store.store_document(path, STATE, settled=True, document=document(*texts))
    chance = np.random.default_rng(number)
    vectors = {
        passage.chunk_id: 3 * np.eye(DIMENSIONS, dtype=np.float32)[topic]
        + 0.3 * chance.standard_normal(DIMENSIONS).astype(np.float32)
        for passage in store.waiting_of(path)
    }
    store.put_vectors({at: vector / np.linalg.norm(vector) for at, vector in vectors.items()})
    return path
