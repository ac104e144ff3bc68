from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from tests.vectray_client.agent.conftest import Served

from vectray.v1 import index_pb2 as pb
from vectray.v1 import index_pb2_grpc
from vectray_client.sdk.errors import RequestRefused
from vectray_client.store.store import Store


def refusal(error: pytest.ExceptionInfo[grpc.RpcError]) -> tuple[grpc.StatusCode, str, str]:
    """The status of a call that was refused, the reason that its details name, and its words."""
    info = error_details_pb2.ErrorInfo()
    status = rpc_status.from_call(error.value)
    assert status is not None
    assert status.details[0].Unpack(info)
    return error.value.code(), info.reason, error.value.details()


@pytest.mark.parametrize(
    ("method", "request_", "words"),
    [
        ("Search", pb.SearchRequest(query=" \n"), "The query is empty."),
        ("Search", pb.SearchRequest(query="x" * 100_001), "at most 100,000 characters"),
        ("Search", pb.SearchRequest(query="x", more_passages=101), "At most 100 further passages"),
        ("Search", pb.SearchRequest(query="in:nowhere x"), "No indexed folder is called 'nowhere'."),
        ("ReadPassages", pb.ReadPassagesRequest(path="x"), "The path is not absolute."),
        ("Search", pb.SearchRequest(query="x", top=1001), "At most 1000 documents"),
        ("Search", pb.SearchRequest(query="x", since_unix_ms=-1), "none that a file can have"),
        ("Search", pb.SearchRequest(query="x", folders=["here"]), "The path is not absolute."),
        ("Search", pb.SearchRequest(query="x", types=["gif"]), "never read as 'gif'"),
        ("AddFolder", pb.AddFolderRequest(path="/a\0b"), "The path is not absolute."),
        ("AddFolder", pb.AddFolderRequest(), "The path is not absolute."),
        ("Explain", pb.ExplainRequest(path="."), "The path is not absolute."),
        ("Forget", pb.ForgetRequest(), "The path is not absolute."),
        ("Pause", pb.PauseRequest(seconds=2**32 - 1), "a year at most"),
        ("UseModel", pb.UseModelRequest(model=" "), "No model is named."),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(
    served: Served, method: str, request_: object, words: str
) -> None:
    """With the code for bad arguments, a reason for programs and a sentence for people."""
    with grpc.insecure_channel(f"unix:{served.places.agent_socket}") as channel:
        call = getattr(index_pb2_grpc.IndexServiceStub(channel), method)
        with pytest.raises(grpc.RpcError) as error:
            call(request_, timeout=10)
    code, reason, details = refusal(error)
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_OPTION")
    assert words in details


def test_bytes_that_are_no_message_are_refused(served: Served) -> None:
    """They are the caller's mistake, and no incident."""
    with grpc.insecure_channel(f"unix:{served.places.agent_socket}") as channel:
        call = channel.unary_unary("/vectray.v1.IndexService/Search")
        with pytest.raises(grpc.RpcError) as error:
            call(b"\xff\xff", timeout=10)
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_bug_leaves_without_its_words(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever called gets a number, the log has that number and the kind of error, and neither has what it said."""

    def fail(_: Store) -> None:
        raise ZeroDivisionError("tides rise")

    served.pipeline.on_look = fail
    with (
        served.agent() as agent,
        pytest.raises(RequestRefused, match=r"^Internal error [0-9a-f]{8}\.$") as error,
    ):
        agent.search("tides rise", freshness_wait_seconds=1)
    assert str(error.value).split()[2].rstrip(".") in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "tides" not in caplog.text


def test_own_folders_and_missing_ones_are_told_apart(served: Served, tmp_path: Path) -> None:
    """A program can tell what to do about it by the reason."""
    file = tmp_path / "file"
    file.touch()
    reasons = {}
    with served.agent() as agent:
        for path in (served.places.data, file, tmp_path / "missing"):
            with pytest.raises(RequestRefused) as error:
                agent.add_folder(str(path))
            reasons[path.name] = error.value.reason
    assert reasons == {"data": "OWN_FOLDER", "file": "NOT_A_FOLDER", "missing": "FOLDER_MISSING"}
