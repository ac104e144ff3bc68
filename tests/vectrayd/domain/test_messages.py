from vectrayd.domain import errors
from vectrayd.domain.embedding import Embedding
from vectrayd.domain.messages import LENGTH, SliceDone, framed, unframed


def test_a_frame_carries_values_and_errors() -> None:
    """What a worker answers arrives as it was, errors with their class and words."""
    message = SliceDone(
        number=7,
        outcomes=(
            Embedding(vector=b"1234", tokens_used=2, tokens_total=3),
            errors.TextTooLong("It is long."),
        ),
    )
    frame = framed(message)
    (length,) = LENGTH.unpack(frame[: LENGTH.size])
    assert length == len(frame) - LENGTH.size
    arrived = unframed(frame[LENGTH.size :])
    assert isinstance(arrived, SliceDone)
    assert arrived.outcomes[0] == message.outcomes[0]
    assert arrived.outcomes[0].truncated
    assert (type(arrived.outcomes[1]), str(arrived.outcomes[1])) == (errors.TextTooLong, "It is long.")
