import grpc
import grpc.aio
import numpy as np
import pytest
from tests.fakes import HashingFleet

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc
from vectrayd.domain.errors import ModelUnavailable
from vectrayd.transport import limits


async def test_an_estimate_loads_nothing(channel: grpc.aio.Channel, fleet: HashingFleet) -> None:
    """Before any model ran there is a guess, which grows with the work; unknown models and lanes are named."""
    fleet.refusal = ModelUnavailable("Nobody may load a model here.")
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    small = await stub.EstimateEncode(pb.EstimateEncodeRequest(texts=10, text_bytes=1000))
    large = await stub.EstimateEncode(pb.EstimateEncodeRequest(texts=10**6, text_bytes=10**9))
    assert 0 < small.tokens < large.tokens
    assert 0 < small.compute_seconds < large.compute_seconds
    assert small.queue_seconds == 0
    for request, code in (
        (pb.EstimateEncodeRequest(model="nobody"), grpc.StatusCode.NOT_FOUND),
        (pb.EstimateEncodeRequest(lane=99), grpc.StatusCode.INVALID_ARGUMENT),
        (pb.EstimateEncodeRequest(text_bytes=2**63), grpc.StatusCode.INVALID_ARGUMENT),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.EstimateEncode(request)
        assert caught.value.code() is code


async def test_tokenize_gives_ids_and_places(channel: grpc.aio.Channel, fleet: HashingFleet) -> None:
    """Each text has its tokens, in order; a worker that dies over it is replaced once."""
    fleet.workers[0].dies_next = True
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    response = await stub.Tokenize(pb.TokenizeRequest(texts=["ab", "", "茶"]))
    found = [np.frombuffer(tokens.token_ids, "<u4").tolist() for tokens in response.tokens]
    assert found == [[97, 98], [], [33590]]
    assert [len(tokens.offsets) for tokens in response.tokens] == [16, 0, 8]
    assert len(fleet.workers) == 2


@pytest.mark.parametrize(
    "texts", [["a"] * (limits.MOST_TEXTS + 1), ["x" * limits.MOST_TOKENIZED_BYTES, "x"]], ids=["many", "long"]
)
async def test_too_much_to_tokenize_is_refused(
    channel: grpc.aio.Channel, fleet: HashingFleet, texts: list[str]
) -> None:
    """Too many texts, or too long ones, reach no tokenizer."""
    fleet.workers[0].dies_next = True
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await embedding_pb2_grpc.EmbeddingServiceStub(channel).Tokenize(pb.TokenizeRequest(texts=texts))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fleet.workers[0].alive
