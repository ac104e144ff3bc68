import asyncio
import dataclasses

import grpc
import grpc.aio
import numpy as np
import pytest
from tests.fakes import RERANKER, RERANKER_FACTS, HashingFleet, hashed_score

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc, models_pb2, models_pb2_grpc
from vectrayd.transport import limits

QUERY = "when does the tide rise"


def request(
    texts: list[str], *, query: str = QUERY, model: str = RERANKER, **more: object
) -> pb.RerankRequest:
    """Texts to score."""
    return pb.RerankRequest(model=model, query=query, texts=texts, **more)


async def refusal(channel: grpc.aio.Channel, asked: pb.RerankRequest) -> tuple[grpc.StatusCode, str]:
    """How a request is refused."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await embedding_pb2_grpc.EmbeddingServiceStub(channel).Rerank(asked)
    return caught.value.code(), caught.value.details() or ""


async def test_each_text_has_its_score(channel: grpc.aio.Channel) -> None:
    """In the texts' order, with the tokens that were read, and the model that read them."""
    texts = ["at noon", "never", "at noon", "x" * 40, ""]
    response = await embedding_pb2_grpc.EmbeddingServiceStub(channel).Rerank(request(texts))
    assert np.frombuffer(response.scores, "<f4").tolist() == [hashed_score(QUERY, text) for text in texts]
    assert np.frombuffer(response.tokens_used, "<u4").tolist() == [7, 5, 7, 16, 0]
    assert np.frombuffer(response.tokens_total, "<u4").tolist() == [7, 5, 7, 40, 0]
    assert (response.model, response.fingerprint) == (RERANKER, RERANKER_FACTS.fingerprint)
    assert not response.failures


async def test_a_bad_text_answers_for_itself(channel: grpc.aio.Channel) -> None:
    """The others have their scores; the lists keep their places."""
    texts = ["at noon", "odd", "x" * (limits.MOST_TEXT_BYTES + 1), "never"]
    response = await embedding_pb2_grpc.EmbeddingServiceStub(channel).Rerank(request(texts))
    scores = np.frombuffer(response.scores, "<f4")
    assert np.isnan(scores).tolist() == [False, True, True, False]
    assert (scores[0], scores[3]) == (hashed_score(QUERY, "at noon"), hashed_score(QUERY, "never"))
    assert [(failure.text, failure.error.reason) for failure in response.failures] == [
        (1, "NON_FINITE"),
        (2, "TEXT_TOO_LONG"),
    ]


async def test_no_text_has_no_score(channel: grpc.aio.Channel, fleet: HashingFleet) -> None:
    """Nothing is worked on."""
    response = await embedding_pb2_grpc.EmbeddingServiceStub(channel).Rerank(request([]))
    assert (response.scores, response.model) == (b"", RERANKER)
    assert fleet.rerankers[0].slices == []


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        (request(["a"], query=" "), grpc.StatusCode.INVALID_ARGUMENT, "it is empty"),
        (
            request(["a"], query="x" * (limits.MOST_QUERY_BYTES + 1)),
            grpc.StatusCode.INVALID_ARGUMENT,
            "bytes",
        ),
        (request(["a"] * (limits.MOST_TEXTS + 1)), grpc.StatusCode.INVALID_ARGUMENT, "2048 texts"),
        (request(["a"], lane=99), grpc.StatusCode.INVALID_ARGUMENT, "lane"),
        (request(["a"], model="bge-m3"), grpc.StatusCode.INVALID_ARGUMENT, "bge-m3 gives vectors"),
        (request(["a"], model="nobody"), grpc.StatusCode.NOT_FOUND, "nobody"),
        (request(["a"], model=""), grpc.StatusCode.NOT_FOUND, "No reranker is chosen"),
    ],
    ids=["empty", "long", "many", "lane", "kind", "unknown", "none"],
)
async def test_what_cannot_be_is_refused_before_any_work(
    channel: grpc.aio.Channel,
    fleet: HashingFleet,
    asked: pb.RerankRequest,
    code: grpc.StatusCode,
    words: str,
) -> None:
    """In one sentence that never quotes the query."""
    refused, sentence = await refusal(channel, asked)
    assert (refused, words in sentence) == (code, True)
    assert len(sentence) < 300
    assert fleet.rerankers[0].slices == []


async def test_a_reranker_gives_no_vectors(channel: grpc.aio.Channel) -> None:
    """Whatever call asks for them is told what the model is for."""
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    options = pb.EncodeOptions(model=RERANKER)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Encode(pb.EncodeRequest(options=options, texts=["a"]))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert f"{RERANKER} is a reranker" in (caught.value.details() or "")


async def test_a_model_that_came_back_as_another_kind_scores_nothing(
    channel: grpc.aio.Channel, fleet: HashingFleet
) -> None:
    """Its folder may have been replaced: the worker knows better than the catalogue."""
    fleet.rerankers[0].facts = dataclasses.replace(fleet.workers[0].facts)
    code, sentence = await refusal(channel, request(["a"]))
    assert (code, "no scores" in sentence) == (grpc.StatusCode.INVALID_ARGUMENT, True)


async def test_queries_do_not_mix(channel: grpc.aio.Channel, fleet: HashingFleet) -> None:
    """Texts that wait for different queries never share a slice, and all get their own scores."""
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    fleet.rerankers[0].gate.clear()
    queries = [f"query {number}" for number in range(6)]
    calls = [stub.Rerank(request([query] * 3, query=query)) for query in queries]
    while len(fleet.rerankers[0].slices) < 2:
        await asyncio.sleep(0)
    fleet.rerankers[0].gate.set()
    for query, call in zip(queries, calls, strict=True):
        scores = np.frombuffer((await call).scores, "<f4").tolist()
        assert scores == [hashed_score(query, query)] * 3
    assert all(len(set(texts)) == 1 for texts in fleet.rerankers[0].slices)


async def test_models_say_what_they_are_for(channel: grpc.aio.Channel) -> None:
    """A reranker has neither dimensions nor outputs, and is not the default."""
    stub = models_pb2_grpc.ModelServiceStub(channel)
    model = (await stub.Get(models_pb2.ModelServiceGetRequest(model=RERANKER))).model
    assert (model.kind, model.dimensions, list(model.outputs)) == (models_pb2.MODEL_KIND_RERANKER, 0, [])
    assert not model.is_default
    listed = (await stub.List(models_pb2.ModelServiceListRequest())).models
    assert listed[0].is_default
    assert listed[0].kind == models_pb2.MODEL_KIND_EMBEDDING
