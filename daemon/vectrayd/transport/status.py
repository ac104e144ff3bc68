"""The one table from the daemon's errors to gRPC statuses, and how they leave."""

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from vectray.v1 import embedding_pb2
from vectrayd.domain import errors
from vectrayd.domain.errors import VectrayError

_DOMAIN = "vectray.v1"

CODES: dict[type[VectrayError], grpc.StatusCode] = {
    errors.InvalidOption: grpc.StatusCode.INVALID_ARGUMENT,
    errors.TextTooLong: grpc.StatusCode.INVALID_ARGUMENT,
    errors.InvalidText: grpc.StatusCode.INVALID_ARGUMENT,
    errors.UnknownModel: grpc.StatusCode.NOT_FOUND,
    errors.ModelUnavailable: grpc.StatusCode.FAILED_PRECONDITION,
    errors.ModelFailed: grpc.StatusCode.INTERNAL,
    errors.NonFinite: grpc.StatusCode.INTERNAL,
    errors.FingerprintMismatch: grpc.StatusCode.FAILED_PRECONDITION,
    errors.Overloaded: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.DeadlineInfeasible: grpc.StatusCode.DEADLINE_EXCEEDED,
    errors.Stopping: grpc.StatusCode.UNAVAILABLE,
}


def item_error(error: VectrayError) -> embedding_pb2.ItemError:
    """Return what answers one item."""
    return embedding_pb2.ItemError(code=CODES[type(error)].value[0], reason=error.reason, message=str(error))


def call_status(error: VectrayError) -> grpc.Status:
    """Return what ends a whole call."""
    details = [error_details_pb2.ErrorInfo(reason=error.reason, domain=_DOMAIN)]
    if error.retry_seconds is not None:
        delay = duration_pb2.Duration()
        delay.FromMilliseconds(round(error.retry_seconds * 1000))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    if isinstance(error, errors.InvalidOption):
        violation = error_details_pb2.BadRequest.FieldViolation(description=str(error))
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    status = status_pb2.Status(code=CODES[type(error)].value[0], message=str(error))
    for detail in details:
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    final: grpc.Status = rpc_status.to_status(status)
    return final
