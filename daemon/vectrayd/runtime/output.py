"""From the model's float32 numbers to the bytes that leave: dimensions, length, finiteness, element type. Pure."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectrayd.domain.embedding import MultiVector, Sparse
from vectrayd.domain.errors import NonFinite
from vectrayd.domain.options import ElementType, EncodeOptions
from vectrayd.runtime.heads import vocabulary_weights

_INT8_MAX = 127
_BITS = {ElementType.FLOAT32: 32, ElementType.FLOAT16: 16, ElementType.INT8: 8, ElementType.BINARY: 1}


class Packed(NamedTuple):
    """Numbers as they leave."""

    data: bytes
    scale: float = 0.0
    """Factor from int8 back to numbers; 0 for other types."""


NO_VECTOR = Packed(b"")


def row_bytes(columns: int, element_type: ElementType) -> int:
    """Return the bytes of one vector."""
    return (columns * _BITS[element_type] + 7) // 8


def pack(vectors: NDArray[np.float32], options: EncodeOptions) -> list[Packed | NonFinite]:
    """Shape and pack dense `vectors`, float32 (n, dimensions), as `options` say: n answers.

    A row with a number that is not finite, or that cannot be scaled to length 1 because it is all zeros, is answered with NonFinite.
    """
    shaped = _shaped(vectors[:, : options.dimensions or None], options)
    return [_packed(row, options.element_type) if np.isfinite(row).all() else _not_finite() for row in shaped]


def pack_multi_vector(rows: NDArray[np.float32], options: EncodeOptions) -> MultiVector | NonFinite:
    """Shape and pack the vectors of one text's tokens, float32 (rows, columns). `options.dimensions` is of dense vectors alone."""
    shaped = _shaped(rows, options)
    if not np.isfinite(shaped).all():
        return _not_finite()
    packed = _packed(shaped, options.element_type)
    return MultiVector(packed.data, rows.shape[0], rows.shape[1], packed.scale)


def pack_sparse(
    ids: NDArray[np.int64], weights: NDArray[np.float32], special_ids: frozenset[int]
) -> Sparse | NonFinite:
    """Pack the weights of one text's tokens, (tokens,), by vocabulary entry: float32, whatever the element type."""
    if not np.isfinite(weights).all():
        return _not_finite()
    entries, largest = vocabulary_weights(ids, weights, special_ids)
    return Sparse(entries.astype("<u4").tobytes(), largest.astype("<f4").tobytes())


def _shaped(vectors: NDArray[np.float32], options: EncodeOptions) -> NDArray[np.float32]:
    if options.normalize:
        # In double precision the square of every single one has its place: none vanishes, none overflows.
        wide = vectors.astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            vectors = (wide / np.linalg.norm(wide, axis=1, keepdims=True)).astype(np.float32)
    if options.element_type is ElementType.FLOAT16:
        with np.errstate(over="ignore"):  # what is too large for half precision becomes infinite, and shows
            vectors = vectors.astype(np.float16).astype(np.float32)
    return vectors


def _packed(numbers: NDArray[np.float32], element_type: ElementType) -> Packed:
    """Pack finite numbers, (n,) or (rows, n)."""
    match element_type:
        case ElementType.FLOAT32:
            return Packed(numbers.astype("<f4").tobytes())
        case ElementType.FLOAT16:
            return Packed(numbers.astype("<f2").tobytes())
        case ElementType.INT8:
            # Single precision, because that is how the scale travels.
            scale = np.abs(numbers).max(initial=0) / np.float32(_INT8_MAX) or np.float32(1)
            return Packed(np.rint(numbers / scale).astype(np.int8).tobytes(), float(scale))
        case ElementType.BINARY:
            return Packed(np.packbits(numbers > 0, axis=-1).tobytes())


def _not_finite() -> NonFinite:
    return NonFinite("The model gave numbers that are not finite, or a vector without a direction.")
