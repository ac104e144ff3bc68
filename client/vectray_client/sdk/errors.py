"""What can go wrong between a program and the daemon.

    VectrayClientError
    ├── DaemonUnavailable   no daemon answers, and none can be started
    ├── DaemonMismatch      a daemon answers that speaks another revision of the contract
    ├── RequestRefused      the daemon says no to a whole call
    └── TextRefused         the daemon says no to one text

Messages are one sentence for a person and never quote a text.
"""

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status


class VectrayClientError(Exception):
    """Root of the tree."""


class DaemonUnavailable(VectrayClientError):
    """No daemon answers, and none can be started."""


class DaemonMismatch(VectrayClientError):
    """A daemon answers that speaks another revision of the contract."""


class RequestRefused(VectrayClientError):
    """The daemon says no to a whole call."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """One of the reasons that the contract lists at `ItemError.reason`; programs decide by it."""


class TextRefused(VectrayClientError):
    """The daemon says no to one text."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """As in RequestRefused."""


def is_lost_connection(error: grpc.RpcError) -> bool:
    """Whether the daemon went away in the middle of a call, so that the call may be made again."""
    code, details = error.code(), error.details() or ""
    # A server that is killed resets its streams; some releases of gRPC report that as INTERNAL.
    return code is grpc.StatusCode.UNAVAILABLE or (
        code is grpc.StatusCode.INTERNAL and "RST_STREAM" in details
    )


def translated(error: grpc.RpcError) -> VectrayClientError:
    """Return what the caller of this package sees of a failed call."""
    if is_lost_connection(error):
        return DaemonUnavailable("The connection to vectrayd was lost.")
    status = rpc_status.from_call(error)
    for detail in status.details if status else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return RequestRefused(error.details() or info.reason, reason=info.reason)
    return RequestRefused(error.details() or error.code().name, reason=error.code().name)
