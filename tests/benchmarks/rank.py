"""The best of many vectors: the daemon's computation alone, and whole calls through the SDK and the socket, interleaved.

    python -m tests.benchmarks.rank [--candidates 100000] [--dimensions 384] [--top 10] [--rounds 7]

"computation" is what the daemon does with the vectors once it has them, in this process: clock from the first message's numbers to the
ranking. "call" is everything: messages made, sent over the Unix socket, read, ranked, answered. "sent only" is the same messages to
a server that throws them away: what a call costs before anything is computed. All rankings are compared with double precision.
"""

import argparse
import asyncio
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# As the daemon does, before numpy is imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import grpc
import grpc.aio
import numpy as np
from numpy.typing import NDArray
from tests import light_daemon

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc
from vectray_client import Daemon
from vectray_client.sdk import ranking
from vectrayd.domain.ranking import Ranker
from vectrayd.domain.similarity import Metric
from vectrayd.transport import wire
from vectrayd.transport.ranking import BATCH_NUMBERS

Floats = NDArray[np.float32]
METRICS = ("cosine", "dot", "euclidean", "manhattan")
EMPTY = pb.RankRequest(open=pb.RankRequest.Open(top_k=1))


class Sink(embedding_pb2_grpc.EmbeddingServiceServicer):
    """Reads candidates and forgets them."""

    async def Rank(self, requests: object, context: object) -> pb.RankResponse:  # noqa: N802 - the contract's name
        """Answer nothing."""
        del context
        async for request in requests:  # type: ignore[attr-defined]
            len(request.vectors.vectors.data)
        return pb.RankResponse()


def sink(socket: str) -> None:
    """Serve it until killed."""

    async def serve() -> None:
        server = grpc.aio.server()
        embedding_pb2_grpc.add_EmbeddingServiceServicer_to_server(Sink(), server)
        server.add_insecure_port(socket)
        await server.start()
        await server.wait_for_termination()

    asyncio.run(serve())


def computed(queries: Floats, messages: list[pb.RankRequest], metric: str, top: int) -> Ranker:
    """What the daemon does, without the waiting."""
    ranker = Ranker(queries, metric=Metric(metric), top_k=top)
    batch, filled = np.empty((BATCH_NUMBERS // queries.shape[1], queries.shape[1]), np.float32), 0
    for message in messages:
        rows = wire.unchecked_rows(message.vectors.vectors)
        if filled + len(rows) > len(batch):
            ranker.add(batch[:filled])
            filled = 0
        batch[filled : filled + len(rows)] = rows
        filled += len(rows)
    ranker.add(batch[:filled])
    ranker.best()
    return ranker


def exact(query: Floats, candidates: NDArray[np.generic], metric: str, top: int) -> list[int]:
    """The best by double precision, rounded as scores are; equals in their order."""
    wide, one = candidates.astype(np.float64), query.astype(np.float64)
    scores = {
        "cosine": lambda: (wide @ one) / (np.linalg.norm(wide, axis=1) * np.linalg.norm(one)),
        "dot": lambda: wide @ one,
        "euclidean": lambda: -np.linalg.norm(wide - one, axis=1),
        "manhattan": lambda: -np.abs(wide - one).sum(axis=1),
    }[metric]()
    return [int(number) for number in np.argsort(-scores.astype(np.float32), kind="stable")[:top]]


def milliseconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("candidates", 100_000), ("dimensions", 384), ("top", 10), ("rounds", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    chance = np.random.default_rng(1)
    candidates = chance.normal(size=(asked.candidates, asked.dimensions)).astype(np.float32)
    candidates /= np.linalg.norm(candidates, axis=1, keepdims=True)
    candidates[-50:] = candidates[:50]  # ties
    queries = candidates[7:8] + chance.normal(scale=0.02, size=(1, asked.dimensions)).astype(np.float32)
    halves = candidates.astype(np.float16)
    messages = list(ranking.conversation(EMPTY, candidates))[1:]
    with tempfile.TemporaryDirectory() as folder:
        home, address = Path(folder), f"unix:{folder}/sink"
        process = multiprocessing.get_context("spawn").Process(target=sink, args=(address,), daemon=True)
        process.start()
        with light_daemon.running(home), Daemon(light_daemon.places(home)) as daemon:
            stub = embedding_pb2_grpc.EmbeddingServiceStub(grpc.insecure_channel(address))
            stub.Rank(iter([EMPTY]), wait_for_ready=True)
            runs: dict[str, Callable[[], object]] = {
                "computation, cosine": lambda: computed(queries, messages, "cosine", asked.top),
                "computation, euclidean": lambda: computed(queries, messages, "euclidean", asked.top),
                "computation, manhattan": lambda: computed(queries, messages, "manhattan", asked.top),
                "call, float32": lambda: daemon.rank(queries, candidates, asked.top),
                "call, float16": lambda: daemon.rank(queries, halves, asked.top),
                "sent only, float32": lambda: stub.Rank(ranking.conversation(EMPTY, candidates)),
                "sent only, float16": lambda: stub.Rank(ranking.conversation(EMPTY, halves)),
                "numpy, float32, in one piece": lambda: np.argpartition(
                    -(candidates @ queries[0]), asked.top
                ),
            }
            taken: dict[str, list[float]] = {name: [] for name in runs}
            for _ in range(asked.rounds):
                for name, run in runs.items():
                    taken[name].append(milliseconds(run))
            for name, times in taken.items():
                print(f"{name:<30} best {min(times):6.1f} ms, median {statistics.median(times):6.1f} ms")
            for rows in (candidates, halves):
                for metric in METRICS:
                    (best,) = daemon.rank(queries, rows, asked.top, metric=metric)  # type: ignore[arg-type]
                    is_same = [each.candidate for each in best] == exact(queries[0], rows, metric, asked.top)
                    print(
                        f"{rows.dtype} {metric}: {'exact' if is_same else 'NOT the answer of double precision'}"
                    )
        process.terminate()


if __name__ == "__main__":
    main()
