"""What asyncio programs ask about texts beside their vectors: the twin of `TextCalls`."""

from collections.abc import AsyncGenerator, Sequence

from numpy.typing import ArrayLike

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk import ranking, requests, reranking, tokens
from vectray_client.sdk.channel import Patience, Timer
from vectray_client.sdk.connected_async import AsyncConnected
from vectray_client.sdk.ranking import AsyncCandidates, Ranked
from vectray_client.sdk.reranking import Scored
from vectray_client.sdk.tokens import Estimate, Tokens
from vectray_client.sdk.upload_async import upload


class AsyncTextCalls(AsyncConnected):
    """Calls about texts. `timeout_seconds` bounds a call; what is late is DaemonUnavailable."""

    async def rank(
        self,
        queries: Sequence[str] | ArrayLike,
        candidates: AsyncCandidates,
        top_k: int = 10,
        *,
        metric: requests.Metric = "cosine",
        model: str | None = None,
        lane: requests.Lane | None = None,
        timeout_seconds: float | None = None,
    ) -> list[list[Ranked]]:
        """Return the `top_k` best candidates for each query; they may come asynchronously. See `Daemon.rank`."""
        opening = ranking.opening(
            requests.side(queries),
            top_k=top_k,
            metric=metric,
            encode_options=requests.options(model=model),
            lane=lane or self._lane,
            client_name=self._client_name,
        )
        timer = Timer(timeout_seconds)

        async def attempt() -> AsyncGenerator[pb.RankResponse, None]:
            call = self._connection.embedding.Rank(timeout=timer.left())
            messages = ranking.conversation_async(opening, candidates)
            yield await upload(call, messages, stall_seconds=self._deadlines.loading_seconds)

        patience = Patience()
        if ranking.is_read_once(candidates):
            patience = Patience(most_breaks=0)
            # A daemon that has gone before now is no loss.
            await self._connection.state(self._deadlines.answer_seconds)
        return ranking.rankings(await anext(self._connection.persist(attempt, patience)))

    async def rerank(
        self,
        query: str,
        texts: Sequence[str],
        *,
        model: str | None = None,
        lane: requests.Lane | None = None,
        timeout_seconds: float | None = None,
    ) -> list[Scored]:
        """Score how well each text answers `query`, in the texts' order. See `Daemon.rerank`."""
        timer = Timer(timeout_seconds or self._deadlines.loading_seconds)
        asked = reranking.calls(
            query, texts, model=model, lane=lane or self._lane, client_name=self._client_name
        )
        return [each for request in asked for each in await self._reranked(request, timer)]

    async def tokenize(
        self, texts: Sequence[str], *, model: str | None = None, timeout_seconds: float | None = None
    ) -> list[Tokens]:
        """Return each text's tokens. See `Daemon.tokenize`."""
        timer = Timer(timeout_seconds or self._deadlines.loading_seconds)
        return [
            each
            for request in tokens.calls(requests.several(texts), model)
            for each in await self._tokenized(request, timer)
        ]

    async def estimate(
        self,
        texts: int,
        size_bytes: int,
        *,
        lane: requests.Lane = "bulk",
        model: str | None = None,
        timeout_seconds: float | None = None,
    ) -> Estimate:
        """Return what encoding so many texts, of `size_bytes` together, would cost. See `Daemon.estimate`."""
        request = tokens.estimating(texts, size_bytes, model=model, lane=lane)
        timer = Timer(timeout_seconds or self._deadlines.answer_seconds)
        stub = self._connection.embedding
        response = await self._connection.call(lambda: stub.EstimateEncode(request, timeout=timer.left()))
        return tokens.estimate(response)

    async def _reranked(self, request: pb.RerankRequest, timer: Timer) -> list[Scored]:
        stub = self._connection.embedding
        return reranking.scored(
            await self._connection.call(lambda: stub.Rerank(request, timeout=timer.left()))
        )

    async def _tokenized(self, request: pb.TokenizeRequest, timer: Timer) -> list[Tokens]:
        stub = self._connection.embedding
        response = await self._connection.call(lambda: stub.Tokenize(request, timeout=timer.left()))
        return tokens.tokens(response)
