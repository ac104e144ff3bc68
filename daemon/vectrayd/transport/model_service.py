"""ModelService: what is known of models and of the daemon itself."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import grpc.aio
import psutil

from vectray import CONTRACT_REVISION
from vectray.v1 import models_pb2 as pb
from vectray.v1 import models_pb2_grpc
from vectrayd import __version__
from vectrayd.domain.errors import InvalidOption, NotImplementedYet
from vectrayd.domain.facts import ModelFacts
from vectrayd.models.catalogue import Catalogue
from vectrayd.models.entry import Entry
from vectrayd.models.orders import Orders
from vectrayd.models.pull import Puller
from vectrayd.transport.pulling import described, pulled
from vectrayd.workers.fleet import Fleet
from vectrayd.workers.worker import Worker

Context = grpc.aio.ServicerContext[Any, Any]

_PIECE_BYTES = 1024 * 1024
"""Of a tokenizer, in one message."""
_ACTIVITY_SECONDS = 0.5
_UNLOAD_GRACE_SECONDS = 10.0
"""For slices at work; one takes well below a second."""


class ModelService(models_pb2_grpc.ModelServiceServicer):
    """Tells about models, loads and unloads them."""

    def __init__(self, catalogue: Catalogue, orders: Orders, fleet: Fleet, puller: Puller) -> None:
        self._catalogue = catalogue
        self._orders = orders
        self._fleet = fleet
        self._puller = puller
        self._started = time.monotonic()

    async def List(
        self, request: pb.ModelServiceListRequest, context: Context
    ) -> pb.ModelServiceListResponse:
        """List all models, the default first."""
        models = [self._model(entry) for entry in self._catalogue.entries.values()]
        models.sort(key=lambda model: (not model.is_default, model.name.casefold()))
        return pb.ModelServiceListResponse(daemon=self._daemon(), models=models)

    async def Get(self, request: pb.ModelServiceGetRequest, context: Context) -> pb.ModelServiceGetResponse:
        """Tell about one model."""
        return pb.ModelServiceGetResponse(model=self._model(self._catalogue.resolve(request.model)))

    async def GetTokenizer(
        self, request: pb.GetTokenizerRequest, context: Context
    ) -> AsyncIterator[pb.GetTokenizerResponse]:
        """Load the model and stream its tokenizer, unless the client has it."""
        entry = self._catalogue.resolve(request.model)
        facts = (await self._fleet.worker(entry.name)).facts
        if not facts.tokenizer_file:
            raise InvalidOption(f"{entry.name} lends no tokenizer: somebody else runs it.")
        yield pb.GetTokenizerResponse(model=self._model(entry))
        if request.known_fingerprint != facts.fingerprint:
            for piece in _pieces(await asyncio.to_thread(Path(facts.tokenizer_file).read_bytes)):
                yield pb.GetTokenizerResponse(json_piece=piece)

    async def Load(
        self, request: pb.ModelServiceLoadRequest, context: Context
    ) -> AsyncIterator[pb.ModelServiceLoadResponse]:
        """Load a model, telling now and then that it goes on."""
        entry = self._catalogue.resolve(request.model)
        loading = asyncio.create_task(self._fleet.worker(entry.name))
        try:
            while not (await asyncio.wait([loading], timeout=_ACTIVITY_SECONDS))[0]:
                yield pb.ModelServiceLoadResponse(model=self._model(entry), activity=f"loading {entry.name}")
        finally:
            loading.cancel()  # only the waiting: others may want the worker
        loading.result()
        yield pb.ModelServiceLoadResponse(model=self._model(entry), activity="ready")

    async def Unload(
        self, request: pb.ModelServiceUnloadRequest, context: Context
    ) -> pb.ModelServiceUnloadResponse:
        """End a model's worker."""
        entry = self._catalogue.resolve(request.model)
        await self._fleet.stop(entry.name, grace_seconds=_UNLOAD_GRACE_SECONDS)
        return pb.ModelServiceUnloadResponse(model=self._model(entry))

    async def Pull(
        self, request: pb.ModelServicePullRequest, context: Context
    ) -> AsyncIterator[pb.ModelServicePullResponse]:
        """Fetch a model, telling how far it is; it stops when nobody listens any more."""
        async for message in pulled(self._puller, self._catalogue, request.model, self._model):
            yield message

    async def Watch(
        self, request: pb.ModelServiceWatchRequest, context: Context
    ) -> AsyncIterator[pb.ModelServiceWatchResponse]:
        """Not in this release."""
        raise NotImplementedYet("Watch is not in this release; List tells the state.")
        yield  # makes this a stream, as the contract has it

    def _daemon(self) -> pb.Daemon:
        return pb.Daemon(
            version=__version__,
            contract_revision=CONTRACT_REVISION,
            pid=os.getpid(),
            rss_bytes=_rss_bytes(os.getpid())
            + sum(_rss_bytes(w.pid) for w in self._fleet.running().values()),
            uptime_seconds=time.monotonic() - self._started,
        )

    def _model(self, entry: Entry) -> pb.Model:
        model = described(entry)
        model.is_default = entry.name == self._catalogue.default
        if facts := self._fleet.facts().get(entry.name):
            _describe(model, facts)
        if worker := self._fleet.running().get(entry.name):
            _describe_running(model, worker)
            if entry.leaves_machine:
                model.state_reason = self._orders.standing(entry).reason
        elif entry.name in self._fleet.loading():
            model.state = pb.MODEL_STATE_LOADING
        elif failure := self._fleet.failures().get(entry.name):
            model.state, model.state_reason = pb.MODEL_STATE_FAILED, str(failure)
        else:
            standing = self._orders.standing(entry)
            model.state = pb.MODEL_STATE_AVAILABLE if standing.present else pb.MODEL_STATE_ABSENT
            model.state_reason = standing.reason
        return model


def _describe(model: pb.Model, facts: ModelFacts) -> None:
    model.fingerprint = facts.fingerprint
    model.dimensions = facts.dimensions
    model.max_tokens = facts.max_tokens
    model.prompts.clear()
    model.prompts.update(facts.prompts)


def _describe_running(model: pb.Model, worker: Worker) -> None:
    facts = worker.facts
    model.state = pb.MODEL_STATE_DEGRADED if facts.fallback_reason else pb.MODEL_STATE_READY
    model.state_reason = facts.fallback_reason
    model.device = facts.device
    model.precision = facts.precision
    model.rss_bytes = _rss_bytes(worker.pid)


def _rss_bytes(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0  # it has just ended


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _PIECE_BYTES] for at in range(0, len(data), _PIECE_BYTES))
