"""The one table from what goes wrong in the agent to gRPC statuses, and how they leave."""

import sqlite3
from collections.abc import Mapping
from concurrent.futures import CancelledError

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from vectray_client.agent.asked import Unanswerable
from vectray_client.agent.leafing import UnknownFile
from vectray_client.agent.orders import UnknownFolder
from vectray_client.domain import Fault
from vectray_client.freshness import OwnFolder
from vectray_client.sdk.errors import RequestRefused, VectrayClientError
from vectray_client.searcher.question import QuestionTooLong
from vectray_client.store.errors import IndexFault
from vectray_client.watch.scanner import FolderMissing, NotAFolder

_DOMAIN = "vectray.v1"


class TooManyWatchers(Fault):
    """Nobody needs so many windows; each takes a thread."""


class NotServed(Fault):
    """A call of the contract that this agent cannot answer."""


CODES: Mapping[type[Exception], tuple[grpc.StatusCode, str]] = {
    Unanswerable: (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_OPTION"),
    QuestionTooLong: (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_OPTION"),
    OwnFolder: (grpc.StatusCode.INVALID_ARGUMENT, "OWN_FOLDER"),
    NotAFolder: (grpc.StatusCode.INVALID_ARGUMENT, "NOT_A_FOLDER"),
    FolderMissing: (grpc.StatusCode.FAILED_PRECONDITION, "FOLDER_MISSING"),
    UnknownFolder: (grpc.StatusCode.NOT_FOUND, "UNKNOWN_FOLDER"),
    UnknownFile: (grpc.StatusCode.NOT_FOUND, "UNKNOWN_FILE"),
    NotServed: (grpc.StatusCode.UNIMPLEMENTED, "NOT_SERVED"),
    TooManyWatchers: (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED"),
    IndexFault: (grpc.StatusCode.FAILED_PRECONDITION, "INDEX"),
    Fault: (grpc.StatusCode.FAILED_PRECONDITION, "FAULT"),
    # Not UNAVAILABLE: the agent is there, only the daemon is not.
    VectrayClientError: (grpc.StatusCode.FAILED_PRECONDITION, "DAEMON_UNAVAILABLE"),
    sqlite3.Error: (grpc.StatusCode.INTERNAL, "INDEX"),
    TimeoutError: (grpc.StatusCode.DEADLINE_EXCEEDED, "BUSY"),
    CancelledError: (grpc.StatusCode.UNAVAILABLE, "STOPPING"),
}
"""By the nearest class. What is not here is a bug, and leaves as INTERNAL without a word of its own."""

_WORDS: Mapping[type[Exception], str] = {
    sqlite3.Error: "The index could not be read or written.",
    TimeoutError: "The agent did not get to it in time.",
    CancelledError: "The agent is about to end.",
}
"""What is said of errors whose own words are not for a person."""


def call_status(error: Exception) -> grpc.Status | None:
    """Return what ends a call; None for an error that nobody thought of, whose words may quote anything."""
    nearest = next((kind for kind in type(error).__mro__ if kind in CODES), None)
    if nearest is None:
        return None
    code, reason = CODES[nearest]
    if isinstance(error, RequestRefused):
        reason = error.reason
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason=reason, domain=_DOMAIN))
    status = status_pb2.Status(code=code.value[0], message=_WORDS.get(nearest, str(error)), details=[detail])
    final: grpc.Status = rpc_status.to_status(status)
    return final
