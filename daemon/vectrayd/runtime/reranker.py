"""One loaded reranker: a query and texts in, scores out.

Safe to call from several threads: tokenizing and the forward pass only read.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vectrayd.domain.embedding import Embedding, Outcome, Tokens
from vectrayd.domain.errors import NonFinite
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.pairs import Pair, PairTokenizer
from vectrayd.runtime.tokenization import WindowTokenizer

Floats = NDArray[np.float32]


class PairForward(Protocol):
    """A way through the model: plain or packed."""

    def __call__(self, ids: Sequence[Sequence[int]], sides: Sequence[Sequence[int]] | None = None) -> Floats:
        """Run pairs of token ids, with the side that each belongs to; float32 (n, 1), in their order: what the model makes of each."""
        ...


class Reranker:
    """A model that reads a query and a text together, ready to score."""

    def __init__(
        self,
        forward: PairForward,
        *,
        tokenizer: WindowTokenizer,
        pair_tokenizer: PairTokenizer,
        facts: ModelFacts,
    ) -> None:
        self._forward = forward
        self._tokenizer = tokenizer
        self._pair_tokenizer = pair_tokenizer
        self.facts = facts

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return the score of each text, in order, by how well it answers `options.query`: a vector of one number, 0 to 1.

        Raises:
            InvalidOption: there is no query, because vectors are asked for.

        """
        self.facts.check(options)
        pairs = list(self._pair_tokenizer.pairs(options.query or "", texts))
        logits = self._logits(pairs)[:, 0]
        return list(map(_outcome, pairs, logits, logistic(logits)))

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text, without a query."""
        return self._tokenizer.tokens(texts)

    def spell(self, ids: Sequence[Sequence[int]]) -> list[str | None]:
        """Return the text of each list of token ids; None where the ids are no text's."""
        return [self._tokenizer.spelled(some) for some in ids]

    def raw(self, texts: Sequence[str]) -> Floats:
        """Return what the model makes of each of `texts` as a query to the one before it: float32 (n, 1)."""
        pairs = [
            pair
            for at, text in enumerate(texts)
            for pair in self._pair_tokenizer.pairs(text, [texts[at - 1]])
        ]
        return self._logits(pairs)

    def _logits(self, pairs: Sequence[Pair]) -> Floats:
        if not pairs:
            return np.empty((0, 1), np.float32)
        return self._forward([pair.ids for pair in pairs], [pair.sides for pair in pairs])


def logistic(logits: Floats) -> Floats:
    """Return 1 / (1 + exp(-logits)), 0 to 1, in a form of which no part overflows: float32 of the same shape.

    Models whose own configuration leaves this last step out get it too: it changes no order, and callers can rely on the bounds.
    """
    wide = logits.astype(np.float64)
    scores: NDArray[np.float64] = np.exp(np.minimum(wide, 0)) / (1 + np.exp(-np.abs(wide)))
    return scores.astype(np.float32)


def _outcome(pair: Pair, logit: np.float32, score: np.float32) -> Outcome:
    if not np.isfinite(logit):
        return NonFinite("The model gave a score that is not finite.")
    return Embedding(score.astype("<f4").tobytes(), len(pair.ids), pair.tokens_total)
