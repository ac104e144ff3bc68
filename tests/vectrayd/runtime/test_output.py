import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vectrayd.domain.errors import NonFinite
from vectrayd.domain.options import ElementType, EncodeOptions
from vectrayd.runtime.output import pack

# Lengths whose squares neither vanish nor overflow in single precision.
VECTORS = arrays(
    np.float32, (3, 16), elements=st.floats(-1000, 1000, width=32).map(lambda x: np.float32(round(x, 3)))
)


@given(VECTORS, st.sampled_from([0, 5, 16]), st.booleans())
def test_cut_vectors_are_normalised_after_the_cut(
    vectors: np.ndarray, dimensions: int, normalize: bool
) -> None:
    """A vector that leaves is the first dimensions, of length 1 if asked; a row of zeros cannot be and says so."""
    for row, packed in zip(
        vectors, pack(vectors, EncodeOptions(dimensions=dimensions, normalize=normalize)), strict=True
    ):
        cut = row[: dimensions or 16]
        if normalize and not cut.any():
            assert isinstance(packed, NonFinite)
            continue
        numbers = np.frombuffer(packed.data, "<f4")
        expected = cut / np.linalg.norm(cut) if normalize else cut
        np.testing.assert_allclose(numbers, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_no_vector_that_is_not_finite_leaves(bad: float) -> None:
    """One bad number spoils its own row and no other."""
    vectors = np.ones((2, 4), np.float32)
    vectors[0, 2] = bad
    spoiled, sound = pack(vectors, EncodeOptions(normalize=False))
    assert isinstance(spoiled, NonFinite)
    assert np.frombuffer(sound.data, "<f4").tolist() == [1, 1, 1, 1]


def test_what_half_precision_cannot_hold_does_not_leave() -> None:
    """A number that is finite in single precision and not in half is an error, not an infinity."""
    (packed,) = pack(
        np.array([[70_000.0, 1.0]], np.float32),
        EncodeOptions(element_type=ElementType.FLOAT16, normalize=False),
    )
    assert isinstance(packed, NonFinite)


@given(arrays(np.float32, (1, 32), elements=st.floats(-1, 1, width=16)))
def test_smaller_types_stay_close(vectors: np.ndarray) -> None:
    """float16 keeps eleven bits, int8 half a step of its scale, binary the signs."""
    options = {kind: EncodeOptions(element_type=kind, normalize=False) for kind in ElementType}
    (half,) = pack(vectors, options[ElementType.FLOAT16])
    np.testing.assert_allclose(np.frombuffer(half.data, "<f2"), vectors[0], rtol=2**-10, atol=1e-7)
    (byte,) = pack(vectors, options[ElementType.INT8])
    restored = np.frombuffer(byte.data, np.int8).astype(np.float32) * byte.scale
    np.testing.assert_allclose(restored, vectors[0], atol=byte.scale * 0.51)
    (bits,) = pack(vectors, options[ElementType.BINARY])
    assert (
        np.unpackbits(np.frombuffer(bits.data, np.uint8)).astype(bool).tolist() == (vectors[0] > 0).tolist()
    )
