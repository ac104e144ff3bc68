"""Blocks of vectors that lie around a few topics, as those of texts do."""

import numpy as np
from numpy.typing import NDArray

from vectray_client.store.vector_block import Block, small_block

DIMENSIONS = 32


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same rows, of length 1."""
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def vectors(count: int, *, seed: int = 1, dimensions: int = DIMENSIONS) -> NDArray[np.float32]:
    """Unit vectors, float32 (count, dimensions)."""
    chance = np.random.default_rng(seed)
    topics = chance.standard_normal((20, dimensions)).astype(np.float32)
    rows = topics[chance.integers(0, 20, count)] + 2 + chance.standard_normal((count, dimensions)) * 0.7
    return unit(rows.astype(np.float32))


def block_of(rows: NDArray[np.float32], *, first_id: int = 1) -> Block:
    """An uncompressed block; every third id is missing."""
    ids = first_id + np.arange(len(rows), dtype=np.int64) * 3 // 2
    codes = rows.astype("<f2").view(np.uint8)
    return small_block(after=first_id - 1, ids=ids, codes=[codes], dimensions=rows.shape[1])
