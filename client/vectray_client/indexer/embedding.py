"""Gets vectors for the passages that have none: what was just saved first, then the backlog, a few at a time."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from vectray_client.domain import EmbeddingModel, Fault
from vectray_client.embed.embedder import Embedder, Vector
from vectray_client.indexer.inbox import Crew, Inbox
from vectray_client.indexer.pace import Pace
from vectray_client.indexer.retrying import Trials
from vectray_client.nesting import lies_in
from vectray_client.sdk.errors import RequestRefused, TextRefused, VectrayClientError
from vectray_client.sdk.requests import Lane
from vectray_client.store.records import Waiting
from vectray_client.store.store import Store
from vectray_client.watch.backoff import Backoff

CALL_TEXTS = 16
CALLS = 2
"""The model has two streams to keep busy; and at most 32 passages are sent again after a kill."""
_MOST_SAVED = 64
"""Documents that somebody may wait for; more at once are nobody's saves."""
_PASSING = ("OVERLOADED", "DEADLINE_INFEASIBLE")
"""The daemon's words for being asked too much by everybody together, which ends by itself."""
_MISMATCH = "FINGERPRINT_MISMATCH"
"""The daemon's word for another release of the model, or of itself."""
_DELAYS = Backoff(first_seconds=1.0, longest_seconds=30.0)

Batch = dict[str, list[int]]
"""Texts, and the passages that have them, by chunk id."""


class Embedding:
    """Keeps the model busy and the store supplied. Everything but the calls happens in the pipeline's thread."""

    def __init__(
        self, store: Store, inbox: Inbox, embedder: Embedder, complain: Callable[[Exception], None]
    ) -> None:
        """`complain` hears of what is no text's fault, each time."""
        self._store = store
        self._embedder = embedder
        self._complain = complain
        self._crew = Crew(inbox, threads=CALLS, name="embedding")
        self._under_way: list[Batch] = []
        self._saved: deque[str] = deque(maxlen=_MOST_SAVED)
        self._trials = Trials(_DELAYS)
        self._rested_at = 0.0
        self.embedded = 0
        """Passages sent to the model."""
        self.trouble = ""
        """Why the model makes no vectors at the moment, in one sentence."""
        self.failing_since: float | None = None
        """Since when nothing but failures came back that will not end by themselves; None if the last call was none."""
        self.outdated: set[str] = set()
        """Fingerprints of which the daemon makes no vectors any more."""

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._under_way)

    def hurry(self, path: str) -> None:
        """Somebody has just saved this document: its passages go first."""
        self._saved.append(path)
        self._trials.hurry(time.monotonic())

    def advance(
        self, now: float, pace: Pace, models: Sequence[EmbeddingModel], *, apart: Sequence[str]
    ) -> None:
        """Send what may be sent, for the first of the models that lacks a vector; nothing of the folders `apart`."""
        made = [model for model in models if model.fingerprint not in self.outdated]
        while made and len(self._under_way) < CALLS and now >= self._trials.due_at:
            is_current = made[0] is models[0]
            is_sent = is_current and self._send_saved(made[0], apart)
            if not (is_sent or self._send_backlog(now, pace, made, apart)):
                return

    def next_due(self) -> float:
        """When the next call may be made, if the time for it is what is missing."""
        return max(self._trials.due_at, self._rested_at)

    def close(self) -> None:
        """Send nothing more."""
        self._crew.close()

    def _send_saved(self, model: EmbeddingModel, apart: Sequence[str]) -> bool:
        while self._saved:
            path = self._saved[0]
            is_apart = any(lies_in(path, folder) for folder in apart)
            found = [] if is_apart else self._store.take_waiting(CALLS * CALL_TEXTS, path=path)
            if self._send(found, model, lane="normal"):
                return True
            self._saved.popleft()
        return False

    def _send_backlog(
        self, now: float, pace: Pace, models: Sequence[EmbeddingModel], apart: Sequence[str]
    ) -> bool:
        if len(self._under_way) >= pace.calls or now < self._rested_at:
            return False
        asked = [chunk_id for batch in self._under_way for ids in batch.values() for chunk_id in ids]
        for model in models:
            found = self._store.take_waiting(
                CALL_TEXTS, skip=asked, fingerprint=model.fingerprint, apart=apart
            )
            if self._send(found, model, lane=pace.lane):
                self._rested_at = now + pace.rest_seconds
                return True
        return False

    def _send(self, passages: Sequence[Waiting], model: EmbeddingModel, *, lane: Lane) -> bool:
        """Send those texts that are not under way, a call's worth; return whether there were any."""
        batch: Batch = {}
        for passage in passages:
            if len(batch) < CALL_TEXTS and not any(passage.text in other for other in self._under_way):
                batch.setdefault(passage.text, []).append(passage.chunk_id)
        if not batch:
            return False
        self._under_way.append(batch)
        texts = list(batch)
        self.embedded += len(texts)
        self._crew.do(
            lambda: self._embedder.passages(texts, model=model, lane=lane),
            lambda future: self._take(batch, model, future),
        )
        return True

    def _take(
        self, batch: Batch, model: EmbeddingModel, future: "Future[list[Vector | TextRefused]]"
    ) -> None:
        self._under_way.remove(batch)
        try:
            self._keep(batch, model, future.result())
        except RequestRefused as refusal:
            if refusal.reason == _MISMATCH:
                self.outdated.add(model.fingerprint)
            else:
                self._fail(refusal)
        except (VectrayClientError, Fault) as error:
            self._fail(error)
        else:
            self._trials.succeed()
            self.trouble, self.failing_since = "", None

    def _keep(self, batch: Batch, model: EmbeddingModel, answers: Sequence[Vector | TextRefused]) -> None:
        vectors: dict[int, Vector] = {}
        for ids, answer in zip(batch.values(), answers, strict=True):
            for chunk_id in ids:
                if isinstance(answer, TextRefused):
                    self._store.refuse_passage(chunk_id, str(answer))
                else:
                    vectors[chunk_id] = answer
        self._store.put_vectors(vectors, fingerprint=model.fingerprint)

    def _fail(self, error: Exception) -> None:
        now = time.monotonic()
        self._trials.fail(now)
        self.trouble = str(error)
        is_passing = isinstance(error, RequestRefused) and error.reason in _PASSING
        self.failing_since = None if is_passing else self.failing_since or now
        self._complain(error)
