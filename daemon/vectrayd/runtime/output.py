"""From the model's float32 vectors to the bytes that leave: dimensions, length, finiteness, element type. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectrayd.domain.errors import NonFinite
from vectrayd.domain.options import ElementType, EncodeOptions

_INT8_MAX = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One vector as it leaves."""

    data: bytes
    scale: float


def pack(vectors: NDArray[np.float32], options: EncodeOptions) -> list[Packed | NonFinite]:
    """Shape and pack `vectors`, float32 (n, dimensions), as `options` say: n answers.

    A row with a number that is not finite, or that cannot be scaled to length 1 because it is all zeros, is answered with NonFinite.
    """
    if options.dimensions:
        vectors = vectors[:, : options.dimensions]
    if options.normalize:
        with np.errstate(invalid="ignore", divide="ignore"):
            vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    if options.element_type is ElementType.FLOAT16:
        with np.errstate(over="ignore"):
            vectors = vectors.astype(np.float16).astype(
                np.float32
            )  # what is too large for half precision shows here
    finite = [bool(ok) for ok in np.atleast_1d(np.isfinite(vectors).all(axis=1))]
    return [
        _pack_row(row, options.element_type)
        if ok
        else NonFinite("The model gave a vector that is not finite.")
        for row, ok in zip(vectors, finite, strict=True)
    ]


def _pack_row(row: NDArray[np.float32], element_type: ElementType) -> Packed:
    match element_type:
        case ElementType.FLOAT32:
            return Packed(data=row.astype("<f4").tobytes(), scale=0.0)
        case ElementType.FLOAT16:
            return Packed(data=row.astype("<f2").tobytes(), scale=0.0)
        case ElementType.INT8:
            scale = float(np.abs(row).max()) / _INT8_MAX or 1.0
            return Packed(data=np.rint(row / scale).astype(np.int8).tobytes(), scale=scale)
        case ElementType.BINARY:
            return Packed(data=np.packbits(row > 0).tobytes(), scale=0.0)
