import asyncio
import stat
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import grpc
import grpc.aio
import numpy as np
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status
from tests.fakes import HashingFleet, hashed_vector

from vectray import CONTRACT_REVISION
from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc, models_pb2, models_pb2_grpc
from vectrayd.transport import limits

Items = Sequence[tuple[int, str]]


def opening(**options: object) -> pb.EncodeStreamRequest:
    """The first message of a stream."""
    return pb.EncodeStreamRequest(
        open=pb.EncodeStreamRequest.Open(options=pb.EncodeOptions(**options), lane=pb.LANE_BULK)
    )


def items(pairs: Items) -> pb.EncodeStreamRequest:
    """A message of items."""
    made = [pb.EncodeStreamRequest.Item(id=number, text=text) for number, text in pairs]
    return pb.EncodeStreamRequest(items=pb.EncodeStreamRequest.Items(items=made))


async def results(call: AsyncIterator[pb.EncodeStreamResponse]) -> list[pb.ItemResult]:
    """All answers of a stream, in their order."""
    return [result async for response in call for result in response.results.results]


async def test_the_socket_is_the_users_own(channel: grpc.aio.Channel, socket: Path) -> None:
    """Nobody else may open the socket."""
    await channel.channel_ready()
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600


@pytest.mark.parametrize("service", ["", "vectray.v1.EmbeddingService", "vectray.v1.ModelService"])
async def test_health_is_told_per_service(channel: grpc.aio.Channel, service: str) -> None:
    """The standard health service knows the server and each of its services."""
    answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_encode_answers_in_order_each_for_itself(channel: grpc.aio.Channel) -> None:
    """A text over the limit has its own error, the others their vectors."""
    texts = ["one", "x" * (limits.MOST_TEXT_BYTES + 1), "three"]
    response = await embedding_pb2_grpc.EmbeddingServiceStub(channel).Encode(pb.EncodeRequest(texts=texts))
    assert [result.id for result in response.results] == [0, 1, 2]
    assert [result.WhichOneof("outcome") for result in response.results] == [
        "embedding",
        "error",
        "embedding",
    ]
    assert response.results[1].error.reason == "TEXT_TOO_LONG"
    np.testing.assert_array_equal(
        np.frombuffer(response.results[2].embedding.vector, "<f4"), hashed_vector("three")
    )
    assert (response.format.dimensions, response.format.model) == (8, "multilingual-e5-small")


async def test_a_stream_answers_every_id_once(channel: grpc.aio.Channel) -> None:
    """Thousands of items, some bad, come back by id, and the stream ends by itself after half-closing."""
    pairs = [(number, f"text {number}" if number % 100 else "y" * 300_000) for number in range(1, 3001)]
    call = embedding_pb2_grpc.EmbeddingServiceStub(channel).EncodeStream(
        iter([opening(), *(items(pairs[at : at + 64]) for at in range(0, 3000, 64))])
    )
    answers = await results(call)
    assert sorted(answer.id for answer in answers) == list(range(1, 3001))
    for answer in answers:
        if answer.id % 100:
            vector = np.frombuffer(answer.embedding.vector, "<f4")
            np.testing.assert_array_equal(vector, hashed_vector(f"text {answer.id}"))
        else:
            assert answer.error.reason == "TEXT_TOO_LONG"


async def test_a_stream_is_bounded_by_its_credit(channel: grpc.aio.Channel, fleet: HashingFleet) -> None:
    """A client that ignores its credit is held back, not refused: its later items are read when earlier ones are answered."""
    worker = fleet.workers[0]
    worker.gate.clear()
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    pairs = [(number, "z" * 100_000) for number in range(40)]
    call = asyncio.create_task(
        results(stub.EncodeStream(iter([opening(), *(items([pair]) for pair in pairs)])))
    )
    await asyncio.sleep(0.3)
    waiting = stub.Encode(pb.EncodeRequest(texts=["x"], lane=pb.LANE_IDLE))
    await asyncio.sleep(0.1)
    worker.gate.set()
    await waiting
    # The idle text came last of all that had been admitted by then.
    admitted = worker.slices.index(("x",))
    assert admitted < 10
    assert len(await call) == 40


async def test_hanging_up_drops_what_waits(channel: grpc.aio.Channel, fleet: HashingFleet) -> None:
    """The work of a client that went away does not reach the model."""
    worker = fleet.workers[0]
    worker.gate.clear()
    call = embedding_pb2_grpc.EmbeddingServiceStub(channel).EncodeStream()
    await call.write(opening())
    await call.read()
    await call.write(items([(number, "unwanted" * 400) for number in range(64)]))
    while not worker.slices:
        await asyncio.sleep(0.01)
    call.cancel()
    await asyncio.sleep(0.3)  # for the news to reach the server
    worker.gate.set()
    await embedding_pb2_grpc.EmbeddingServiceStub(channel).Encode(pb.EncodeRequest(texts=["wanted"]))
    assert sum("unwanted" in text for texts in worker.slices for text in texts) < 8


@pytest.mark.parametrize(
    ("request_messages", "code", "reason"),
    [
        ([], grpc.StatusCode.INVALID_ARGUMENT, "INVALID_OPTION"),
        ([items([(1, "a")])], grpc.StatusCode.INVALID_ARGUMENT, "INVALID_OPTION"),
        ([opening(), opening()], grpc.StatusCode.INVALID_ARGUMENT, "INVALID_OPTION"),
        (
            [opening(), items([(n, "") for n in range(2049)])],
            grpc.StatusCode.INVALID_ARGUMENT,
            "INVALID_OPTION",
        ),
        ([opening(model="nobody")], grpc.StatusCode.NOT_FOUND, "MODEL_UNKNOWN"),
        ([opening(prompt_name="poem")], grpc.StatusCode.INVALID_ARGUMENT, "INVALID_OPTION"),
        ([opening(dimensions=9)], grpc.StatusCode.INVALID_ARGUMENT, "INVALID_OPTION"),
        ([opening(expected_fingerprint="0")], grpc.StatusCode.FAILED_PRECONDITION, "FINGERPRINT_MISMATCH"),
    ],
)
async def test_a_stream_that_cannot_be_ends_with_its_reason(
    channel: grpc.aio.Channel,
    request_messages: list[pb.EncodeStreamRequest],
    code: grpc.StatusCode,
    reason: str,
) -> None:
    """Whatever is wrong with a whole stream is a status that programs and people understand."""
    call = embedding_pb2_grpc.EmbeddingServiceStub(channel).EncodeStream(iter(request_messages))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await results(call)
    assert caught.value.code() is code
    assert reason_of(caught.value) == reason


async def test_an_unforeseen_error_leaves_without_its_words(
    channel: grpc.aio.Channel, fleet: HashingFleet
) -> None:
    """What goes wrong inside is INTERNAL with a number; the exception may quote what somebody writes."""
    fleet.refusal = ValueError("dear diary")  # type: ignore[assignment]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await embedding_pb2_grpc.EmbeddingServiceStub(channel).Encode(pb.EncodeRequest(texts=["a"]))
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert "diary" not in str(caught.value)


def vectors(rows: list[list[float]]) -> pb.Operand:
    """One side of a comparison, as vectors."""
    numbers = np.array(rows, "<f4")
    matrix = pb.Matrix(data=numbers.tobytes(), rows=numbers.shape[0], columns=numbers.shape[1])
    return pb.Operand(vectors=matrix)


def texts(*words: str) -> pb.Operand:
    """One side of a comparison, as texts."""
    return pb.Operand(texts=pb.Operand.Texts(texts=words))


async def test_similarity_takes_texts_and_vectors(channel: grpc.aio.Channel) -> None:
    """A text is as alike to its own vector as to itself."""
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    own = vectors([hashed_vector("a").tolist(), hashed_vector("b").tolist()])
    response = await stub.Similarity(
        pb.SimilarityRequest(queries=texts("a", "b"), documents=own, metric=pb.METRIC_DOT)
    )
    scores = np.frombuffer(response.scores.data, "<f4").reshape(response.scores.rows, response.scores.columns)
    np.testing.assert_allclose(np.diagonal(scores), [1, 1], rtol=1e-6)
    assert response.fingerprint == "f" * 64


@pytest.mark.parametrize(
    "request_message",
    [
        pb.SimilarityRequest(queries=texts("a")),
        pb.SimilarityRequest(queries=texts("a"), documents=texts()),
        pb.SimilarityRequest(queries=texts("a"), documents=vectors([[1.0, 2.0]])),
        pb.SimilarityRequest(queries=texts("a"), documents=texts("a"), metric=99),
        pb.SimilarityRequest(queries=texts("a"), documents=texts("a"), pairing=99),
        pb.SimilarityRequest(queries=texts(*["a"] * 2049), documents=texts("a")),
        pb.SimilarityRequest(
            queries=texts("a", "b"), documents=texts("a"), pairing=pb.SimilarityRequest.PAIRING_PAIRWISE
        ),
    ],
)
async def test_a_comparison_that_cannot_be_is_refused(
    channel: grpc.aio.Channel, request_message: pb.SimilarityRequest
) -> None:
    """A missing, empty, ill-fitting or over-long side is an error of the request."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await embedding_pb2_grpc.EmbeddingServiceStub(channel).Similarity(request_message)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("data", [b"\xff\xff\xff", b"\x12\x02\xff\xfe"])
@pytest.mark.parametrize("method", ["Encode", "EncodeStream"])
async def test_bytes_that_are_no_message_are_the_callers_error(
    channel: grpc.aio.Channel, data: bytes, method: str
) -> None:
    """Garbage, and text that is no UTF-8, is INVALID_ARGUMENT, for single calls and for streams."""
    make = channel.unary_unary if method == "Encode" else channel.stream_stream
    call = make(
        f"/vectray.v1.EmbeddingService/{method}", request_serializer=bytes, response_deserializer=bytes
    )
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await (call(data) if method == "Encode" else call(iter([data])).read())
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_load_and_unload(channel: grpc.aio.Channel, fleet: HashingFleet) -> None:
    """Loading ends with the model; unloading ends its worker, and the next text has a new one."""
    stub = models_pb2_grpc.ModelServiceStub(channel)
    messages = [message async for message in stub.Load(models_pb2.ModelServiceLoadRequest())]
    assert messages[-1].activity == "ready"
    await stub.Unload(models_pb2.ModelServiceUnloadRequest())
    assert not fleet.workers[0].alive
    await embedding_pb2_grpc.EmbeddingServiceStub(channel).Encode(pb.EncodeRequest(texts=["a"]))
    assert len(fleet.workers) == 2
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Unload(models_pb2.ModelServiceUnloadRequest(model="nobody"))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_list_greets_with_the_revision(channel: grpc.aio.Channel) -> None:
    """A client learns first who it talks to; the default model comes first."""
    answer = await models_pb2_grpc.ModelServiceStub(channel).List(models_pb2.ModelServiceListRequest())
    assert answer.daemon.contract_revision == CONTRACT_REVISION
    assert answer.daemon.pid > 0
    assert [model.is_default for model in answer.models] == [True, *[False] * (len(answer.models) - 1)]


def reason_of(error: grpc.aio.AioRpcError) -> str:
    """The machine-readable reason of a status."""
    info = error_details_pb2.ErrorInfo()
    status = rpc_status.from_call(error)
    assert status is not None
    assert status.details[0].Unpack(info)
    return info.reason
