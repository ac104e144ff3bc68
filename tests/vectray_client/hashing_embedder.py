"""An embedder without a daemon and without a model: equal texts, equal vectors."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.vectray_client.index.documents import DIMENSIONS, vector_of

from vectray_client.domain import EmbeddingModel
from vectray_client.sdk.errors import TextRefused

READ_AHEAD = 6


class Killed(BaseException):
    """Stands for the end of the process."""


class HashingEmbedder:
    """Notes every text that it is given. Reads ahead and answers in another order, as the daemon does."""

    def __init__(self, tokenizer_file: str, *, fingerprint: str = "f" * 64) -> None:
        self.given: list[str] = []
        self.refused_words: tuple[str, ...] = ()
        self.dies_after: int | None = None
        self._tokenizer_file = Path(tokenizer_file)
        self._fingerprint = fingerprint

    def model(self) -> EmbeddingModel:
        """The model that it claims to have."""
        return EmbeddingModel(
            name=f"hashing {self._fingerprint[:1]}",
            fingerprint=self._fingerprint,
            dimensions=DIMENSIONS,
            max_passage_tokens=64,
        )

    def tokenizer_file(self) -> Path:
        """A tokenizer for which every word is a token."""
        return self._tokenizer_file

    def passages(
        self, texts: Iterable[tuple[bytes, str]]
    ) -> Iterator[tuple[bytes, NDArray[np.float32] | TextRefused]]:
        """Answer texts, the last of each few first."""
        source = iter(texts)
        while batch := list(islice(source, READ_AHEAD)):
            for key, text in reversed(batch):
                if len(self.given) == self.dies_after:
                    raise Killed
                self.given.append(text)
                refused = any(word in text for word in self.refused_words)
                yield key, TextRefused("It is refused.", reason="TEST") if refused else vector_of(text)
