import asyncio
import socket
from pathlib import Path

import grpc
import grpc.aio
import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

from vectray_client.sdk.errors import (
    DaemonUnavailable,
    LostConnection,
    RequestRefused,
    closing_is_loss,
    translated,
    translating,
)


def failed(code: grpc.StatusCode, words: str = "", reason: str = "") -> grpc.aio.AioRpcError:
    """A failed call, with an ErrorInfo where there is a reason."""
    trailing = grpc.aio.Metadata()
    if reason:
        detail = any_pb2.Any()
        detail.Pack(error_details_pb2.ErrorInfo(reason=reason))
        status = status_pb2.Status(code=code.value[0], message=words, details=[detail])
        trailing.add("grpc-status-details-bin", status.SerializeToString())
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailing, details=words)


@pytest.mark.parametrize(
    "error",
    [
        failed(grpc.StatusCode.UNAVAILABLE, "Socket closed"),
        failed(grpc.StatusCode.CANCELLED, "Cancelled on the server side"),
        failed(grpc.StatusCode.UNAVAILABLE, "vectrayd is stopping.", "STOPPING"),
        failed(grpc.StatusCode.INTERNAL, "Received RST_STREAM with error code 2"),
        failed(grpc.StatusCode.INTERNAL, "recvmsg: Connection reset by peer"),
        failed(grpc.StatusCode.UNKNOWN, "Stream removed"),
        failed(grpc.StatusCode.INTERNAL, "Internal error from Core"),
    ],
)
def test_a_daemon_that_went_away_may_be_asked_again(error: grpc.RpcError) -> None:
    """Killed, stopped or reset: the connection is lost, not the call."""
    assert isinstance(translated(error), LostConnection)


def test_a_daemon_that_is_late_does_not_answer() -> None:
    """A deadline is no refusal."""
    error = translated(failed(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded"))
    assert isinstance(error, DaemonUnavailable)
    assert str(error) == "vectrayd does not answer."


@pytest.mark.parametrize(
    ("error", "words", "reason"),
    [
        (
            failed(grpc.StatusCode.NOT_FOUND, "No such model.", "MODEL_UNKNOWN"),
            "No such model.",
            "MODEL_UNKNOWN",
        ),
        (failed(grpc.StatusCode.INTERNAL, "", "MODEL_FAILED"), "MODEL_FAILED", "MODEL_FAILED"),
        (
            failed(grpc.StatusCode.INTERNAL, "The pipe had a Broken pipe.", "MODEL_FAILED"),
            "The pipe had a Broken pipe.",
            "MODEL_FAILED",
        ),
        (
            failed(grpc.StatusCode.INTERNAL, "Internal error 0badcafe."),
            "Internal error 0badcafe.",
            "INTERNAL",
        ),
        (
            failed(grpc.StatusCode.DEADLINE_EXCEEDED, "It would take 9 s.", "DEADLINE_INFEASIBLE"),
            "It would take 9 s.",
            "DEADLINE_INFEASIBLE",
        ),
        (failed(grpc.StatusCode.UNIMPLEMENTED), "UNIMPLEMENTED", "UNIMPLEMENTED"),
    ],
)
def test_a_refusal_keeps_its_words_and_reason(error: grpc.RpcError, words: str, reason: str) -> None:
    """The contract's reason where there is one, else the canonical code."""
    refusal = translated(error)
    assert isinstance(refusal, RequestRefused)
    assert (str(refusal), refusal.reason) == (words, reason)


def test_only_failed_calls_are_translated() -> None:
    """Everything else passes as it is."""
    with pytest.raises(RequestRefused), translating():
        raise failed(grpc.StatusCode.NOT_FOUND, "No.", "MODEL_UNKNOWN")
    with pytest.raises(KeyError), translating():
        raise KeyError


async def test_a_closed_channel_is_no_order_to_end(tmp_path: Path) -> None:
    """Whoever still waits for an answer hears that the connection is lost; one that is told to end does."""
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent"))
        silent.listen()
        channel = grpc.aio.insecure_channel(f"unix:{tmp_path / 'silent'}")

        async def ask() -> None:
            with closing_is_loss(), translating():
                await channel.unary_unary("/service/Method")(b"")

        told_to_end, asking = asyncio.create_task(ask()), asyncio.create_task(ask())
        await asyncio.sleep(0.05)
        told_to_end.cancel()
        with pytest.raises(asyncio.CancelledError):
            await told_to_end
        await channel.close()
        with pytest.raises(LostConnection):
            await asking
