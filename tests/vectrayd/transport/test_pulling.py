from pathlib import Path

import grpc.aio
import pytest
from tests.vectrayd.models.hub_server import HubServer, hub_server, model_files

from vectray.v1 import embedding_pb2, models_pb2_grpc
from vectray.v1 import models_pb2 as pb
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.hub import Hub
from vectrayd.models.library import Library
from vectrayd.models.pull import Puller
from vectrayd.transport.pulling import pulled
from vectrayd.transport.state import described


def test_facts_reach_the_contract() -> None:
    """Whoever lists models sees what a person chooses by."""
    model = described(read_catalogue().resolve("bge-m3"))
    assert (model.dimensions, model.max_tokens, model.pooling) == (1024, 8192, "cls")
    assert list(model.outputs) == [1, 2, 3]
    assert model.memory_bytes["float32"] == model.download_bytes == 567_754_752 * 4
    assert model.facts_source == "https://huggingface.co/BAAI/bge-m3"
    assert set(model.good_for) == {"en", "zh"}
    assert not model.leaves_machine
    assert dict(described(read_catalogue().resolve("")).prompts) == {
        "query": "query: ",
        "document": "passage: ",
    }
    assert described(read_catalogue().resolve("text-embedding-3-large")).leaves_machine


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


async def test_a_model_that_is_off_says_why(channel: grpc.aio.Channel) -> None:
    """Its state tells that texts would leave this machine."""
    stub = models_pb2_grpc.ModelServiceStub(channel)
    model = (await stub.Get(pb.ModelServiceGetRequest(model="text-embedding-3-small"))).model
    assert model.state == pb.MODEL_STATE_ABSENT
    assert "texts would leave this machine" in model.state_reason
    assert list(model.outputs) == [embedding_pb2.OUTPUT_KIND_DENSE]
