"""Small real objects that stand in for what is slow: a model that hashes, and workers that can be told to die."""

import asyncio
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from vectrayd.domain.embedding import Embedding, Encoded, Outcome, Tokens
from vectrayd.domain.errors import ModelFailed, NonFinite, VectrayError
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.kinds import ModelKind
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.workers.bell import Bell
from vectrayd.workers.report import Report
from vectrayd.workers.worker import WorkerGone

DIMENSIONS = 8
RERANKER = "bge-reranker-base"
"""The one model that scores."""
FACTS = ModelFacts(
    fingerprint="f" * 64,
    dimensions=DIMENSIONS,
    max_tokens=16,
    prompts={"query": "query: "},
    device="cpu",
    precision="float32",
    fallback_reason="",
    tokenizer_file=__file__,
)


RERANKER_FACTS = replace(
    FACTS, kind=ModelKind.RERANKER, dimensions=0, prompts={}, outputs=frozenset(), fingerprint="e" * 64
)


def hashed_score(query: str, text: str) -> np.float32:
    """Return a number from 0 to 1 that depends on the two alone."""
    return np.float32(hashlib.sha256(f"{query} {text}".encode()).digest()[0] / 255)


def hashed_vector(text: str) -> np.ndarray:
    """Return a unit vector that depends on the text alone."""
    digest = (
        np.frombuffer(hashlib.sha256(text.encode()).digest()[:DIMENSIONS], np.uint8).astype(np.float32) + 1
    )
    return digest / np.linalg.norm(digest)


class HashingWorker:
    """A worker without a model: equal texts, equal vectors, or scores. Notes every slice; dies when it meets the text "die".

    A reranker finds the text "odd" to have no score.
    """

    def __init__(self, facts: ModelFacts = FACTS) -> None:
        self.facts = facts
        self.pid = 0
        self.alive = True
        self.dies_next = False
        self.slices: list[tuple[str, ...]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def kill(self) -> None:
        """Be dead; whoever waits at the gate learns of it."""
        self.alive = False

    async def encode(self, texts: Sequence[str], options: EncodeOptions, lane: Lane) -> Encoded:
        """Wait at the gate, then answer."""
        del lane
        self.slices.append(tuple(texts))
        await self.gate.wait()
        if self.dies_next or "die" in texts:
            self.alive = False
            raise WorkerGone(blameless=False)
        outcomes = [_outcome(text, options) for text in texts]
        return Encoded(outcomes, seconds=0.001, tokens=len(texts))

    async def spell(self, ids: Sequence[tuple[int, ...]]) -> Sequence[str | None]:
        """Return texts of letters, where 97 is "a"; other numbers are nobody's."""
        return ["".join(map(chr, one)) if set(one) <= set(range(97, 123)) else None for one in ids]

    async def tokenize(self, texts: Sequence[str]) -> Sequence[Tokens]:
        """One token a character: its code point."""
        if self.dies_next:
            self.alive = False
            raise ModelFailed("The model's process died.")
        return [Tokens(ids=text.encode("utf-32-le"), offsets=bytes(8 * len(text))) for text in texts]


def _outcome(text: str, options: EncodeOptions) -> Outcome:
    if options.query is None:
        return Embedding(vector=hashed_vector(text).astype("<f4").tobytes(), tokens_used=1, tokens_total=1)
    if text == "odd":
        return NonFinite("The model gave a score that is not finite.")
    score = hashed_score(options.query, text).astype("<f4").tobytes()
    return Embedding(vector=score, tokens_used=min(len(text), 16), tokens_total=len(text))


class HashingFleet:
    """Hands out HashingWorkers, a new one after each death; fails to where `refusal` is set. One model is a reranker."""

    def __init__(self) -> None:
        self.workers: list[HashingWorker] = [HashingWorker()]
        self.rerankers: list[HashingWorker] = [HashingWorker(RERANKER_FACTS)]
        self.refusal: VectrayError | None = None
        self.changes = Bell()

    async def worker(self, model: str) -> HashingWorker:
        """Return the living worker."""
        if self.refusal:
            raise self.refusal
        if model == RERANKER:
            return self.rerankers[-1]
        if not self.workers[-1].alive:
            self.workers.append(HashingWorker())
        return self.workers[-1]

    async def stop(self, model: str, *, grace_seconds: float = 0.0) -> None:
        """Let the worker die."""
        del model, grace_seconds
        self.workers[-1].alive = False

    def starts(self) -> Mapping[str, int]:
        """None that anybody counted."""
        return {}

    def running(self) -> Mapping[str, HashingWorker]:
        """None: nobody can look at their memory."""
        return {}

    def known(self) -> Collection[str]:
        """None."""
        return ()

    def report(self, model: str) -> Report:
        """Nothing to tell, unless it is refused."""
        del model
        return Report(failure=self.refusal)
