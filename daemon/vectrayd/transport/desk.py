"""What every call about texts does first: find the model, wait until it is loaded, settle how its vectors will look."""

import asyncio
import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.embedding import Outcome, Tokens
from vectrayd.domain.errors import ModelFailed
from vectrayd.domain.options import Lane, Wish
from vectrayd.models.catalogue import Catalogue
from vectrayd.scheduling.agenda import Estimate
from vectrayd.scheduling.jobs import Deliver, Job, Ticket
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.transport import limits, wire
from vectrayd.workers.fleet import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How some texts are to be encoded or scored: a wish that the loaded model can fulfil, and what its vectors will be."""

    wish: Wish
    format: pb.VectorFormat


class Desk:
    """Agrees on terms, and takes texts on them."""

    def __init__(self, catalogue: Catalogue, fleet: Fleet, scheduler: Scheduler) -> None:
        self._catalogue = catalogue
        self._fleet = fleet
        self._scheduler = scheduler

    async def agree(self, wish: Wish) -> Terms:
        """Check a wish; loads the model if it is not loaded.

        Raises:
            VectrayError: it cannot be fulfilled.

        """
        limits.check_client(wish.client)
        model = self._catalogue.chosen(wish.model, wish.options.kind).name
        facts = (await self._fleet.worker(model)).facts
        format_ = wire.vector_format(model, facts, wish.options, wish.fingerprint)
        options = dataclasses.replace(wish.options, fingerprint=facts.fingerprint)
        return Terms(wish=dataclasses.replace(wish, options=options), format=format_)

    def open(self, terms: Terms, deliver: Deliver) -> Ticket:
        """Begin to take texts whose outcomes go to `deliver`; to be closed by `close`."""
        wish = terms.wish
        return Ticket(
            model=terms.format.model,
            options=wish.options,
            lane=wish.lane,
            client=wish.client,
            deliver=deliver,
        )

    def admit(self, ticket: Ticket, texts: Iterable[tuple[int, str, int]]) -> None:
        """Let texts queue, each with its key and its size in bytes. One that no model is asked about is answered at once.

        Raises:
            VectrayError: none of them was admitted.

        """
        texts = list(texts)
        overlong = [text for text in texts if text[2] > limits.MOST_TEXT_BYTES]
        fit = [text for text in texts if text[2] <= limits.MOST_TEXT_BYTES] if overlong else texts
        self._scheduler.submit(ticket, fit)
        if overlong:
            jobs = [Job(key, "", size_bytes, ticket) for key, _, size_bytes in overlong]
            ticket.deliver(jobs, [limits.text_too_long(job.size_bytes) for job in jobs])

    async def wait_room(self) -> None:
        """Wait until there may be room for more texts."""
        await self._scheduler.wait_room()

    def close(self, ticket: Ticket) -> None:
        """Drop what was not delivered: the caller has all it wanted, or hung up."""
        self._scheduler.cancel(ticket)

    async def encode(
        self, texts: Sequence[str], terms: Terms, *, seconds: float | None = None
    ) -> list[Outcome]:
        """Encode `texts`, or score them, for a caller that waits `seconds`; hanging up drops those that still wait.

        Raises:
            VectrayError: none of them was admitted.

        """
        if not texts:
            return []
        query_bytes = limits.size_bytes(terms.wish.options.query or "")  # it goes through the model with each
        sized = [(at, text, query_bytes + limits.size_bytes(text)) for at, text in enumerate(texts)]
        if seconds is not None:
            self._scheduler.check_deadline(
                terms.format.model,
                texts=len(texts),
                size_bytes=sum(size for _, _, size in sized),
                lane=terms.wish.lane,
                client=terms.wish.client,
                seconds=seconds,
            )
        answers = _Answers(len(texts))
        ticket = self.open(terms, answers.take)
        try:
            self.admit(ticket, sized)
            return await answers.complete
        finally:
            self.close(ticket)

    async def spell(self, ids: Sequence[tuple[int, ...]], terms: Terms) -> Sequence[str | None]:
        """Return the text of each list of tokens of the model that was agreed on; None where they are no text's.

        Raises:
            VectrayError: its tokenizer fails, or is not on this machine.

        """
        return await (await self._fleet.worker(terms.format.model)).spell(ids)

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
