from pathlib import Path

import grpc.aio
import pytest
from tests.vectrayd.models.hub_server import HubServer, hub_server, model_files

from vectray.v1 import models_pb2 as pb
from vectray.v1 import models_pb2_grpc
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.hub import Hub
from vectrayd.models.library import Library
from vectrayd.models.pull import Puller
from vectrayd.transport.pulling import pulled
from vectrayd.transport.state import described


async def test_a_pull_tells_how_far_it_is(tmp_path: Path) -> None:
    """Bytes rise to their total; the last message has the model."""
    with hub_server(model_files()) as hub:
        messages = [
            message
            async for message in pulled(
                _puller(hub, tmp_path), read_catalogue(tmp_path), "org/tiny", described
            )
        ]
    assert [message.bytes_done for message in messages] == sorted(message.bytes_done for message in messages)
    assert messages[-1].bytes_done == messages[-1].bytes_total > 7000
    assert messages[-1].model.name == "tiny"


def _puller(hub: HubServer, models: Path) -> Puller:
    return Puller(models, Library(models), Hub(endpoint=hub.endpoint))


async def test_models_that_are_here_need_no_pull(channel: grpc.aio.Channel) -> None:
    """One that a package ships is there, one that somebody else runs cannot be fetched, a strange name is unknown."""
    stub = models_pb2_grpc.ModelServiceStub(channel)
    messages = [one async for one in stub.Pull(pb.ModelServicePullRequest(model="all-MiniLM-L6-v2"))]
    assert [message.activity for message in messages] == ["on this machine already"]
    for name, code in {
        "text-embedding-3-small": grpc.StatusCode.FAILED_PRECONDITION,
        "nobody": grpc.StatusCode.NOT_FOUND,
        "somebody/bge-m3": grpc.StatusCode.INVALID_ARGUMENT,
    }.items():
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Pull(pb.ModelServicePullRequest(model=name)).read()
        assert caught.value.code() is code
