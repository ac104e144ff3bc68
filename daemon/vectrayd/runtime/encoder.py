"""One loaded model: texts and options in, embeddings out.

Safe to call from several threads: tokenizing and the forward pass only read.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vectrayd.domain.embedding import Embedding, Outcome, Tokens
from vectrayd.domain.errors import TextTooLong, VectrayError
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.options import EncodeOptions, Overlong
from vectrayd.runtime.output import Packed, pack
from vectrayd.runtime.tokenization import TokenizedText, WindowTokenizer


class Forward(Protocol):
    """A way through the model: plain or packed."""

    def __call__(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Run texts of token ids; float32 (n, dimensions), in their order, not yet normalised."""
        ...


class Encoder:
    """A model, ready to encode."""

    def __init__(
        self, forward: Forward, *, tokenizer: WindowTokenizer, facts: ModelFacts, default_prompt: str
    ) -> None:
        self._forward = forward
        self._tokenizer = tokenizer
        self._default_prompt = default_prompt
        self.facts = facts

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return one outcome for each text, in order.

        Raises:
            InvalidOption: the options ask for a prompt or for dimensions that the model does not have.

        """
        self.facts.dimensions_for(options)
        asked = self.facts.prompt_for(options)
        prompt = self._default_prompt if asked is None else asked
        tokenized = self._tokenizer.tokenize([prompt + text for text in texts])
        refused = options.overlong is Overlong.ERROR
        fit = [text for text in tokenized if not (refused and text.truncated)]
        vectors = iter(pack(self._forward([text.ids for text in fit]), options) if fit else ())
        return [
            self._too_long(text) if refused and text.truncated else _outcome(next(vectors), text)
            for text in tokenized
        ]

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text without a prompt."""
        return self._tokenizer.tokens(texts)

    def raw(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of `texts` as the model gives them: no prompt, not normalised, float32 (n, dimensions)."""
        return self._forward([text.ids for text in self._tokenizer.tokenize(texts)])

    def _too_long(self, text: TokenizedText) -> TextTooLong:
        return TextTooLong(
            f"The text has {text.tokens_total} tokens, the model takes {self.facts.max_tokens}."
        )


def _outcome(packed: Packed | VectrayError, text: TokenizedText) -> Outcome:
    if isinstance(packed, VectrayError):
        return packed
    return Embedding(
        vector=packed.data, scale=packed.scale, tokens_used=len(text.ids), tokens_total=text.tokens_total
    )
