"""Encoding that no single text spoils for the others, and that asks for no more at once than the memory held before."""

import sys
from collections.abc import Callable, Sequence

from vectrayd.domain.embedding import Outcome
from vectrayd.domain.errors import ModelFailed, VectrayError
from vectrayd.domain.options import EncodeOptions

Encode = Callable[[Sequence[str], EncodeOptions], list[Outcome]]


class Halving:
    """Runs texts together; where that fails, each half on its own, down to the text that fails alone. May be called by several threads."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._most_characters = sys.maxsize
        """What fitted into memory, once something did not."""

    def __call__(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return one outcome for each text, in order. Never raises."""
        if len(texts) > 1 and sum(map(len, texts)) > self._most_characters:
            return self._halves(texts, options)
        try:
            return self._encode(texts, options)
        except VectrayError as error:
            return [error] * len(texts)
        except BaseException as error:  # noqa: BLE001 - every text is answered, and a panic in Rust is no `Exception`
            kind = type(error).__name__
        if kind.endswith(
            ("MemoryError", "OutOfMemoryError")
        ):  # Python's, or torch's, which this file does not know
            self._most_characters = min(self._most_characters, sum(map(len, texts)) // 2)
        if len(texts) == 1:
            return [ModelFailed(f"The model failed on this text ({kind}).")]
        return self._halves(texts, options)

    def _halves(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        half = len(texts) // 2
        return self(texts[:half], options) + self(texts[half:], options)
