"""The daemon, for asyncio programs: the twin of `Daemon`, with the same methods and the same meaning."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Hashable, Iterable, Sequence
from types import TracebackType
from typing import Self, TypeVar

import grpc
import grpc.aio
from numpy.typing import ArrayLike

from vectray.places import Places, find_places
from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc, models_pb2, models_pb2_grpc
from vectray_client.sdk import requests, results
from vectray_client.sdk.channel import OPTIONS, RECONNECT_SECONDS, Patience, address, client_name
from vectray_client.sdk.rendezvous import check_revision, ensure_daemon
from vectray_client.sdk.results import DaemonState, Encoded, Tokenizer, Vectors
from vectray_client.sdk.stream import StreamSession

Id = TypeVar("Id", bound=Hashable)
Answer = TypeVar("Answer")
Pairs = Iterable[tuple[Id, str]] | AsyncIterable[tuple[Id, str]]


def connect_async() -> "AsyncDaemon":
    """Return the daemon of this user, to be entered with `async with`, which connects. See `connect`."""
    return AsyncDaemon(find_places())


class AsyncDaemon:
    """A connection to vectrayd, bound to the event loop that enters it."""

    def __init__(self, places: Places, *, lane: requests.Lane = "normal") -> None:
        self._places = places
        self._lane: requests.Lane = lane
        self._client_name = client_name()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(ensure_daemon, self._places)
        self._channel = grpc.aio.insecure_channel(address(self._places), OPTIONS)
        self._embedding = embedding_pb2_grpc.EmbeddingServiceStub(self._channel)
        self._models = models_pb2_grpc.ModelServiceStub(self._channel)
        check_revision(await self.state())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._channel.close()

    async def encode(
        self,
        texts: Sequence[str],
        *,
        model: str | None = None,
        task: str | None = None,
        normalize: bool = True,
        dimensions: int = 0,
        overlong: requests.Overlong = "truncate",
    ) -> Vectors:
        """Encode `texts`: float32 (n, dimensions), in their order. See `Daemon.encode`."""
        session: StreamSession[int] = self._session(
            requests.options(
                model=model, task=task, normalize=normalize, dimensions=dimensions, overlong=overlong
            ),
            lane=self._lane,
        )
        answers = [answer async for answer in self._drive(session, enumerate(requests.several(texts)))]
        return results.stacked(answers, session.dimensions)

    async def encode_stream(
        self,
        pairs: Pairs[Id],
        *,
        model: str | None = None,
        task: str | None = None,
        normalize: bool = True,
        dimensions: int = 0,
        overlong: requests.Overlong = "truncate",
        lane: requests.Lane = "bulk",
        fingerprint: str = "",
    ) -> AsyncIterator[tuple[Id, Encoded]]:
        """Encode any number of texts, from an iterable or an asynchronous one. See `Daemon.encode_stream`."""
        options = requests.options(
            model=model,
            task=task,
            normalize=normalize,
            dimensions=dimensions,
            overlong=overlong,
            fingerprint=fingerprint,
        )
        async for answer in self._drive(self._session(options, lane=lane), pairs):
            yield answer

    async def similarity(
        self,
        queries: Sequence[str] | ArrayLike,
        documents: Sequence[str] | ArrayLike,
        *,
        metric: requests.Metric = "cosine",
        pairwise: bool = False,
        model: str | None = None,
    ) -> Vectors:
        """Compare two sides: float32 (n, m), or (n,) with `pairwise`. See `Daemon.similarity`."""
        request = requests.similarity(
            queries,
            documents,
            metric=metric,
            pairwise=pairwise,
            encode_options=requests.options(model=model),
            lane=self._lane,
            client_name=self._client_name,
        )
        response = await self._call(lambda: self._embedding.Similarity(request))
        return results.scores(response, pairwise=pairwise)

    async def state(self) -> DaemonState:
        """Return what the daemon tells of itself and its models."""
        request = models_pb2.ModelServiceListRequest()
        return results.daemon_state(await self._call(lambda: self._models.List(request)))

    async def tokenizer(self, model: str | None = None, *, known_fingerprint: str = "") -> Tokenizer:
        """Return a model's tokenizer. See `Daemon.tokenizer`."""
        request = models_pb2.GetTokenizerRequest(model=model or "", known_fingerprint=known_fingerprint)

        async def responses() -> list[models_pb2.GetTokenizerResponse]:
            return [response async for response in self._models.GetTokenizer(request)]

        return results.tokenizer(await self._call(responses))

    def _session(self, options: pb.EncodeOptions, *, lane: requests.Lane) -> StreamSession[Id]:
        return StreamSession(requests.opening(options, lane=lane, client_name=self._client_name))

    async def _call(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """Make an idempotent call, again if the daemon was lost meanwhile."""
        patience = Patience()
        while True:
            try:
                return await call()
            except grpc.aio.AioRpcError as error:
                if refusal := patience.after(error):
                    raise refusal from None
                await self._reconnect()

    async def _reconnect(self) -> None:
        await asyncio.to_thread(ensure_daemon, self._places)
        # Until the channel has noticed the new daemon, calls would fail on the memory of the old one.
        async with asyncio.timeout(RECONNECT_SECONDS):
            await self._channel.channel_ready()

    async def _drive(self, session: StreamSession[Id], pairs: Pairs[Id]) -> AsyncIterator[tuple[Id, Encoded]]:
        """Lead a session to its end, over as many connections as it takes."""
        source, patience = _asynchronous(pairs), Patience()
        while not session.is_done:
            try:
                async for answer in self._converse(session, source):
                    patience.renew()
                    yield answer
            except grpc.aio.AioRpcError as error:
                if refusal := patience.after(error):
                    raise refusal from None
                await self._reconnect()
                session.start_again()

    async def _converse(
        self, session: StreamSession[Id], source: AsyncIterator[tuple[Id, str]]
    ) -> AsyncIterator[tuple[Id, Encoded]]:
        """Lead a session over one connection."""
        call = self._embedding.EncodeStream()
        try:
            await call.write(session.opening)
            async for response in call:
                for answer in session.receive(response):
                    yield answer
                while session.wants_text:
                    session.take(await anext(source, None))
                for answer in session.refused():
                    yield answer
                for message in session.outgoing():
                    await call.write(message)
                if session.is_done:
                    return
        finally:
            call.cancel()


async def _asynchronous(pairs: Pairs[Id]) -> AsyncIterator[tuple[Id, str]]:
    if isinstance(pairs, AsyncIterable):
        async for pair in pairs:
            yield pair
    else:
        for pair in pairs:
            yield pair
