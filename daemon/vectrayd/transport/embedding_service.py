"""EmbeddingService: each call in a few lines."""

import asyncio
from collections.abc import AsyncIterator

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc
from vectrayd.domain.errors import InvalidOption
from vectrayd.domain.options import DOCUMENT, QUERY
from vectrayd.domain.similarity import matrix, pairwise
from vectrayd.transport import limits, wire
from vectrayd.transport.desk import Desk
from vectrayd.transport.grpc_types import Context
from vectrayd.transport.operand import operand
from vectrayd.transport.ranking import rank
from vectrayd.transport.reranking import rerank
from vectrayd.transport.stream import converse

_MOST_SCORES = 4_000_000
"""Of one answer: 16 MB. Larger comparisons are asked for in parts."""


class EmbeddingService(embedding_pb2_grpc.EmbeddingServiceServicer):
    """Turns texts into vectors, or scores them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def Encode(self, request: pb.EncodeRequest, context: Context) -> pb.EncodeResponse:
        """Encode a few texts."""
        limits.check_count(len(request.texts))
        terms = await self._desk.agree(wire.wish(request.options, request.lane, request.client_name))
        outcomes = await self._desk.encode(request.texts, terms, seconds=context.time_remaining())
        return wire.encode_response(terms.format, outcomes)

    async def EncodeStream(
        self,
        request_iterator: AsyncIterator[pb.EncodeStreamRequest],
        context: Context,
    ) -> AsyncIterator[pb.EncodeStreamResponse]:
        """Encode any number of texts."""
        async for response in converse(request_iterator, self._desk):
            yield response

    async def Similarity(self, request: pb.SimilarityRequest, context: Context) -> pb.SimilarityResponse:
        """Compare two sides."""
        compare = pairwise if wire.is_pairwise(request.pairing) else matrix
        metric = wire.metric(request.metric)
        queries, fingerprint = await operand(self._desk, request, request.queries, QUERY)
        documents, other = await operand(self._desk, request, request.documents, DOCUMENT)
        if compare is matrix and len(queries) * len(documents) > _MOST_SCORES:
            raise InvalidOption(f"One answer holds {_MOST_SCORES} scores; compare in parts.")
        # In a thread: numpy lets others run meanwhile, the event loop would not.
        scores = await asyncio.to_thread(compare, queries, documents, metric)
        return pb.SimilarityResponse(scores=wire.matrix(scores), fingerprint=fingerprint or other)

    async def Rank(
        self, request_iterator: AsyncIterator[pb.RankRequest], context: Context
    ) -> pb.RankResponse:
        """Find the best of any number of candidates."""
        return await rank(request_iterator, self._desk)

    async def Rerank(self, request: pb.RerankRequest, context: Context) -> pb.RerankResponse:
        """Score a few texts by how well they answer a query."""
        return await rerank(request, self._desk, seconds=context.time_remaining())

    async def Tokenize(self, request: pb.TokenizeRequest, context: Context) -> pb.TokenizeResponse:
        """Divide texts into tokens, special tokens included."""
        limits.check_tokenized(request.texts)
        found = await self._desk.tokenize(request.texts, request.model)
        tokens = [pb.TokenizeResponse.Tokens(token_ids=text.ids, offsets=text.offsets) for text in found]
        return pb.TokenizeResponse(tokens=tokens)

    async def EstimateEncode(
        self, request: pb.EstimateEncodeRequest, context: Context
    ) -> pb.EstimateEncodeResponse:
        """Tell how long texts of some length would take. Loads no model."""
        limits.check_estimated(request.texts, request.text_bytes)
        estimate = self._desk.estimate(
            request.model, texts=request.texts, size_bytes=request.text_bytes, lane=wire.lane(request.lane)
        )
        return pb.EstimateEncodeResponse(
            tokens=estimate.tokens,
            compute_seconds=estimate.compute_seconds,
            queue_seconds=estimate.queue_seconds,
        )
