"""Texts to token ids, with the whole length known and the window kept.

The tokenizer's own truncation is switched off (some models ship with a shorter one baked in than their window), so that the number
of tokens of the whole text is known and cutting is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from vectrayd.domain.embedding import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizedText:
    """The ids that go into the model, and how many the whole text has."""

    ids: tuple[int, ...]
    tokens_total: int

    @property
    def truncated(self) -> bool:
        """Whether the window cut something off."""
        return len(self.ids) < self.tokens_total


class WindowTokenizer:
    """A model's tokenizer and window."""

    def __init__(self, tokenizer: Tokenizer, *, max_tokens: int) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        special = tokenizer.encode("a").special_tokens_mask
        self._suffix_length = (
            len(special) - 1 - max(i for i, is_special in enumerate(special) if not is_special)
        )

    def tokenize(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Tokenize `texts`. Too long ones lose the end of the text, never the special tokens that close it."""
        return [
            TokenizedText(ids=self._cut(encoding.ids), tokens_total=len(encoding.ids))
            for encoding in self._tokenizer.encode_batch_fast(list(texts))
        ]

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return all tokens of each text, with the characters that they stand for."""
        return [
            Tokens(np.asarray(encoding.ids, "<u4").tobytes(), np.asarray(encoding.offsets, "<u4").tobytes())
            for encoding in self._tokenizer.encode_batch(list(texts))
        ]

    def _cut(self, ids: list[int]) -> tuple[int, ...]:
        if len(ids) <= self._max_tokens:
            return tuple(ids)
        kept = self._max_tokens - self._suffix_length
        return tuple(ids[:kept] + ids[len(ids) - self._suffix_length :])
