import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vectrayd.domain.embedding import MultiVector
from vectrayd.domain.errors import NonFinite
from vectrayd.domain.options import ElementType, EncodeOptions
from vectrayd.runtime.output import pack, pack_multi_vector, row_bytes

VECTORS = arrays(np.float32, (3, 16), elements=st.floats(allow_nan=False, allow_infinity=False, width=32))


@given(VECTORS, st.sampled_from([0, 5, 16]), st.booleans())
def test_cut_vectors_are_normalised_after_the_cut(
    vectors: np.ndarray, dimensions: int, normalize: bool
) -> None:
    """A vector that leaves is the first dimensions, of length 1 if asked, however long or short it was; a row of zeros cannot be and
    says so.
    """
    for row, packed in zip(
        vectors, pack(vectors, EncodeOptions(dimensions=dimensions, normalize=normalize)), strict=True
    ):
        cut = row[: dimensions or 16].astype(np.float64)
        if normalize and not cut.any():
            assert isinstance(packed, NonFinite)
            continue
        numbers = np.frombuffer(packed.data, "<f4")
        expected = cut / np.linalg.norm(cut) if normalize else cut
        np.testing.assert_allclose(numbers, expected, rtol=1e-6, atol=1e-7)


def test_zeros_leave_where_no_length_is_asked_for() -> None:
    """A vector of zeros is a vector; it only has no direction."""
    for kind in ElementType:
        (packed,) = pack(np.zeros((1, 16), np.float32), EncodeOptions(element_type=kind, normalize=False))
        assert not any(packed.data)
        assert np.isfinite(packed.scale)


@given(arrays(np.float32, (5, 12), elements=st.floats(-1, 1, width=16)), st.sampled_from(ElementType))
def test_vectors_of_tokens_come_in_the_type_asked_for(rows: np.ndarray, kind: ElementType) -> None:
    """Row after row as a dense vector would be, but for int8's scale, which is one for the text; the dimensions asked for are not theirs."""
    options = EncodeOptions(element_type=kind, normalize=False, dimensions=4)
    answer = pack_multi_vector(rows, options)
    assert isinstance(answer, MultiVector)
    assert (answer.rows, answer.columns) == (5, 12)
    assert len(answer.vectors) == 5 * row_bytes(12, kind)
    if kind is ElementType.INT8:
        restored = np.frombuffer(answer.vectors, np.int8).reshape(5, 12) * np.float32(answer.scale)
        np.testing.assert_allclose(restored, rows, atol=answer.scale * 0.51)
    else:
        alone = pack(rows, EncodeOptions(element_type=kind, normalize=False))
        assert answer.vectors == b"".join(row.data for row in alone)
        assert answer.scale == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_one_bad_row_spoils_a_texts_vectors(bad: float) -> None:
    """Vectors of tokens leave together or not at all."""
    rows = np.ones((3, 4), np.float32)
    rows[1, 1] = bad
    assert isinstance(pack_multi_vector(rows, EncodeOptions(normalize=False)), NonFinite)


@example(np.full((1, 8), 1.9e-43, np.float32))
@given(arrays(np.float32, (1, 8), elements=st.floats(allow_nan=False, allow_infinity=False, width=32)))
def test_the_scale_of_bytes_survives_its_journey(vectors: np.ndarray) -> None:
    """int8's scale is a positive finite number in single precision, in which it travels, for vectors of any size."""
    (packed,) = pack(vectors, EncodeOptions(element_type=ElementType.INT8, normalize=False))
    assert packed.scale == np.float32(packed.scale)
    assert 0 < packed.scale < np.inf
    restored = np.frombuffer(packed.data, np.int8).astype(np.float64) * packed.scale
    np.testing.assert_allclose(restored, vectors[0], atol=max(packed.scale * 0.51, 2e-43))


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
