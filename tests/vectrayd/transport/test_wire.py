import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import FACTS

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.errors import FingerprintMismatch, InvalidOption, NotImplementedYet
from vectrayd.domain.options import ElementType, EncodeOptions, Lane, Overlong, Prompt
from vectrayd.transport import wire


def test_an_empty_message_means_the_defaults() -> None:
    """A program that sets nothing gets unit vectors of float32 from the normal lane."""
    assert wire.options(pb.EncodeOptions()) == EncodeOptions()
    assert wire.lane(pb.LANE_UNSPECIFIED) is Lane.NORMAL
    assert EncodeOptions().normalize


def test_every_option_arrives() -> None:
    """What is set is what is done."""
    message = pb.EncodeOptions(
        prompt_name="query",
        normalize=False,
        dimensions=3,
        element_type=pb.ELEMENT_TYPE_INT8,
        overlong_policy=pb.OVERLONG_POLICY_ERROR,
    )
    assert wire.options(message) == EncodeOptions(
        prompt=Prompt(name="query", required=True),
        normalize=False,
        dimensions=3,
        element_type=ElementType.INT8,
        overlong=Overlong.ERROR,
    )


@pytest.mark.parametrize(
    "message",
    [
        pb.EncodeOptions(task=77),
        pb.EncodeOptions(element_type=77),
        pb.EncodeOptions(overlong_policy=77),
    ],
)
def test_unknown_numbers_are_refused(message: pb.EncodeOptions) -> None:
    """A newer client's enum value is an error, neither a crash nor a guess."""
    with pytest.raises(InvalidOption, match="77"):
        wire.options(message)


@pytest.mark.parametrize(
    "message",
    [
        pb.EncodeOptions(overlong_policy=pb.OVERLONG_POLICY_CHUNK_MEAN),
        pb.EncodeOptions(outputs=[pb.OUTPUT_KIND_DENSE, pb.OUTPUT_KIND_SPARSE]),
        pb.EncodeOptions(outputs=[pb.OUTPUT_KIND_MULTI_VECTOR]),
    ],
)
def test_what_is_not_there_yet_is_said(message: pb.EncodeOptions) -> None:
    """Nothing pretends: an option of the contract that this release lacks is refused as such."""
    with pytest.raises(NotImplementedYet):
        wire.options(message)


def test_a_named_prompt_must_exist_and_a_role_need_not() -> None:
    """Asking for a prompt by name is exact; the role of a text is only a hint."""
    FACTS.prompt_for(EncodeOptions(prompt=Prompt(name="document", required=False)))
    FACTS.prompt_for(EncodeOptions(prompt=Prompt(name="query", required=True)))
    with pytest.raises(InvalidOption, match="query"):
        FACTS.prompt_for(EncodeOptions(prompt=Prompt(name="document", required=True)))


@given(st.text(max_size=50))
def test_the_size_of_a_text_is_in_bytes(text: str) -> None:
    """A text's size is its length in UTF-8, whatever its characters."""
    text = text.encode("utf-8", "ignore").decode()
    assert wire.size_bytes(text) == len(text.encode())


def test_a_pinned_fingerprint_must_match() -> None:
    """Vectors of another space are refused before any work is done."""
    plain, cut = EncodeOptions(), EncodeOptions(dimensions=4)
    assert wire.vector_format("m", FACTS, plain, FACTS.fingerprint).fingerprint == FACTS.fingerprint
    with pytest.raises(FingerprintMismatch):
        wire.vector_format("m", FACTS, cut, FACTS.fingerprint)


@given(st.integers(0, 3), st.integers(1, 3), st.sampled_from(["<f4", "<f2"]))
def test_vectors_arrive_as_they_were_sent(rows: int, columns: int, dtype: str) -> None:
    """A matrix of bytes is read in its shape, in both types."""
    numbers = np.arange(rows * columns, dtype=dtype).reshape(rows, columns)
    kind = pb.ELEMENT_TYPE_FLOAT32 if dtype == "<f4" else pb.ELEMENT_TYPE_FLOAT16
    message = pb.Matrix(data=numbers.tobytes(), element_type=kind, rows=rows, columns=columns)
    np.testing.assert_array_equal(wire.rows(message), numbers)
    np.testing.assert_array_equal(wire.rows(wire.matrix(wire.rows(message))), numbers)


@pytest.mark.parametrize(
    "message",
    [
        pb.Matrix(data=b"1234567", rows=1, columns=2),
        pb.Matrix(data=np.array([1, np.nan], "<f4").tobytes(), rows=1, columns=2),
        pb.Matrix(data=b"12345678", rows=2**31, columns=2**31),
        pb.Matrix(data=b"", rows=2**32 - 1, columns=0),
        pb.Matrix(data=b"12", element_type=pb.ELEMENT_TYPE_INT8, rows=1, columns=2),
    ],
)
def test_vectors_that_are_none_are_refused(message: pb.Matrix) -> None:
    """Wrong sizes, impossible shapes and numbers that are not finite are errors of the request."""
    with pytest.raises(InvalidOption):
        wire.rows(message)
