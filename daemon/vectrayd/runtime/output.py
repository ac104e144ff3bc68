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
    finite = np.logical_and.reduce(np.isfinite(shaped), axis=1)
    sound = shaped if finite.all() else np.where(finite[:, None], shaped, np.float32(0))
    scales = _scales(sound, options.element_type, axis=1)
    data = _packed(sound, scales, options.element_type)
    step = row_bytes(shaped.shape[1], options.element_type)
    return [
        Packed(data[at * step : (at + 1) * step], scale) if ok else _not_finite()
        for at, (ok, scale) in enumerate(zip(finite.tolist(), scales[:, 0].tolist(), strict=True))
    ]


def pack_multi_vector(rows: NDArray[np.float32], options: EncodeOptions) -> MultiVector | NonFinite:
    """Shape and pack the vectors of one text's tokens, float32 (rows, columns), in int8 with one scale for all. `options.dimensions` is of
    dense vectors alone.
    """
    shaped = _shaped(rows, options)
    if not np.isfinite(shaped).all():
        return _not_finite()
    scale = _scales(shaped, options.element_type, axis=None)
    data = _packed(shaped, scale, options.element_type)
    return MultiVector(data, rows.shape[0], rows.shape[1], float(scale.max(initial=0)))


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


def _scales(
    numbers: NDArray[np.float32], element_type: ElementType, *, axis: int | None
) -> NDArray[np.float32]:
    """Return what int8's 1 stands for, by row or over all: (rows, 1) or (1, 1), in single precision because that is how it travels; 0 for
    other types.
    """
    if element_type is not ElementType.INT8:
        return np.zeros((len(numbers), 1), np.float32)
    largest = np.abs(numbers).max(axis=axis, keepdims=True, initial=0) / np.float32(_INT8_MAX)
    return np.where(largest > 0, largest, np.float32(1))


def _packed(numbers: NDArray[np.float32], scales: NDArray[np.float32], element_type: ElementType) -> bytes:
    """Pack finite numbers, (rows, n), row after row."""
    match element_type:
        case ElementType.FLOAT32:
            return numbers.astype("<f4").tobytes()
        case ElementType.FLOAT16:
            return numbers.astype("<f2").tobytes()
        case ElementType.INT8:
            # Scales near the smallest number there is are rounded so far that a byte would not hold the quotient.
            steps: NDArray[np.float32] = np.clip(np.rint(numbers / scales), -_INT8_MAX, _INT8_MAX)
            return steps.astype(np.int8).tobytes()
        case ElementType.BINARY:
            bits: NDArray[np.uint8] = np.packbits(numbers > 0, axis=1)
            return bits.tobytes()


def _not_finite() -> NonFinite:
    return NonFinite("The model gave numbers that are not finite, or a vector without a direction.")
