"""One Rank call: candidates in as fast as they can be encoded and compared, the best of them out."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import numpy as np

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.embedding import Outcome
from vectrayd.domain.errors import InvalidOption, Overloaded, VectrayError
from vectrayd.domain.options import DOCUMENT, QUERY
from vectrayd.domain.ranking import Ranker
from vectrayd.domain.similarity import Rows
from vectrayd.transport import limits, wire
from vectrayd.transport.desk import Desk, Terms
from vectrayd.transport.operand import operand, terms_for
from vectrayd.transport.stream import CREDIT_BYTES, ITEM_COST_BYTES

_MOST_TOP_K = 10_000
_MOST_RANKED = 1_000_000
"""Of all queries together: an answer of about 14 MB."""
BATCH_NUMBERS = 1 << 19
"""Small messages are compared together, 2 MiB of them, in one place in memory: each comparison costs as much as a hundred vectors,
and asking the system for memory more than all comparing."""


async def rank(requests: AsyncIterator[pb.RankRequest], desk: Desk) -> pb.RankResponse:
    """Answer a client's candidates with rankings.

    Raises:
        VectrayError: the client does not keep to the order of messages, or something of what it sent cannot be compared.

    """
    first = await anext(aiter(requests), None)
    if first is None or first.WhichOneof("message") != "open":
        raise InvalidOption("The first message of a ranking opens it.")
    metric = wire.metric(first.open.metric)
    queries, _ = await operand(desk, first.open, first.open.queries, QUERY)
    _check_answer(first.open.top_k, len(queries))
    ranker = Ranker(queries, metric=metric, top_k=first.open.top_k)
    candidates = _Candidates(desk, first.open, ranker)
    try:
        async for request in requests:
            await candidates.take(request)
        await candidates.finish()
    finally:
        await candidates.hang_up()
    return await asyncio.to_thread(_response, ranker)


def _check_answer(top_k: int, queries: int) -> None:
    if not 1 <= top_k <= _MOST_TOP_K:
        raise InvalidOption(f"A ranking gives the best 1 to {_MOST_TOP_K} candidates, not {top_k}.")
    if queries > limits.MOST_TEXTS or queries * top_k > _MOST_RANKED:
        raise InvalidOption(
            f"One call ranks for {limits.MOST_TEXTS} queries and gives {_MOST_RANKED} places; rank in parts."
        )


def _response(ranker: Ranker) -> pb.RankResponse:
    response = pb.RankResponse()
    for best in ranker.best():
        ranked = response.rankings.add().ranked
        for candidate, score in zip(best.candidates.tolist(), best.scores.tolist(), strict=True):
            ranked.add(candidate=candidate, score=score)
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class _Encoding:
    """Texts of one message, on their way through the model."""

    first: int
    """Number of the first one among all candidates."""
    outcomes: asyncio.Task[Sequence[Outcome]]
    size_bytes: int


class _Candidates:
    """Candidates on their way to the ranker, in the order in which they came."""

    def __init__(self, desk: Desk, opening: pb.RankRequest.Open, ranker: Ranker) -> None:
        self._desk = desk
        self._opening = opening
        self._ranker = ranker
        self._terms: Terms | None = None
        self._count = 0
        self._encoding: deque[_Encoding] = deque()
        self._encoding_bytes = 0
        self._batch: Rows = np.empty((0, 0), np.float32)
        self._filled = 0

    async def take(self, request: pb.RankRequest) -> None:
        """Take one message. Not returning is what holds back a client that is too fast."""
        match request.WhichOneof("message"):
            case "texts":
                await self._begin(list(request.texts.texts))
            case "vectors":
                await self._wait_encoded(most_bytes=0)
                rows = wire.unchecked_rows(request.vectors.vectors)
                self._count += len(rows)
                await self._compare(rows)
            case _:
                raise InvalidOption("A ranking is opened once; then it takes candidates.")

    async def finish(self) -> None:
        """Wait until all of them have been compared."""
        await self._wait_encoded(most_bytes=0)
        await self._compare_batch()

    async def hang_up(self) -> None:
        """Drop what still waits."""
        tasks = [encoding.outcomes for encoding in self._encoding]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin(self, texts: list[str]) -> None:
        """Let texts be encoded, as soon as there is room for them."""
        limits.check_count(len(texts))
        if self._terms is None:
            self._terms = await terms_for(self._desk, self._opening, DOCUMENT)
        size_bytes = sum(limits.size_bytes(text) + ITEM_COST_BYTES for text in texts)
        await self._wait_encoded(most_bytes=max(0, CREDIT_BYTES - size_bytes))
        outcomes = asyncio.create_task(self._encode(texts, self._terms))
        self._encoding.append(_Encoding(first=self._count, outcomes=outcomes, size_bytes=size_bytes))
        self._encoding_bytes += size_bytes
        self._count += len(texts)

    async def _encode(self, texts: list[str], terms: Terms) -> Sequence[Outcome]:
        while True:
            try:
                return await self._desk.encode(texts, terms)
            except Overloaded:
                await self._desk.wait_room()  # a stream waits where a single call is refused

    async def _wait_encoded(self, *, most_bytes: int) -> None:
        """Pass on what was sent first, until no more than `most_bytes` of text are being encoded."""
        while self._encoding_bytes > most_bytes:
            encoding = self._encoding[0]
            outcomes = await encoding.outcomes
            self._encoding.popleft()
            self._encoding_bytes -= encoding.size_bytes
            await self._compare(_stacked(outcomes, encoding.first))

    async def _compare(self, rows: Rows) -> None:
        columns = rows.shape[1]
        if self._filled + len(rows) > len(self._batch) or columns != self._batch.shape[1]:
            await self._compare_batch()
        if columns != self._batch.shape[1]:
            self._batch = np.empty((max(1, BATCH_NUMBERS // columns), columns), np.float32)
        if len(rows) > len(self._batch):
            await asyncio.to_thread(self._ranker.add, rows)
        else:
            self._batch[self._filled : self._filled + len(rows)] = rows
            self._filled += len(rows)

    async def _compare_batch(self) -> None:
        # In a thread: numpy lets others run meanwhile, the event loop would not.
        if self._filled:
            await asyncio.to_thread(self._ranker.add, self._batch[: self._filled])
        self._filled = 0


def _stacked(outcomes: Sequence[Outcome], first: int) -> Rows:
    """Return the float32 vectors of `outcomes`; an error tells which candidate it is of."""
    for number, outcome in enumerate(outcomes, first):
        if isinstance(outcome, VectrayError):
            raise type(outcome)(f"Candidate {number}: {outcome}")
    return wire.stacked(outcomes)
