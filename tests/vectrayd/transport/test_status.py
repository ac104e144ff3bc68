import grpc
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status

from vectrayd.domain import errors
from vectrayd.transport.status import CODES, call_status, item_error


def test_every_error_has_a_status() -> None:
    """The table knows the whole tree: an error that is added without a code fails here."""
    tree = {
        error
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.VectrayError)
    }
    assert set(CODES) == tree - {errors.VectrayError}
    reasons = [error.reason for error in CODES]
    assert len(set(reasons)) == len(reasons)


def test_a_call_ends_with_details_for_programs() -> None:
    """The status carries the reason, and for an overload when to come back."""
    sent = dict(call_status(errors.Overloaded("Too much.", retry_seconds=1.5)).trailing_metadata)[
        "grpc-status-details-bin"
    ]
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    details = Status.FromString(sent).details
    assert details[0].Unpack(info)
    assert details[1].Unpack(retry)
    assert (info.reason, info.domain) == ("OVERLOADED", "vectray.v1")
    assert retry.retry_delay.ToMilliseconds() == 1500


def test_an_item_is_answered_with_code_reason_and_words() -> None:
    """One item's error has the same code as a call's."""
    answer = item_error(errors.TextTooLong("It is long."))
    assert (answer.code, answer.reason, answer.message) == (
        grpc.StatusCode.INVALID_ARGUMENT.value[0],
        "TEXT_TOO_LONG",
        "It is long.",
    )
