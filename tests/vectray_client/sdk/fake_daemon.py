"""A daemon of a few lines, on a real socket, that can be told to misbehave."""
# ruff: noqa: N802 - the names of RPCs are the contract's

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import numpy as np

from vectray import CONTRACT_REVISION
from vectray.places import Places, make_private
from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc, models_pb2, models_pb2_grpc

Context = grpc.ServicerContext
Response = pb.EncodeStreamResponse


class FakeDaemon(embedding_pb2_grpc.EmbeddingServiceServicer, models_pb2_grpc.ModelServiceServicer):
    """Answers each text with its length. A stream takes the next of `plans`: how many items it answers, and what it does then."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.plans: list[tuple[int, str]] = []
        self.revision = CONTRACT_REVISION
        self.received: list[str] = []
        self.client_names: list[str] = []
        self.streams = 0
        self.brief_plans: list[str] = []
        self.calls = 0
        self.lanes: list[int] = []
        self.ranking_plans: list[str] = []
        self.options: list[pb.EncodeOptions] = []
        self.comparisons: list[pb.SimilarityRequest] = []
        self.known_fingerprints: list[str] = []
        self.is_hung = False
        self.released = threading.Event()
        self.may_load_on = threading.Event()

    def Encode(self, request: pb.EncodeRequest, context: Context) -> pb.EncodeResponse:
        """A call takes the next of `brief_plans`; without one it is answered."""
        self.calls += 1
        self.lanes.append(request.lane)
        plan = self.brief_plans.pop(0) if self.brief_plans else ""
        self.client_names.append(request.client_name)
        self.options.append(request.options)
        if plan == "lost":
            context.abort(grpc.StatusCode.UNAVAILABLE, "gone")
        if plan == "full":
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many texts are waiting")
        if plan == "silent":
            self.released.wait(20)
        items = [pb.EncodeStreamRequest.Item(id=at, text=text) for at, text in enumerate(request.texts)]
        results = [result(item) for item in items]
        if plan == "stopping":
            results[-1] = pb.ItemResult(id=len(items) - 1, error=pb.ItemError(reason="STOPPING"))
        if plan == "cut":
            results[-1].embedding.tokens_total += 1
        if plan == "failed":
            error = pb.ItemError(reason="MODEL_FAILED", message="The model failed.")
            results[-1] = pb.ItemResult(id=len(items) - 1, error=error)
        return pb.EncodeResponse(format=pb.VectorFormat(fingerprint="space", dimensions=1), results=results)

    def EncodeStream(
        self, requests: Iterator[pb.EncodeStreamRequest], context: Context
    ) -> Iterator[Response]:
        self.streams += 1
        left, ending = self.plans.pop(0) if self.plans else (10**9, "")
        opening = next(requests).open
        self.client_names.append(opening.client_name)
        self.options.append(opening.options)
        shape = pb.VectorFormat(fingerprint="space", dimensions=1)
        yield Response(opened=Response.Opened(format=shape, credit_bytes=100_000, most_text_bytes=1000))
        for request in requests:
            items = request.items.items
            self.received += [item.text for item in items]
            answered, left = items[:left], max(0, left - len(items))
            if answered:
                yield Response(results=Response.Results(results=[result(item) for item in answered]))
            if len(answered) < len(items):
                yield from self._end(ending, items[len(answered)].id, context)

    def _end(self, ending: str, number: int, context: Context) -> Iterator[Response]:
        if ending == "lost":
            context.abort(grpc.StatusCode.UNAVAILABLE, "gone")
        if ending == "stopping":
            error = pb.ItemError(reason="STOPPING", message="vectrayd is stopping.")
            yield Response(results=Response.Results(results=[pb.ItemResult(id=number, error=error)]))
        if ending in {"silent", "hung"}:
            self.is_hung = ending == "hung"
            self.released.wait(20)

    def Similarity(self, request: pb.SimilarityRequest, context: Context) -> pb.SimilarityResponse:
        del context
        self.comparisons.append(request)
        scores = pb.Matrix(data=np.ones(1, "<f4").tobytes(), rows=1, columns=1)
        return pb.SimilarityResponse(scores=scores)

    def Rank(self, requests: Iterator[pb.RankRequest], context: Context) -> pb.RankResponse:
        """The one ranking says how many candidates there were."""
        plan = self.ranking_plans.pop(0)
        next(requests)
        if plan == "hung":
            self.released.wait(20)
        count = 0
        for request in requests:
            count += len(request.texts.texts) + request.vectors.vectors.rows
            if plan == "lost":
                context.abort(grpc.StatusCode.UNAVAILABLE, "gone")
        ranked = [pb.RankResponse.Ranked(candidate=count, score=1)]
        return pb.RankResponse(rankings=[pb.RankResponse.Ranking(ranked=ranked)])

    def List(
        self, request: models_pb2.ModelServiceListRequest, context: Context
    ) -> models_pb2.ModelServiceListResponse:
        del request, context
        if self.is_hung:
            self.released.wait(20)
        return models_pb2.ModelServiceListResponse(
            daemon=models_pb2.Daemon(contract_revision=self.revision, pid=1)
        )

    def GetTokenizer(
        self, request: models_pb2.GetTokenizerRequest, context: Context
    ) -> Iterator[models_pb2.GetTokenizerResponse]:
        del context
        self.known_fingerprints.append(request.known_fingerprint)
        model = models_pb2.Model(name="m", fingerprint="space", dimensions=1, max_tokens=100)
        yield models_pb2.GetTokenizerResponse(model=model)
        if request.known_fingerprint != "space":
            for piece in (b"{", b"}"):
                yield models_pb2.GetTokenizerResponse(json_piece=piece)

    def Load(
        self, request: models_pb2.ModelServiceLoadRequest, context: Context
    ) -> Iterator[models_pb2.ModelServiceLoadResponse]:
        for state in (models_pb2.MODEL_STATE_LOADING, models_pb2.MODEL_STATE_READY):
            yield models_pb2.ModelServiceLoadResponse(model=models_pb2.Model(name=request.model, state=state))
            if not self.may_load_on.wait(10):
                context.abort(grpc.StatusCode.INTERNAL, "nobody saw the first state")

    def Pull(
        self, request: models_pb2.ModelServicePullRequest, context: Context
    ) -> Iterator[models_pb2.ModelServicePullResponse]:
        for state, done in ((models_pb2.MODEL_STATE_ABSENT, 5), (models_pb2.MODEL_STATE_AVAILABLE, 10)):
            model = models_pb2.Model(name=request.model, state=state)
            yield models_pb2.ModelServicePullResponse(model=model, bytes_done=done, bytes_total=10)
            if not self.may_load_on.wait(10):
                context.abort(grpc.StatusCode.INTERNAL, "nobody saw the first state")

    def Watch(
        self, request: models_pb2.ModelServiceWatchRequest, context: Context
    ) -> Iterator[models_pb2.ModelServiceWatchResponse]:
        del request
        response = models_pb2.ModelServiceWatchResponse(daemon=models_pb2.Daemon(pid=1))
        yield response
        response.lanes.add(lane="bulk", items=7, seconds=0.5)
        yield response
        context.abort(grpc.StatusCode.UNAVAILABLE, "gone")


def result(item: pb.EncodeStreamRequest.Item) -> pb.ItemResult:
    """The answer to an item."""
    vector = np.array([len(item.text)], "<f4").tobytes()
    return pb.ItemResult(id=item.id, embedding=pb.Embedding(vector=vector, tokens_used=1, tokens_total=1))


@contextlib.contextmanager
def listening(folder: Path) -> Iterator[FakeDaemon]:
    """A daemon that listens in a folder."""
    places = Places(config=folder, data=folder, runtime=make_private(folder / "run"))
    daemon = FakeDaemon(places)
    server: Any = grpc.server(ThreadPoolExecutor(8))
    embedding_pb2_grpc.add_EmbeddingServiceServicer_to_server(daemon, server)
    models_pb2_grpc.add_ModelServiceServicer_to_server(daemon, server)
    server.add_insecure_port(f"unix:{places.daemon_socket}")
    server.start()
    try:
        yield daemon
    finally:
        daemon.released.set()
        daemon.may_load_on.set()
        server.stop(0).wait()
