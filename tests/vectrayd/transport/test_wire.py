import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import FACTS

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.embedding import Embedding, MultiVector, Sparse
from vectrayd.domain.errors import FingerprintMismatch, InvalidOption, TextTooLong
from vectrayd.domain.options import ElementType, EncodeOptions, Lane, OutputKind, Overlong, Prompt, Wish
from vectrayd.transport import wire


def wished(message: pb.EncodeOptions) -> EncodeOptions:
    """How `message` wishes its texts to be encoded."""
    return wire.wish(message, pb.LANE_UNSPECIFIED, "").options


def test_an_empty_message_means_the_defaults() -> None:
    """A program that sets nothing gets unit vectors of float32 from the normal lane."""
    assert wire.wish(pb.EncodeOptions(), pb.LANE_UNSPECIFIED, "") == Wish()
    assert Wish().lane is Lane.NORMAL
    assert EncodeOptions().normalize


def test_every_option_arrives() -> None:
    """What is set is what is done."""
    message = pb.EncodeOptions(
        prompt_name="query",
        normalize=False,
        dimensions=3,
        element_type=pb.ELEMENT_TYPE_INT8,
        overlong_policy=pb.OVERLONG_POLICY_CHUNK_MEAN,
        outputs=[pb.OUTPUT_KIND_MULTI_VECTOR],
    )
    assert wished(message) == EncodeOptions(
        prompt=Prompt(name="query", required=True),
        normalize=False,
        dimensions=3,
        element_type=ElementType.INT8,
        overlong=Overlong.CHUNK_MEAN,
        outputs=frozenset({OutputKind.MULTI_VECTOR}),
    )


@pytest.mark.parametrize(
    "message",
    [
        pb.EncodeOptions(task=77),
        pb.EncodeOptions(element_type=77),
        pb.EncodeOptions(overlong_policy=77),
        pb.EncodeOptions(outputs=[77]),
    ],
)
def test_unknown_numbers_are_refused(message: pb.EncodeOptions) -> None:
    """A newer client's enum value is an error, neither a crash nor a guess."""
    with pytest.raises(InvalidOption, match="77"):
        wished(message)


def test_outputs_are_a_set() -> None:
    """Their order and repetition mean nothing, none means dense alone."""
    sparse, dense = pb.OUTPUT_KIND_SPARSE, pb.OUTPUT_KIND_DENSE
    both = {OutputKind.DENSE, OutputKind.SPARSE}
    for outputs in ([sparse, dense], [dense, sparse, sparse], [sparse, pb.OUTPUT_KIND_UNSPECIFIED]):
        assert wished(pb.EncodeOptions(outputs=outputs)).outputs == both
    assert wished(pb.EncodeOptions()).outputs == {OutputKind.DENSE}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            EncodeOptions(outputs=frozenset({OutputKind.SPARSE})),
            "The model has no sparse output; it has: dense.",
        ),
        (EncodeOptions(dimensions=9), "has 8 dimensions"),
        (EncodeOptions(prompt=Prompt(name="poem", required=True)), "no prompt named 'poem'"),
    ],
)
def test_what_the_model_cannot_do_is_refused_before_any_work(options: EncodeOptions, reason: str) -> None:
    """An order that no text could fulfil is refused as a whole, in one sentence."""
    with pytest.raises(InvalidOption, match=reason):
        wire.vector_format("m", FACTS, options, "")


EMBEDDING = Embedding(vector=b"12345678", tokens_used=3, tokens_total=3)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (EMBEDDING, pb.Embedding(vector=b"12345678", tokens_used=3, tokens_total=3)),
        (
            EMBEDDING._replace(tokens_used=2, scale=0.5),
            pb.Embedding(vector=b"12345678", tokens_used=2, tokens_total=3, truncated=True, scale=0.5),
        ),
        (
            EMBEDDING._replace(vector=b"", sparse=Sparse(b"abcd", b"efgh")),
            pb.Embedding(
                tokens_used=3, tokens_total=3, sparse=pb.SparseVector(token_ids=b"abcd", weights=b"efgh")
            ),
        ),
        (
            EMBEDDING._replace(vector=b"", sparse=Sparse(b"", b"")),
            pb.Embedding(tokens_used=3, tokens_total=3, sparse=pb.SparseVector()),
        ),
        (
            EMBEDDING._replace(multi_vector=MultiVector(b"abcd", 2, 2, 0.25)),
            pb.Embedding(
                vector=b"12345678",
                tokens_used=3,
                tokens_total=3,
                multi_vector=pb.MultiVector(vectors=b"abcd", rows=2, columns=2, scale=0.25),
            ),
        ),
    ],
)
def test_all_of_an_embedding_leaves(outcome: Embedding, expected: pb.Embedding) -> None:
    """What was computed is what is sent, and what was not asked for is not there, in both kinds of call."""
    result = pb.ItemResult(id=7, embedding=expected)
    (message,) = wire.stream_results([(7, outcome)])
    assert list(message.results.results) == [result]
    result.id = 0
    shape = pb.VectorFormat(model="m")
    assert wire.encode_response(shape, [outcome]) == pb.EncodeResponse(format=shape, results=[result])


def test_an_error_takes_the_place_of_an_embedding() -> None:
    """Answers keep their ids, whichever of the two they are."""
    (message,) = wire.stream_results([(5, TextTooLong("It is long.")), (6, EMBEDDING)])
    answers = message.results.results
    assert [(answer.id, answer.WhichOneof("outcome")) for answer in answers] == [
        (5, "error"),
        (6, "embedding"),
    ]
    assert (answers[0].error.reason, answers[0].error.message) == ("TEXT_TOO_LONG", "It is long.")


MEBIBYTE = 1024 * 1024
LARGE = EMBEDDING._replace(multi_vector=MultiVector(bytes(24 * MEBIBYTE), 24, MEBIBYTE))


def test_large_answers_have_messages_of_their_own() -> None:
    """However large the answers, all leave in their order, and no message is too large to be received."""
    small = EMBEDDING._replace(vector=bytes(MEBIBYTE))
    answers = list(enumerate([small, small, small, LARGE, LARGE, small, EMBEDDING]))
    messages = list(wire.stream_results(answers))
    assert [result.id for message in messages for result in message.results.results] == list(range(7))
    assert max(message.ByteSize() for message in messages) < 32 * MEBIBYTE
    assert len(messages) < len(answers)


def test_answers_that_fit_no_message_are_refused() -> None:
    """A call whose answer nobody could receive is told so in a sentence."""
    assert wire.encode_response(pb.VectorFormat(), [LARGE]).ByteSize() < 32 * MEBIBYTE
    with pytest.raises(InvalidOption, match="EncodeStream"):
        wire.encode_response(pb.VectorFormat(), [LARGE, LARGE])


def test_a_named_prompt_must_exist_and_a_role_need_not() -> None:
    """Asking for a prompt by name is exact; the role of a text is only a hint."""
    FACTS.prompt_for(EncodeOptions(prompt=Prompt(name="document", required=False)))
    FACTS.prompt_for(EncodeOptions(prompt=Prompt(name="query", required=True)))
    with pytest.raises(InvalidOption, match="query"):
        FACTS.prompt_for(EncodeOptions(prompt=Prompt(name="document", required=True)))


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
