"""The daemon, for asyncio programs: the twin of `Daemon`, with the same methods and the same meaning."""

import contextlib
from collections.abc import AsyncGenerator, Hashable, Sequence
from pathlib import Path
from typing import TypeVar, Unpack, overload

import grpc
from numpy.typing import ArrayLike

from vectray.places import find_places
from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk import brief, requests, results
from vectray_client.sdk.channel import Patience, Timer
from vectray_client.sdk.doors import chosen_door
from vectray_client.sdk.errors import LostConnection
from vectray_client.sdk.feed import Feed, Pairs
from vectray_client.sdk.line_async import AsyncLine
from vectray_client.sdk.model_calls_async import AsyncModelCalls
from vectray_client.sdk.requests import Output
from vectray_client.sdk.results import Encoded, Vectors
from vectray_client.sdk.stream import LINGER_SECONDS, StreamSession, parcels
from vectray_client.sdk.text_calls_async import AsyncTextCalls

Id = TypeVar("Id", bound=Hashable)


def connect_async(
    address: str | None = None,
    *,
    token: str | None = None,
    certificate: Path | None = None,
    lane: requests.Lane = "normal",
    client_name: str = "",
) -> "AsyncDaemon":
    """Return the daemon of this user, to be entered with `async with`, which connects. See `connect`."""
    door = chosen_door(find_places(), address, token, certificate)
    return AsyncDaemon(door, lane=lane, client_name=client_name)


class AsyncDaemon(AsyncTextCalls, AsyncModelCalls):
    """A connection to vectrayd, bound to the event loop that enters it."""

    @overload
    async def encode(
        self, texts: Sequence[str], *, outputs: None = None, **words: Unpack[requests.EncodeWords]
    ) -> Vectors: ...

    @overload
    async def encode(
        self, texts: Sequence[str], *, outputs: Sequence[Output], **words: Unpack[requests.EncodeWords]
    ) -> list[Encoded]: ...

    async def encode(
        self,
        texts: Sequence[str],
        *,
        model: str | None = None,
        task: str | None = None,
        normalize: bool = True,
        dimensions: int = 0,
        overlong: requests.Overlong = "truncate",
        outputs: Sequence[Output] | None = None,
        lane: requests.Lane | None = None,
        fingerprint: str = "",
        timeout_seconds: float | None = None,
    ) -> Vectors | list[Encoded]:
        """Encode `texts`: float32 (n, dimensions), in their order, or with `outputs` an Encoded each. See `Daemon.encode`."""
        options = requests.options(
            model=model,
            task=task,
            normalize=normalize,
            dimensions=dimensions,
            overlong=overlong,
            outputs=outputs or (),
            fingerprint=fingerprint,
        )
        timer = Timer(timeout_seconds)
        pairs, dimensions = await self._answers(requests.several(texts), options, lane or self._lane, timer)
        answers = results.in_order(pairs)
        return results.stacked(answers, dimensions) if outputs is None else answers

    def encode_stream(
        self,
        pairs: Pairs[Id],
        *,
        model: str | None = None,
        task: str | None = None,
        normalize: bool = True,
        dimensions: int = 0,
        overlong: requests.Overlong = "truncate",
        outputs: Sequence[Output] = ("dense",),
        lane: requests.Lane = "bulk",
        fingerprint: str = "",
        timeout_seconds: float | None = None,
    ) -> AsyncGenerator[tuple[Id, Encoded], None]:
        """Encode any number of texts, from an iterable or an asynchronous one. See `Daemon.encode_stream`.

        An asynchronous source is read in a task of its own: while it waits, answers are handed over and texts are sent.
        """
        options = requests.options(
            model=model,
            task=task,
            normalize=normalize,
            dimensions=dimensions,
            overlong=overlong,
            outputs=outputs,
            fingerprint=fingerprint,
        )
        return self._drive(self._session(options, lane=lane), pairs, Timer(timeout_seconds))

    async def similarity(
        self,
        queries: Sequence[str] | ArrayLike,
        documents: Sequence[str] | ArrayLike,
        *,
        metric: requests.Metric = "cosine",
        pairwise: bool = False,
        model: str | None = None,
        timeout_seconds: float | None = None,
    ) -> Vectors:
        """Compare two sides: float32 (n, m), or (n,) with `pairwise`. See `Daemon.similarity`."""
        request = requests.similarity(
            await self._side(queries, model=model, task="query"),
            await self._side(documents, model=model, task="document"),
            metric=metric,
            pairwise=pairwise,
            encode_options=requests.options(model=model),
            lane=self._lane,
            client_name=self._client_name,
        )
        timer = Timer(timeout_seconds or self._deadlines.loading_seconds)
        response = await self._connection.call(
            lambda: self._connection.embedding.Similarity(request, timeout=timer.left())
        )
        return results.scores(response, pairwise=pairwise)

    async def _answers(
        self, texts: Sequence[str], options: pb.EncodeOptions, lane: requests.Lane, timer: Timer
    ) -> tuple[list[tuple[int, Encoded]], int]:
        """Encode texts by the call that fits them; returns their answers by position, and the numbers of a vector."""
        request = brief.brief(texts, options, lane=lane, client_name=self._client_name)
        found = await self._connection.call(lambda: self._at_once(request, timer)) if request else None
        if found:
            return found
        session: StreamSession[int] = self._session(options, lane=lane)
        return [answer async for answer in self._drive(session, enumerate(texts), timer)], session.dimensions

    async def _at_once(
        self, request: pb.EncodeRequest, timer: Timer
    ) -> tuple[list[tuple[int, Encoded]], int] | None:
        """Encode a few texts in one call; None if it must be a stream after all."""
        patience = self._deadlines.silence_seconds
        timeout = timer.share(patience)
        try:
            response = await self._connection.embedding.Encode(request, timeout=timeout)
        except grpc.RpcError as error:
            if brief.is_for_a_stream(error, is_late=timeout < patience):
                return None
            raise
        return brief.answers(response), response.format.dimensions

    def _session(self, options: pb.EncodeOptions, *, lane: requests.Lane) -> StreamSession[Id]:
        return StreamSession(requests.opening(options, lane=lane, client_name=self._client_name))

    async def _side(
        self, values: Sequence[str] | ArrayLike, *, model: str | None, task: str
    ) -> list[str] | Vectors:
        side = requests.side(values)
        if isinstance(side, list) and len(side) > requests.MOST_COMPARED_TEXTS:
            return await self.encode(side, model=model, task=task)
        return side

    async def _drive(
        self, session: StreamSession[Id], pairs: Pairs[Id], timer: Timer
    ) -> AsyncGenerator[tuple[Id, Encoded], None]:
        """Lead a session to its end, over as many connections as it takes."""
        patience = Patience()
        async with Feed(pairs, session) as feed:
            attempts = self._connection.persist(
                lambda: self._converse(session, feed, patience, timer), patience
            )
            async with contextlib.aclosing(attempts) as answers:
                async for answer in answers:
                    yield answer

    async def _converse(
        self, session: StreamSession[Id], feed: Feed[Id], patience: Patience, timer: Timer
    ) -> AsyncGenerator[tuple[Id, Encoded], None]:
        """Lead a session over one connection."""
        session.start_again()
        async with AsyncLine(
            self._connection.embedding, session.opening, timeout_seconds=timer.left()
        ) as line:
            while not session.is_done:
                silence = self._deadlines.between_messages(is_open=session.is_open)
                waits_for_company = session.unsent > 0
                response = await line.wait(
                    feed.reading(),
                    timeout_seconds=LINGER_SECONDS if waits_for_company else silence,
                    silence_seconds=silence,
                )
                for answer in session.receive(response) if response else ():
                    patience.renew()
                    yield answer
                if session.is_stopping:
                    raise LostConnection
                for answer in session.refused():
                    yield answer
                if waits_for_company or not session.wants_text:
                    for message in parcels(session.outgoing()):
                        line.send(message)
