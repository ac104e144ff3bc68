"""A run of vectors that is never changed again, to be searched by any number of threads.

A small block compares the query with every vector. A large one is compressed to a bit for each dimension, searched by that, and
only what looks near is compared: RaBitQ (Gao and Long, 'RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound',
SIGMOD 2024) in FAISS's fast-scan form. Cosines are always computed from the float16 numbers as they are stored; of 25,700 real
sentences the ten nearest are the same as with float32 in 99.9 %.
"""

from dataclasses import dataclass
from typing import Final

import faiss
import numpy as np
from numpy.typing import NDArray

from vectray_client.store.vector_layout import Span

Ids = NDArray[np.int64]
Cosines = NDArray[np.float32]

_TRAINED_ON: Final = 16_384
"""Vectors whose mean is taken; more do not move it."""
_SLICE: Final = 8192
"""Vectors that are held as float32 while they are compressed: 12 MB of 384 dimensions."""
_TURN: Final = 1
"""Seed of the rotation that spreads what vectors say over all dimensions, as the error bound asks for. Without it recall was halved
where the first dimensions say more than the last, as in models whose vectors may be cut short."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Vectors of unit length with ascending ids, none missing between the first and the last that the store had."""

    after: int
    """The last id before the block; 0 if it is the first."""
    ids: Ids
    exact: faiss.IndexScalarQuantizer
    """The vectors as float16."""
    refined: faiss.IndexRefine | None = None
    """`exact` behind its compressed form; None for a small block."""
    name: str = ""
    """Of the file that the block is mapped from; empty for one in memory."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def span(self) -> Span:
        """The ids that it covers."""
        return Span(self.after, int(self.ids[-1]))

    def codes(self) -> NDArray[np.uint8]:
        """The float16 numbers as bytes (n, 2 * dimensions): a view, which the block must outlive."""
        size = self.exact.code_size
        numbers: NDArray[np.uint8] = faiss.rev_swig_ptr(self.exact.codes.data(), len(self) * size)
        return numbers.reshape(-1, size)

    def search(
        self, query: NDArray[np.float32], limit: int, *, refined: int, allowed_ids: Ids | None = None
    ) -> tuple[Ids, Cosines]:
        """The nearest to a query of unit length and shape (dimensions,), and their cosines, best first.

        `refined` of those that look nearest are compared, and at least as many as are asked for. `allowed_ids`, ascending, leaves
        only those in question; these are all compared.
        """
        faiss.omp_set_num_threads(1)  # of this thread: a search does not compete with itself
        row, limit = query.reshape(1, -1), min(limit, len(self))
        if allowed_ids is not None:
            cosines, positions = self._search_among(row, limit, allowed_ids)
        elif self.refined is None:
            cosines, positions = self.exact.search(row, limit)
        else:
            # The half keeps a factor that is rounded down from leaving out the last one.
            parameters = faiss.IndexRefineSearchParameters(k_factor=max(1.0, (refined + 0.5) / limit))
            cosines, positions = self.refined.search(row, limit, params=parameters)
        found = positions[0] >= 0
        return self.ids[positions[0][found]], cosines[0][found]

    def _search_among(
        self, row: NDArray[np.float32], limit: int, allowed_ids: Ids
    ) -> tuple[Cosines, NDArray[np.int64]]:
        low, high = np.searchsorted(allowed_ids, (self.ids[0], self.ids[-1] + 1))
        if low == high:
            return np.empty((1, 0), np.float32), np.empty((1, 0), np.int64)
        positions = np.searchsorted(self.ids, allowed_ids[low:high])
        marked = np.zeros(len(self), np.bool_)
        marked[positions[self.ids[positions] == allowed_ids[low:high]]] = True
        bits = np.packbits(marked, bitorder="little")
        selector = faiss.IDSelectorBitmap(bits)
        parameters = faiss.SearchParameters()
        parameters.sel = selector  # a bare pointer: bits and selector have to outlive the search
        found: tuple[Cosines, NDArray[np.int64]] = self.exact.search(row, limit, params=parameters)
        return found


def small_block(*, after: int, ids: Ids, codes: list[NDArray[np.uint8]], dimensions: int) -> Block:
    """A block in memory of float16 numbers as bytes, (n, 2 * dimensions) in parts. They are copied, not converted."""
    exact = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    for part in codes:
        exact.add_sa_codes(part)
    return Block(after=after, ids=ids, exact=exact)


def compressed(block: Block) -> Block:
    """The same block with its compressed form. Takes about 8 microseconds a vector, while other threads run."""
    faiss.omp_set_num_threads(1)
    exact = block.exact
    turn = faiss.RandomRotationMatrix(exact.d, exact.d)
    turn.init(_TURN)
    bits = faiss.IndexPreTransform(turn, faiss.IndexRaBitQFastScan(exact.d, faiss.METRIC_INNER_PRODUCT))
    sample = np.linspace(0, len(block) - 1, min(len(block), _TRAINED_ON)).astype(np.int64)
    bits.train(exact.reconstruct_batch(sample))
    for start in range(0, len(block), _SLICE):
        bits.add(exact.reconstruct_n(start, min(_SLICE, len(block) - start)))
    return Block(after=block.after, ids=block.ids, exact=exact, refined=faiss.IndexRefine(bits, exact))
