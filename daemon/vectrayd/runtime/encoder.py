"""One loaded model: texts and options in, embeddings out.

Safe to call from several threads: tokenizing and the forward pass only read.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vectrayd.domain.embedding import Outcome, Tokens
from vectrayd.domain.errors import InvalidText, TextTooLong
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.options import DENSE_ONLY, EncodeOptions, OutputKind, Overlong
from vectrayd.runtime.answers import Readings, outcomes
from vectrayd.runtime.heads import NO_HEADS, Heads, token_weights
from vectrayd.runtime.output import row_bytes
from vectrayd.runtime.tokenization import TokenizedText, WindowTokenizer
from vectrayd.runtime.windows import portions

Floats = NDArray[np.float32]

MOST_FORWARD_TOKENS = 8192
"""At once, where long texts have many windows: hundreds, for some. As many as one text has that fills the longest common window."""
MOST_MULTI_VECTOR_BYTES = 24 * 1024 * 1024
"""Of one text: what fits a message of 32 MiB with room to spare. 6,144 rows of 1,024 numbers in float32."""


class Forward(Protocol):
    """A way through the model: plain or packed."""

    def __call__(self, ids: Sequence[Sequence[int]]) -> Floats:
        """Run texts of token ids; float32 (n, dimensions), in their order, not yet normalised."""
        ...

    def states(self, ids: Sequence[Sequence[int]]) -> list[Floats]:
        """Run texts of token ids; the last hidden states of each before pooling, float32 (tokens, hidden)."""
        ...

    def pooled(self, states: Sequence[Floats]) -> Floats:
        """Return what `__call__` would, from the states of `states`."""
        ...


class Encoder:
    """A model, ready to encode."""

    def __init__(
        self,
        forward: Forward,
        *,
        tokenizer: WindowTokenizer,
        facts: ModelFacts,
        default_prompt: str,
        heads: Heads = NO_HEADS,
    ) -> None:
        self._forward = forward
        self._tokenizer = tokenizer
        self._special_ids = tokenizer.special_ids
        self._default_prompt = default_prompt
        self._heads = heads
        self.facts = facts

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return one outcome for each text, in order.

        Raises:
            InvalidOption: the options ask for what the model does not have.

        """
        self.facts.check(options)
        asked = self.facts.prompt_for(options)
        prompt = self._default_prompt if asked is None else asked
        tokenized = self._tokenizer.tokenize(texts, prompt=prompt, overlong=options.overlong)
        refusals = [self._refusal(text, options) for text in tokenized]
        fit = [text for text, refusal in zip(tokenized, refusals, strict=True) if refusal is None]
        readings = self._read(fit, options)
        answers = iter(outcomes(fit, readings, options, self._special_ids))
        return [refusal or next(answers) for refusal in refusals]

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text without a prompt."""
        return self._tokenizer.tokens(texts)

    def raw(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of `texts` as the model gives them: no prompt, not normalised, float32 (n, dimensions)."""
        return self._forward([text.windows[0].ids for text in self._tokenizer.tokenize(texts)])

    def _refusal(self, text: TokenizedText, options: EncodeOptions) -> TextTooLong | InvalidText | None:
        if not text.tokens_total:  # some tokenizers put no special tokens around a text
            return InvalidText("The text has no tokens for this model to read.")
        if options.overlong is Overlong.ERROR and text.tokens_used < text.tokens_total:
            return TextTooLong(
                f"The text has {text.tokens_total} tokens, the model takes {self.facts.max_tokens}."
            )
        if OutputKind.MULTI_VECTOR in options.outputs:
            size = text.tokens_used * row_bytes(self._heads.columns, options.element_type)
            if size > MOST_MULTI_VECTOR_BYTES:
                return TextTooLong(
                    f"The vectors of the text's {text.tokens_used} tokens take {size} bytes as {options.element_type};"
                    f" an answer holds {MOST_MULTI_VECTOR_BYTES}."
                )
        return None

    def _read(self, texts: Sequence[TokenizedText], options: EncodeOptions) -> Readings:
        """Run the windows of `texts`; nothing is computed that nobody asked for."""
        readings = Readings([], [], [])
        ids = [window.ids for text in texts for window in text.windows]
        # One window a text: then the slice is as large as whoever cut it wanted it to be.
        most_tokens = MOST_FORWARD_TOKENS if len(ids) > len(texts) else sum(map(len, ids))
        for portion in portions(ids, most_tokens):
            if options.outputs == DENSE_ONLY:
                readings.vectors.extend(self._forward(portion))
                continue
            states = self._forward.states(portion)
            if OutputKind.DENSE in options.outputs:
                readings.vectors.extend(self._forward.pooled(states))
            if OutputKind.SPARSE in options.outputs and self._heads.sparse:
                readings.weights.extend(token_weights(self._heads.sparse, window) for window in states)
            if OutputKind.MULTI_VECTOR in options.outputs and self._heads.multi_vector:
                readings.rows.extend(self._heads.multi_vector(window) for window in states)
        return readings
