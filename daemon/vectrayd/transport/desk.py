"""What every call about texts does first: find the model, wait until it is loaded, settle how its vectors will look."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.embedding import Outcome, Tokens
from vectrayd.domain.errors import ModelFailed
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.models.catalogue import Catalogue
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.transport import wire
from vectrayd.workers.fleet import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How some texts are to be encoded, checked against the loaded model."""

    options: EncodeOptions
    lane: Lane
    format: pb.VectorFormat


class Desk:
    """Takes orders, and texts for them."""

    def __init__(self, catalogue: Catalogue, fleet: Fleet, scheduler: Scheduler) -> None:
        self._catalogue = catalogue
        self._fleet = fleet
        self._scheduler = scheduler

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

    async def take(self, message: pb.EncodeOptions, lane: pb.Lane.ValueType) -> Order:
        """Check an order; loads the model if it is not loaded.

        Raises:
            VectrayError: the order cannot be carried out.

        """
        options = wire.options(message)
        waiting = wire.lane(lane)
        model = self._catalogue.resolve(message.model).name
        facts = (await self._fleet.worker(model)).facts
        facts.prompt_for(options)  # only to refuse what the worker would refuse for each text
        return Order(
            options=options,
            lane=waiting,
            format=wire.vector_format(model, facts, options, message.expected_fingerprint),
        )

    def admit(self, texts: Sequence[str], order: Order) -> list[asyncio.Future[Outcome]]:
        """Let `texts` queue, and return their answers in order. A text that no model is asked about is answered at once.

        Raises:
            VectrayError: none of them was admitted.

        """
        errors = [wire.text_error(text) for text in texts]
        fit = [text for text, error in zip(texts, errors, strict=True) if error is None]
        admitted = iter(self._scheduler.submit(order.format.model, fit, order.options, order.lane))
        return [_answered(error) if error else next(admitted) for error in errors]

    async def encode(self, texts: Sequence[str], order: Order) -> list[Outcome]:
        """Encode `texts`; hanging up drops those that still wait.

        Raises:
            VectrayError: none of them was admitted.

        """
        answers = self.admit(texts, order)
        try:
            return list(await asyncio.gather(*answers))
        finally:
            for answer in answers:
                answer.cancel()


def _answered(outcome: Outcome) -> asyncio.Future[Outcome]:
    answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    answer.set_result(outcome)
    return answer
