"""Reader processes: opened for a model when there is something to read, closed when there was nothing for a while."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from vectray_client.domain import Document, EmbeddingModel, Refusal
from vectray_client.embed.embedder import Embedder
from vectray_client.read.options import ReadOptions
from vectray_client.read.pool import Readers, Task

MAX_PASSAGE_TOKENS = 400
"""A passage is what a person reads as an answer; and one vector has to stand for all of it."""
_IDLE_SECONDS = 30.0
"""A reader takes a second to start and holds 300 MB with the tokenizer of multilingual-e5-small."""

Answers = list[Document | Refusal]


@dataclass(slots=True, kw_only=True)
class _Desk:
    """The readers for one model."""

    readers: Readers
    free_since: float
    futures: "list[Future[Answers]]" = field(default_factory=list)


class ReadingRoom:
    """Readers by model. To be used by one thread."""

    def __init__(self, embedder: Embedder, *, processes: int = 1) -> None:
        self._embedder = embedder
        self._processes = processes
        self._desks: dict[str, _Desk] = {}

    def read(self, tasks: Sequence[Task], *, model: EmbeddingModel, now: float) -> "Future[Answers]":
        """Have files read for a model that `embedder` knows; the future is that of `Readers.submit`."""
        desk = self._desks.get(model.fingerprint)
        if desk is None:
            desk = self._desks[model.fingerprint] = _Desk(readers=self._readers(model), free_since=now)
        future = desk.readers.submit(tasks)
        desk.futures.append(future)
        return future

    def close_idle(self, now: float) -> None:
        """Close what has had nothing to read for a while."""
        for fingerprint, desk in list(self._desks.items()):
            if any(not future.done() for future in desk.futures):
                desk.free_since = now
                desk.futures = [future for future in desk.futures if not future.done()]
            elif now - desk.free_since > _IDLE_SECONDS:
                del self._desks[fingerprint]
                desk.readers.close()

    def next_due(self) -> float | None:
        """When `close_idle` may have something to close, by its clock; None if never."""
        return min((desk.free_since + _IDLE_SECONDS + 1 for desk in self._desks.values()), default=None)

    def close(self) -> None:
        """Close everything now, in the middle of whatever is being read; its futures are cancelled."""
        desks, self._desks = self._desks, {}
        for desk in desks.values():
            desk.readers.close()

    def _readers(self, model: EmbeddingModel) -> Readers:
        options = ReadOptions(
            tokenizer_path=str(self._embedder.tokenizer_file(model.fingerprint)),
            max_tokens=min(MAX_PASSAGE_TOKENS, model.max_passage_tokens),
        )
        return Readers(options, processes=self._processes)
