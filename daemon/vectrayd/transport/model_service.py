"""ModelService: what is known of models and of the daemon itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from vectray.v1 import models_pb2 as pb
from vectray.v1 import models_pb2_grpc
from vectrayd.domain.errors import InvalidOption
from vectrayd.models.catalogue import Catalogue
from vectrayd.models.pull import Puller
from vectrayd.transport.grpc_types import Context
from vectrayd.transport.pulling import pulled
from vectrayd.transport.state import State
from vectrayd.transport.watching import watch
from vectrayd.workers.fleet import Fleet

_PIECE_BYTES = 1024 * 1024
"""Of a tokenizer, in one message."""
_ACTIVITY_SECONDS = 0.5
_UNLOAD_GRACE_SECONDS = 60.0
"""For slices at work; one takes well below a second, and a hung one has its own watchdog."""


class ModelService(models_pb2_grpc.ModelServiceServicer):
    """Tells about models, loads and unloads them."""

    def __init__(self, catalogue: Catalogue, fleet: Fleet, state: State, puller: Puller) -> None:
        self._catalogue = catalogue
        self._fleet = fleet
        self._state = state
        self._puller = puller
        self._is_stopping = False

    async def List(
        self, request: pb.ModelServiceListRequest, context: Context
    ) -> pb.ModelServiceListResponse:
        """List all models, the default first."""
        return pb.ModelServiceListResponse(daemon=self._state.daemon(), models=self._state.models())

    async def Get(self, request: pb.ModelServiceGetRequest, context: Context) -> pb.ModelServiceGetResponse:
        """Tell about one model."""
        return pb.ModelServiceGetResponse(model=self._state.model(self._catalogue.resolve(request.model)))

    async def GetTokenizer(
        self, request: pb.GetTokenizerRequest, context: Context
    ) -> AsyncIterator[pb.GetTokenizerResponse]:
        """Load the model and stream its tokenizer, unless the client has it."""
        entry = self._catalogue.resolve(request.model)
        facts = (await self._fleet.worker(entry.name)).facts
        if not facts.tokenizer_file:
            raise InvalidOption(f"{entry.name} lends no tokenizer: somebody else runs it.")
        yield pb.GetTokenizerResponse(model=self._state.model(entry))
        if request.known_fingerprint != facts.fingerprint:
            for piece in _pieces(await asyncio.to_thread(Path(facts.tokenizer_file).read_bytes)):
                yield pb.GetTokenizerResponse(json_piece=piece)

    async def Load(
        self, request: pb.ModelServiceLoadRequest, context: Context
    ) -> AsyncIterator[pb.ModelServiceLoadResponse]:
        """Load a model, telling now and then what is being done."""
        entry = self._catalogue.resolve(request.model)
        loading = asyncio.create_task(self._fleet.worker(entry.name))
        try:
            while not (await asyncio.wait([loading], timeout=_ACTIVITY_SECONDS))[0]:
                model = self._state.model(entry)
                yield pb.ModelServiceLoadResponse(model=model, activity=model.activity)
        finally:
            loading.cancel()  # only the waiting: others may want the worker
        loading.result()
        yield pb.ModelServiceLoadResponse(model=self._state.model(entry), activity="ready")

    async def Unload(
        self, request: pb.ModelServiceUnloadRequest, context: Context
    ) -> pb.ModelServiceUnloadResponse:
        """End a model's worker."""
        entry = self._catalogue.resolve(request.model)
        await self._fleet.stop(entry.name, grace_seconds=_UNLOAD_GRACE_SECONDS)
        return pb.ModelServiceUnloadResponse(model=self._state.model(entry))

    async def Pull(
        self, request: pb.ModelServicePullRequest, context: Context
    ) -> AsyncIterator[pb.ModelServicePullResponse]:
        """Fetch a model, telling how far it is; it stops when nobody listens any more."""
        async for message in pulled(self._puller, self._catalogue, request.model, self._state.model):
            yield message

    async def Watch(
        self, request: pb.ModelServiceWatchRequest, context: Context
    ) -> AsyncIterator[pb.ModelServiceWatchResponse]:
        """Tell the state, and again whenever it changes."""
        async for whole in watch(self._state, self._fleet.changes, is_over=lambda: self._is_stopping):
            yield whole

    def tell_stopping(self) -> None:
        """End all Watch streams: who watches for ever would hold up the daemon's end."""
        self._is_stopping = True
        self._fleet.changes.ring()


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _PIECE_BYTES] for at in range(0, len(data), _PIECE_BYTES))
