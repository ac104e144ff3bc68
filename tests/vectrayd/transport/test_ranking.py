import asyncio
from collections.abc import Iterable, Iterator

import grpc.aio
import numpy as np
import pytest
from tests.fakes import DIMENSIONS, HashingFleet, hashed_vector

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc
from vectrayd.domain.ranking import Ranker
from vectrayd.domain.similarity import Metric
from vectrayd.transport import limits

WORDS = [f"word {number % 90}" for number in range(100)]


def matrix(rows: np.ndarray, element_type: pb.ElementType.ValueType = pb.ELEMENT_TYPE_FLOAT32) -> pb.Matrix:
    """Vectors as they are sent."""
    dtype = "<f2" if element_type == pb.ELEMENT_TYPE_FLOAT16 else "<f4"
    data = rows.astype(dtype).tobytes()
    return pb.Matrix(data=data, rows=rows.shape[0], columns=rows.shape[1], element_type=element_type)


def opening(queries: np.ndarray | list[str], *, top_k: int = 3, **options: object) -> pb.RankRequest:
    """The first message."""
    operand = (
        pb.Operand(texts=pb.Operand.Texts(texts=queries))
        if isinstance(queries, list)
        else pb.Operand(vectors=matrix(queries))
    )
    made = pb.RankRequest.Open(queries=operand, top_k=top_k, options=pb.EncodeOptions(**options))
    return pb.RankRequest(open=made)


def texts(words: Iterable[str]) -> pb.RankRequest:
    """Candidates as texts."""
    return pb.RankRequest(texts=pb.RankRequest.TextCandidates(texts=words))


def vectors(rows: np.ndarray) -> pb.RankRequest:
    """Candidates as vectors."""
    return pb.RankRequest(vectors=pb.RankRequest.VectorCandidates(vectors=matrix(rows)))


def parted(things: list[str], size: int) -> Iterator[list[str]]:
    """Lists of up to `size`."""
    return (things[at : at + size] for at in range(0, len(things), size))


def expected(queries: np.ndarray, candidates: np.ndarray, top_k: int) -> list[list[tuple[int, float]]]:
    """What the ranker says to all of them at once."""
    ranker = Ranker(queries, metric=Metric.COSINE, top_k=top_k)
    ranker.add(candidates)
    return [list(zip(best.candidates.tolist(), best.scores.tolist(), strict=True)) for best in ranker.best()]


def found(response: pb.RankResponse) -> list[list[tuple[int, float]]]:
    """Rankings as lists of number and score."""
    return [[(each.candidate, each.score) for each in ranking.ranked] for ranking in response.rankings]


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_texts_and_vectors_are_ranked_alike(channel: grpc.aio.Channel, size: int) -> None:
    """Queries and candidates may be either, even in turns, in messages of any size; equals keep their order."""
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    queries = np.stack([hashed_vector("word 7"), hashed_vector("word 80")])
    rows = np.stack([hashed_vector(word) for word in WORDS])
    right = expected(queries, rows, 3)
    assert [number for number, _ in right[0][:2]] == [7, 97]
    mixed: list[pb.RankRequest] = [
        texts(words) if turn % 2 else vectors(np.stack([hashed_vector(word) for word in words]))
        for turn, words in enumerate(parted(WORDS, size))
    ]
    as_texts = opening(["word 7", "word 80"], prompt_name="")
    for first in (opening(queries), as_texts):
        assert found(await stub.Rank(iter([first, *map(texts, parted(WORDS, size))]))) == right
        assert found(await stub.Rank(iter([first, *mixed]))) == right


async def test_many_texts_come_in_order_through_a_full_house(
    channel: grpc.aio.Channel, fleet: HashingFleet
) -> None:
    """More text than may wait at once is held back, not refused, and the numbers still fit."""
    words = [f"{number} {'x' * 2000}" for number in range(600)]
    query = hashed_vector(words[411])[None]
    fleet.workers[0].gate.clear()
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    call = asyncio.ensure_future(stub.Rank(iter([opening(query, top_k=1), *map(texts, parted(words, 64))])))
    await asyncio.sleep(0.3)
    assert not call.done()
    fleet.workers[0].gate.set()
    ((best,),) = found(await call)
    assert best[0] == 411
    assert best[1] == pytest.approx(1, abs=1e-6)


async def test_no_candidates_make_empty_rankings(channel: grpc.aio.Channel) -> None:
    """One ranking for each query, with nothing in it; no model is asked."""
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    queries = np.ones((2, 4), np.float32)
    assert found(await stub.Rank(iter([opening(queries)]))) == [[], []]
    assert found(await stub.Rank(iter([opening(queries), texts([])]))) == [[], []]


async def test_half_precision_is_taken(channel: grpc.aio.Channel) -> None:
    """Vectors of half the bytes rank as what they stand for."""
    rows = np.random.default_rng(3).normal(size=(50, 16)).astype(np.float16)
    message = pb.RankRequest(
        vectors=pb.RankRequest.VectorCandidates(vectors=matrix(rows, pb.ELEMENT_TYPE_FLOAT16))
    )
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    queries = rows[:1].astype(np.float32)
    answer = await stub.Rank(iter([opening(queries), message]))
    assert found(answer) == expected(queries, rows.astype(np.float32), 3)


ROW = np.ones((1, DIMENSIONS), np.float32)


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ([], "opens it"),
        ([texts(["a"])], "opens it"),
        ([pb.RankRequest(open=pb.RankRequest.Open(top_k=1))], "two sides"),
        ([opening([])], "empty"),
        ([opening(ROW), opening(ROW)], "opened once"),
        ([opening(ROW), pb.RankRequest()], "opened once"),
        ([opening(ROW, top_k=0)], "best 1 to 10000 candidates, not 0"),
        ([opening(ROW, top_k=10_001)], "best 1 to 10000"),
        ([opening(np.ones((101, 1), np.float32), top_k=10_000)], "in parts"),
        ([opening(np.ones((2049, 1), np.float32), top_k=1)], "2048 queries"),
        ([opening(ROW * np.nan)], "not finite"),
        ([opening(ROW), vectors(ROW * np.inf)], "not finite"),
        ([opening(ROW), vectors(ROW[:, :3])], "Candidates of 3 dimensions cannot be ranked for queries of 8"),
        ([opening(ROW[:, :3]), texts(["a"])], "Candidates of 8 dimensions cannot be ranked for queries of 3"),
        ([opening(ROW), texts(["a"] * 2049)], "2048 texts"),
        (
            [opening(ROW), texts(["a"]), texts(["a", "x" * (limits.MOST_TEXT_BYTES + 1)])],
            "Candidate 2: A text",
        ),
        ([opening(ROW * 1e30), vectors(ROW * 1e30)], ""),
    ],
)
async def test_what_cannot_be_ranked_is_one_sentence(
    channel: grpc.aio.Channel, messages: list[pb.RankRequest], words: str
) -> None:
    """Whatever is wrong with the call is the caller's error, and named; lengths that fit a cosine are no error."""
    call = embedding_pb2_grpc.EmbeddingServiceStub(channel).Rank(iter(messages))
    if not words:
        assert found(await call) == [[(0, 1.0)]]
        return
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert words in (caught.value.details() or "")


async def test_hanging_up_drops_what_waits(channel: grpc.aio.Channel, fleet: HashingFleet) -> None:
    """The candidates of a client that went away do not reach the model."""
    fleet.workers[0].gate.clear()
    call = embedding_pb2_grpc.EmbeddingServiceStub(channel).Rank()
    await call.write(opening(ROW))
    for _ in range(8):
        await call.write(texts(["unwanted" * 100] * 40))
    while not fleet.workers[0].slices:
        await asyncio.sleep(0.01)
    call.cancel()
    await asyncio.sleep(0.3)  # for the news to reach the server
    fleet.workers[0].gate.set()
    await embedding_pb2_grpc.EmbeddingServiceStub(channel).Encode(pb.EncodeRequest(texts=["wanted"]))
    assert sum(len(slice_) for slice_ in fleet.workers[0].slices) < 200
