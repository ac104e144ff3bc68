from vectrayd.domain import errors
from vectrayd.domain.columns import columns_of, outcomes_of
from vectrayd.domain.embedding import Embedding
from vectrayd.domain.messages import LENGTH, EncodeDone, framed, unframed


def test_a_frame_carries_values_and_errors() -> None:
    """What a worker answers arrives as it was, errors with their class and words."""
    outcomes = [
        Embedding(vector=b"1234", tokens_used=2, tokens_total=3),
        errors.TextTooLong("It is long."),
    ]
    frame = framed(EncodeDone(number=7, columns=columns_of(outcomes), seconds=0.5))
    (length,) = LENGTH.unpack(frame[: LENGTH.size])
    assert length == len(frame) - LENGTH.size
    arrived = unframed(frame[LENGTH.size :])
    assert isinstance(arrived, EncodeDone)
    embedding, error = outcomes_of(arrived.columns)
    assert embedding == outcomes[0]
    assert embedding.truncated
    assert (type(error), str(error)) == (errors.TextTooLong, "It is long.")
