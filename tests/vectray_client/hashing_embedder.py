"""An embedder without a daemon and without a model: equal texts, equal vectors."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.vectray_client.store.documents import DIMENSIONS, vector_of

from vectray_client.domain import EmbeddingModel
from vectray_client.sdk.errors import DaemonUnavailable, RequestRefused, TextRefused


class Killed(BaseException):
    """Stands for the end of the process."""


class HashingEmbedder:
    """Notes every text that it is given. Its models are named `hashing X`, for any letter; the first is the default."""

    def __init__(self, tokenizer_file: str, *, letters: str = "fe") -> None:
        self.given: list[str] = []
        self.calls: list[tuple[str, int]] = []
        """Lane and number of texts of each call."""
        self.refused_words: tuple[str, ...] = ()
        self.dies_after: int | None = None
        self.is_away = False
        self.asked = 0
        """How often the daemon was asked for anything, whether it was there or not."""
        self._tokenizer_file = Path(tokenizer_file)
        self._letters = letters
        self._upgraded: dict[str, str] = {}

    def upgrade(self, former: str, letter: str) -> None:
        """Be the daemon of another release, for which a model's name means another model."""
        self._letters = self._letters.replace(former, letter)
        self._upgraded[former] = letter

    def model(self, name: str = "") -> EmbeddingModel:
        """The model that it claims to have."""
        self._ask()
        letter = name.removeprefix("hashing ") or self._letters[0]
        letter = self._upgraded.get(letter, letter)
        if letter not in self._letters:
            raise RequestRefused("There is no such model.", reason="UNKNOWN_MODEL")
        return model_of(letter)

    def known_model(self, fingerprint: str) -> EmbeddingModel | None:
        """The same, without the daemon."""
        return model_of(fingerprint[:1])

    def tokenizer_file(self, _: str) -> Path:
        """A tokenizer for which every word is a token."""
        return self._tokenizer_file

    def passages(
        self, texts: Sequence[str], *, model: EmbeddingModel, lane: str
    ) -> list[NDArray[np.float32] | TextRefused]:
        """Answer texts."""
        self._ask()
        if model.fingerprint[:1] not in self._letters:
            raise RequestRefused("The vectors are others by now.", reason="FINGERPRINT_MISMATCH")
        if self.dies_after is not None and len(self.given) + len(texts) > self.dies_after:
            raise Killed
        self.given.extend(texts)
        self.calls.append((lane, len(texts)))
        return [self._answer(text) for text in texts]

    def _ask(self) -> None:
        self.asked += 1
        if self.is_away:
            raise DaemonUnavailable("It is away.")

    def _answer(self, text: str) -> NDArray[np.float32] | TextRefused:
        if any(word in text for word in self.refused_words):
            return TextRefused("It is refused.", reason="TEST")
        return vector_of(text)


def model_of(letter: str) -> EmbeddingModel:
    """The model `hashing X`."""
    return EmbeddingModel(
        name=f"hashing {letter}", fingerprint=letter * 64, dimensions=DIMENSIONS, max_passage_tokens=64
    )
