"""Texts to token ids, with the whole length known and the window kept.

The tokenizer's own truncation is switched off (some models ship with a shorter one baked in than their window), so that the number
of tokens of the whole text is known and cutting is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from vectrayd.domain.embedding import Tokens
from vectrayd.domain.options import Overlong
from vectrayd.runtime.windows import Window, cut


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizedText:
    """What of a text goes into the model, and how many tokens the whole text has."""

    windows: Sequence[Window]
    tokens_total: int

    @property
    def tokens_used(self) -> int:
        """Tokens that the model sees; what is repeated from window to window counts once. Several windows are the whole text."""
        return len(self.windows[0].ids) if len(self.windows) == 1 else self.tokens_total


class WindowTokenizer:
    """A model's tokenizer and window."""

    def __init__(self, tokenizer: Tokenizer, *, max_tokens: int) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        special = tokenizer.encode("a").special_tokens_mask
        self._closing = len(special) - 1 - max(i for i, is_special in enumerate(special) if not is_special)

    @property
    def special_ids(self) -> frozenset[int]:
        """Ids of the tokens that stand for no part of a text, the unknown token among them."""
        added = self._tokenizer.get_added_tokens_decoder()
        return frozenset(token_id for token_id, token in added.items() if token.special)

    def tokenize(
        self, texts: Sequence[str], *, prompt: str = "", overlong: Overlong = Overlong.TRUNCATE
    ) -> list[TokenizedText]:
        """Tokenize `texts`, each behind `prompt`.

        Of a text that is too long, TRUNCATE cuts off the end, never the special tokens that close it. CHUNK_MEAN makes several windows.
        ERROR is the caller's: as TRUNCATE.

        Raises:
            InvalidOption: the prompt leaves no room for a text that is to be cut into windows.

        """
        whole = [prompt + text for text in texts]
        return [
            TokenizedText(
                windows=self._windows(text, encoding.ids, len(prompt), overlong),
                tokens_total=len(encoding.ids),
            )
            for text, encoding in zip(whole, self._tokenizer.encode_batch_fast(whole), strict=True)
        ]

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return all tokens of each text, with the characters that they stand for."""
        return [
            Tokens(np.asarray(encoding.ids, "<u4").tobytes(), np.asarray(encoding.offsets, "<u4").tobytes())
            for encoding in self._tokenizer.encode_batch(list(texts))
        ]

    def _windows(
        self, text: str, ids: list[int], prompt_characters: int, overlong: Overlong
    ) -> Sequence[Window]:
        if len(ids) <= self._max_tokens:
            return (Window(ids),)
        if overlong is Overlong.CHUNK_MEAN:
            opening = self._opening(text, prompt_characters)
            return cut(ids, opening=opening, closing=self._closing, max_tokens=self._max_tokens)
        kept = self._max_tokens - self._closing
        return (Window(ids[:kept] + ids[len(ids) - self._closing :]),)

    def _opening(self, text: str, prompt_characters: int) -> int:
        """Count the tokens before the text's own. One that spans the border belongs to the text."""
        encoding = self._tokenizer.encode(text)  # unlike the fast one, it knows of characters
        own = (
            at
            for at, (special, (_, end)) in enumerate(
                zip(encoding.special_tokens_mask, encoding.offsets, strict=True)
            )
            if not special and end > prompt_characters
        )
        return next(own, len(encoding.ids) - self._closing)
