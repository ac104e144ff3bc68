"""What every call about texts does first: find the model, wait until it is loaded, settle how its vectors will look."""

import asyncio
import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.embedding import Outcome, Tokens
from vectrayd.domain.errors import ModelFailed
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.models.catalogue import Catalogue
from vectrayd.scheduling.agenda import Estimate
from vectrayd.scheduling.jobs import Deliver, Job, Ticket
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.transport import wire
from vectrayd.workers.fleet import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How some texts are to be encoded, checked against the loaded model."""

    options: EncodeOptions
    lane: Lane
    client: str
    format: pb.VectorFormat


class Desk:
    """Takes orders, and texts for them."""

    def __init__(self, catalogue: Catalogue, fleet: Fleet, scheduler: Scheduler) -> None:
        self._catalogue = catalogue
        self._fleet = fleet
        self._scheduler = scheduler

    async def take(self, message: pb.EncodeOptions, lane: pb.Lane.ValueType, client: str) -> Order:
        """Check an order; loads the model if it is not loaded.

        Raises:
            VectrayError: the order cannot be carried out.

        """
        options = wire.options(message)
        waiting = wire.lane(lane)
        name = wire.client_name(client)
        model = self._catalogue.resolve(message.model).name
        facts = (await self._fleet.worker(model)).facts
        return Order(
            options=dataclasses.replace(options, fingerprint=facts.fingerprint),
            lane=waiting,
            client=name,
            format=wire.vector_format(model, facts, options, message.expected_fingerprint),
        )

    def open(self, order: Order, deliver: Deliver) -> Ticket:
        """Begin with an order whose outcomes go to `deliver`; to be closed by `close`."""
        return Ticket(
            model=order.format.model,
            options=order.options,
            lane=order.lane,
            client=order.client,
            deliver=deliver,
        )

    def admit(self, ticket: Ticket, texts: Iterable[tuple[int, str, int]]) -> None:
        """Let texts queue, each with its key and its size in bytes. One that no model is asked about is answered at once.

        Raises:
            VectrayError: none of them was admitted.

        """
        texts = list(texts)
        overlong = [text for text in texts if text[2] > wire.MOST_TEXT_BYTES]
        fit = [text for text in texts if text[2] <= wire.MOST_TEXT_BYTES] if overlong else texts
        self._scheduler.submit(ticket, fit)
        if overlong:
            jobs = [Job(key, "", size_bytes, ticket) for key, _, size_bytes in overlong]
            ticket.deliver(jobs, [wire.text_too_long(job.size_bytes) for job in jobs])

    async def wait_room(self) -> None:
        """Wait until there may be room for more texts."""
        await self._scheduler.wait_room()

    def close(self, ticket: Ticket) -> None:
        """Drop what was not delivered: the caller has all it wanted, or hung up."""
        self._scheduler.cancel(ticket)

    async def encode(
        self, texts: Sequence[str], order: Order, *, seconds: float | None = None
    ) -> list[Outcome]:
        """Encode `texts` for a caller that waits `seconds`; hanging up drops those that still wait.

        Raises:
            VectrayError: none of them was admitted.

        """
        if not texts:
            return []
        sized = [(position, text, wire.size_bytes(text)) for position, text in enumerate(texts)]
        if seconds is not None:
            self._scheduler.check_deadline(
                order.format.model,
                texts=len(texts),
                size_bytes=sum(size for _, _, size in sized),
                lane=order.lane,
                client=order.client,
                seconds=seconds,
            )
        answers = _Answers(len(texts))
        ticket = self.open(order, answers.take)
        try:
            self.admit(ticket, sized)
            return await answers.complete
        finally:
            self.close(ticket)

    async def spell(self, ids: Sequence[tuple[int, ...]], order: Order) -> Sequence[str | None]:
        """Return the text of each list of tokens of the order's model; None where they are no text's.

        Raises:
            VectrayError: its tokenizer fails, or is not on this machine.

        """
        return await (await self._fleet.worker(order.format.model)).spell(ids)

    async def tokenize(self, texts: Sequence[str], model: str) -> Sequence[Tokens]:
        """Divide `texts` into tokens; loads the model if it is not loaded.

        Raises:
            VectrayError: it cannot be loaded, or its tokenizer fails.

        """
        name = self._catalogue.resolve(model).name
        try:
            return await (await self._fleet.worker(name)).tokenize(texts)
        except ModelFailed:
            # The worker died, maybe over somebody else's work; a new one may be luckier.
            return await (await self._fleet.worker(name)).tokenize(texts)

    def estimate(self, model: str, *, texts: int, size_bytes: int, lane: Lane) -> Estimate:
        """Tell what texts of `size_bytes` together would come to. Loads nothing: of a model that never ran it is a guess.

        Raises:
            UnknownModel: no model has this name.

        """
        name = self._catalogue.resolve(model).name
        return self._scheduler.estimate(name, texts=texts, size_bytes=size_bytes, lane=lane)


class _Answers:
    """The outcomes of one call, until all are there."""

    def __init__(self, count: int) -> None:
        self._outcomes: dict[int, Outcome] = {}
        self._count = count
        self.complete: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()

    def take(self, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
        """Take some outcomes."""
        self._outcomes.update((job.key, outcome) for job, outcome in zip(jobs, outcomes, strict=True))
        if len(self._outcomes) == self._count and not self.complete.done():
            self.complete.set_result([self._outcomes[position] for position in range(self._count)])
