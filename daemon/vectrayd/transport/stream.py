"""One EncodeStream: items in as fast as their credit allows, answers out as they are ready."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.embedding import Outcome
from vectrayd.domain.errors import InvalidOption, Overloaded
from vectrayd.domain.options import OutputKind
from vectrayd.scheduling.jobs import Job
from vectrayd.transport import limits, wire
from vectrayd.transport.desk import Desk, Terms

CREDIT_BYTES = 256 * 1024
"""Unanswered text per stream: about 60,000 tokens, seconds of work on a laptop's processor, so the model never waits for the client."""
ITEM_COST_BYTES = 64
"""What an item costs beside its text, so that a million empty ones are bounded too. Part of the contract."""
_MULTI_VECTOR_CREDIT_BYTES = 8 * 1024
"""Where each token gets a vector, an answer is a thousand times its text. Such streams are held back sooner than their credit says."""
MOST_RESULTS = 64
"""Answers in one message. A guess: a message costs about as much as fifty items, so fewer would be wasteful."""
HEARTBEAT_SECONDS = 5.0

Requests = AsyncIterator[pb.EncodeStreamRequest]
Answer = tuple[Job, Outcome]


async def converse(
    requests: Requests, desk: Desk, *, heartbeat_seconds: float = HEARTBEAT_SECONDS
) -> AsyncIterator[pb.EncodeStreamResponse]:
    """Answer a client's half of the stream.

    Raises:
        VectrayError: the stream cannot be opened, or the client does not keep to the contract.

    """
    terms = await _open(requests, desk)
    opened = pb.EncodeStreamResponse.Opened(
        format=terms.format, credit_bytes=CREDIT_BYTES, most_text_bytes=limits.MOST_TEXT_BYTES
    )
    yield pb.EncodeStreamResponse(opened=opened)
    conversation = _Conversation(desk, terms, heartbeat_seconds=heartbeat_seconds)
    reader = asyncio.create_task(conversation.read(requests))
    try:
        while not (reader.done() and conversation.is_answered):
            try:
                answers = await conversation.wait_answers()
            except TimeoutError:
                heartbeat = pb.EncodeStreamResponse.Heartbeat(unanswered=conversation.unanswered)
                yield pb.EncodeStreamResponse(heartbeat=heartbeat)
                continue
            if answers:
                for message in wire.stream_results((job.key, outcome) for job, outcome in answers):
                    yield message
                conversation.give_credit(answers)
        reader.result()
    finally:
        reader.cancel()
        conversation.hang_up()


async def _open(requests: Requests, desk: Desk) -> Terms:
    first = await anext(aiter(requests), None)
    if first is None or first.WhichOneof("message") != "open":
        raise InvalidOption("The first message of a stream opens it.")
    return await desk.agree(wire.wish(first.open.options, first.open.lane, first.open.client_name))


class _Conversation:
    """The items of one stream that are on their way."""

    def __init__(self, desk: Desk, terms: Terms, *, heartbeat_seconds: float) -> None:
        self._heartbeat_seconds = heartbeat_seconds
        self._gives_rows = OutputKind.MULTI_VECTOR in terms.wish.options.outputs
        self._desk = desk
        self._ticket = desk.open(terms, self._take)
        self._ready: deque[Answer] = deque()
        self._is_ready = asyncio.Event()
        self._spent_bytes = 0
        self._has_credit = asyncio.Event()

    @property
    def is_answered(self) -> bool:
        """Whether every item that was read has gone out."""
        return not self.unanswered

    @property
    def unanswered(self) -> int:
        """How many items have no answer yet."""
        return self._ticket.unanswered + len(self._ready)

    async def read(self, requests: Requests) -> None:
        """Admit items until the client has no more. Not reading on is what holds back a client that is too fast."""
        try:
            async for request in requests:
                if request.WhichOneof("message") != "items":
                    raise InvalidOption("A stream is opened once; then it takes items.")
                limits.check_count(len(request.items.items))  # more would hold everybody up for seconds
                items = [(item.id, item.text) for item in request.items.items]
                texts = [(key, text, limits.size_bytes(text)) for key, text in items]
                for some in [[text] for text in texts] if self._gives_rows else [texts]:
                    await self._admit(some)
        finally:
            self._is_ready.set()  # wake the writer to see that the client is done

    async def wait_answers(self) -> list[Answer]:
        """Wait for some answers; gives none when the client has no more items.

        Raises:
            TimeoutError: nothing happened for so long that a heartbeat is due.

        """
        if not self._is_ready.is_set():
            async with asyncio.timeout(self._heartbeat_seconds):
                await self._is_ready.wait()
        answers = [self._ready.popleft() for _ in range(min(MOST_RESULTS, len(self._ready)))]
        if not self._ready:
            self._is_ready.clear()
        return answers

    def give_credit(self, answers: Sequence[Answer]) -> None:
        """Note that `answers` have been written."""
        self._spent_bytes -= sum(job.size_bytes + ITEM_COST_BYTES for job, _ in answers)
        self._has_credit.set()

    def hang_up(self) -> None:
        """Drop what still waits."""
        self._desk.close(self._ticket)

    async def _admit(self, texts: list[tuple[int, str, int]]) -> None:
        while self._spent_bytes >= (_MULTI_VECTOR_CREDIT_BYTES if self._gives_rows else CREDIT_BYTES):
            self._has_credit.clear()
            await self._has_credit.wait()
        self._spent_bytes += sum(size_bytes + ITEM_COST_BYTES for _, _, size_bytes in texts)
        while True:
            try:
                self._desk.admit(self._ticket, texts)
            except Overloaded:
                await self._desk.wait_room()  # a stream waits where a single call is refused
            else:
                return

    def _take(self, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
        self._ready.extend(zip(jobs, outcomes, strict=True))
        self._is_ready.set()
