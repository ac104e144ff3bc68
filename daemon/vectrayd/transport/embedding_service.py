"""EmbeddingService: each call in a few lines."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc.aio

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc
from vectrayd.domain.errors import InvalidOption, NotImplementedYet
from vectrayd.domain.similarity import Rows, matrix, pairwise
from vectrayd.transport import wire
from vectrayd.transport.desk import Desk
from vectrayd.transport.stream import converse

Context = grpc.aio.ServicerContext[Any, Any]

_MOST_SCORES = 4_000_000
"""Of one answer: 16 MB. Larger comparisons are asked for in parts."""


class EmbeddingService(embedding_pb2_grpc.EmbeddingServiceServicer):
    """Turns texts into vectors."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def Encode(self, request: pb.EncodeRequest, context: Context) -> pb.EncodeResponse:
        """Encode a few texts."""
        _check_count(len(request.texts))
        order = await self._desk.take(request.options, request.lane, request.client_name)
        outcomes = await self._desk.encode(request.texts, order, seconds=context.time_remaining())
        return wire.encode_response(order.format, outcomes)

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
        queries, fingerprint = await self._operand(request, request.queries, pb.TASK_QUERY)
        documents, other = await self._operand(request, request.documents, pb.TASK_DOCUMENT)
        if compare is matrix and len(queries) * len(documents) > _MOST_SCORES:
            raise InvalidOption(f"One answer holds {_MOST_SCORES} scores; compare in parts.")
        # In a thread: numpy lets others run meanwhile, the event loop would not.
        scores = await asyncio.to_thread(compare, queries, documents, metric)
        return pb.SimilarityResponse(scores=wire.matrix(scores), fingerprint=fingerprint or other)

    async def Rank(
        self, request_iterator: AsyncIterator[pb.RankRequest], context: Context
    ) -> pb.RankResponse:
        """Not in this release."""
        raise NotImplementedYet("Rank is not in this release.")

    async def Tokenize(self, request: pb.TokenizeRequest, context: Context) -> pb.TokenizeResponse:
        """Not in this release."""
        raise NotImplementedYet("Tokenize is not in this release; ModelService.GetTokenizer is.")

    async def EstimateEncode(
        self, request: pb.EstimateEncodeRequest, context: Context
    ) -> pb.EstimateEncodeResponse:
        """Not in this release."""
        raise NotImplementedYet("EstimateEncode is not in this release.")

    async def _operand(
        self, request: pb.SimilarityRequest, side: pb.Operand, task: pb.Task.ValueType
    ) -> tuple[Rows, str]:
        """Return one side as vectors, with their fingerprint where they were made here."""
        match side.WhichOneof("operand"):
            case "vectors":
                return wire.rows(side.vectors), ""
            case "texts":
                texts = side.texts.texts
                _check_count(len(texts))
                order = await self._desk.take(
                    wire.options_for_comparison(request.options, task), request.lane, request.client_name
                )
                if not texts:
                    raise InvalidOption("One side of the comparison is empty.")
                return wire.stacked(await self._desk.encode(texts, order)), order.format.fingerprint
            case _:
                raise InvalidOption("A comparison needs queries and documents.")


def _check_count(count: int) -> None:
    if count > wire.MOST_TEXTS:
        raise InvalidOption(
            f"One call takes {wire.MOST_TEXTS} texts, this one has {count}; EncodeStream takes any number."
        )
