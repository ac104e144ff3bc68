"""What programs ask about texts beside their vectors: the best of many, their scores, their tokens, what they would cost."""

from collections.abc import Iterator, Sequence

from numpy.typing import ArrayLike

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk import ranking, requests, reranking, tokens
from vectray_client.sdk.channel import Patience, Timer
from vectray_client.sdk.connected import Connected
from vectray_client.sdk.ranking import Candidates, Ranked
from vectray_client.sdk.reranking import Scored
from vectray_client.sdk.tokens import Estimate, Tokens
from vectray_client.sdk.upload import upload


class TextCalls(Connected):
    """Calls about texts. `timeout_seconds` bounds a call; what is late is DaemonUnavailable."""

    def rank(
        self,
        queries: Sequence[str] | ArrayLike,
        candidates: Candidates,
        top_k: int = 10,
        *,
        metric: requests.Metric = "cosine",
        model: str | None = None,
        lane: requests.Lane | None = None,
        timeout_seconds: float | None = None,
    ) -> list[list[Ranked]]:
        """Return the `top_k` best of any number of candidates for each query: exact, best first, equals in the candidates' order.

        Queries, up to 2,048, are texts or vectors (rows); so are candidates, which may be an iterator of texts, read as fast as they
        are ranked. No vector is sent back. Candidates that can be read only once are lost if the daemon is lost over them.

        Raises:
            RequestRefused: the two sides cannot be compared.
            TextRefused: a text is no text.
            TypeError: a side is neither texts nor vectors of equal length.
            DaemonUnavailable: the daemon was lost and could not be brought back, or is late.

        """
        opening = ranking.opening(
            requests.side(queries),
            top_k=top_k,
            metric=metric,
            encode_options=requests.options(model=model),
            lane=lane or self._lane,
            client_name=self._client_name,
        )
        timer = Timer(timeout_seconds)

        def attempt() -> Iterator[pb.RankResponse]:
            yield upload(
                lambda messages: self._connection.embedding.Rank.future(messages, timeout=timer.left()),
                ranking.conversation(opening, candidates),
                stall_seconds=self._deadlines.loading_seconds,
            )

        patience = Patience()
        if ranking.is_read_once(candidates):
            patience = Patience(most_breaks=0)
            self._connection.state(
                self._deadlines.answer_seconds
            )  # a daemon that has gone before now is no loss
        return ranking.rankings(next(self._connection.persist(attempt, patience)))

    def rerank(
        self,
        query: str,
        texts: Sequence[str],
        *,
        model: str | None = None,
        lane: requests.Lane | None = None,
        timeout_seconds: float | None = None,
    ) -> list[Scored]:
        """Score how well each text answers `query`, by a model that reads the two together: the answers in the texts' order.

        More exact than comparing vectors, and a thousand times as dear: for the best few of a search. Without a `model` it is the
        reranker that the daemon's configuration names, which may be none. A text that cannot be scored has an answer with an `error`.

        Raises:
            RequestRefused: there is no such reranker, it is none, or it cannot be loaded.
            TextRefused: the query or a text is no text.
            DaemonUnavailable: the daemon was lost and could not be brought back, or is late.

        """
        timer = Timer(timeout_seconds or self._deadlines.loading_seconds)
        asked = reranking.calls(
            query, texts, model=model, lane=lane or self._lane, client_name=self._client_name
        )
        return [each for request in asked for each in self._reranked(request, timer)]

    def tokenize(
        self, texts: Sequence[str], *, model: str | None = None, timeout_seconds: float | None = None
    ) -> list[Tokens]:
        """Return each text's tokens, as the model would see them without a prompt. Loads the model if it is not loaded.

        Raises:
            RequestRefused: the model cannot be loaded, or a text has more than a megabyte.
            TextRefused: a text is no text.

        """
        timer = Timer(timeout_seconds or self._deadlines.loading_seconds)
        return [
            each
            for request in tokens.calls(requests.several(texts), model)
            for each in self._tokenized(request, timer)
        ]

    def estimate(
        self,
        texts: int,
        size_bytes: int,
        *,
        lane: requests.Lane = "bulk",
        model: str | None = None,
        timeout_seconds: float | None = None,
    ) -> Estimate:
        """Return what encoding so many texts, of `size_bytes` in UTF-8 together, would cost. Loads no model.

        Raises:
            RequestRefused: there is no such model.

        """
        request = tokens.estimating(texts, size_bytes, model=model, lane=lane)
        timer = Timer(timeout_seconds or self._deadlines.answer_seconds)
        stub = self._connection.embedding
        return tokens.estimate(
            self._connection.call(lambda: stub.EstimateEncode(request, timeout=timer.left()))
        )

    def _reranked(self, request: pb.RerankRequest, timer: Timer) -> list[Scored]:
        stub = self._connection.embedding
        return reranking.scored(self._connection.call(lambda: stub.Rerank(request, timeout=timer.left())))

    def _tokenized(self, request: pb.TokenizeRequest, timer: Timer) -> list[Tokens]:
        stub = self._connection.embedding
        response = self._connection.call(lambda: stub.Tokenize(request, timeout=timer.left()))
        return tokens.tokens(response)
