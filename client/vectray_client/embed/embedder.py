"""Embeds passages and queries with one model of the daemon, which is not asked for anything before it is needed."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import EmbeddingModel
from vectray_client.embed.tokenizer_folder import keep_tokenizer, newest_fingerprint, tokenizer_path
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.errors import TextRefused
from vectray_client.sdk.results import Encoded

Vector = NDArray[np.float32]
Key = int

_FRAME_TOKENS = 16
"""Kept free of passages for special tokens and the document prompt; the catalogue's longest takes nine."""
_PATIENCE_SECONDS = 60.0
"""A person waits for the answer, perhaps while the model is being loaded."""


class Embedder:
    """A model of the daemon. `connect` is called when it is first needed; the connection ends with the `with` block."""

    def __init__(self, connect: Callable[[], Daemon], *, model: str, tokenizers: Path) -> None:
        """`model` is a name, empty for the daemon's default; `tokenizers` a folder in which tokenizers are kept."""
        self._connect = connect
        self._name = model
        self._tokenizers = tokenizers
        self._is_entered = False
        self._daemon: Daemon | None = None
        self._model: EmbeddingModel | None = None

    def __enter__(self) -> Self:
        self._is_entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_entered = False
        daemon, self._daemon = self._daemon, None
        if daemon:
            daemon.close()

    def model(self) -> EmbeddingModel:
        """Return the model, loaded now if need be, its tokenizer put among the `tokenizers`.

        Raises:
            VectrayClientError: the daemon cannot be reached, or does not have the model.
            OSError: the tokenizer cannot be kept.

        """
        if self._model is None:
            known = newest_fingerprint(self._tokenizers)
            answer = self._connected().tokenizer(self._name, known_fingerprint=known)
            model = answer.model
            if answer.json:
                keep_tokenizer(self._tokenizers, model.fingerprint, answer.json)
            self._model = EmbeddingModel(
                name=model.name,
                fingerprint=model.fingerprint,
                dimensions=model.dimensions,
                max_passage_tokens=model.max_tokens - _FRAME_TOKENS,
            )
        return self._model

    def tokenizer_file(self) -> Path:
        """Return the path of the model's `tokenizer.json`."""
        return tokenizer_path(self._tokenizers, self.model().fingerprint)

    def passages(self, texts: Iterable[tuple[Key, str]]) -> Iterator[tuple[Key, Vector | TextRefused]]:
        """Embed passages, given by key, in the order in which they are done; `texts` is read ahead.

        Yields unit vectors, float32 (dimensions,), or why a text has none.
        """
        model = self.model()
        for key, answer in self._connected().encode_stream(
            texts, model=model.name, task="document", lane="bulk", fingerprint=model.fingerprint
        ):
            yield key, _one_of(answer)

    def query(self, text: str, *, fingerprint: str, timeout_seconds: float = _PATIENCE_SECONDS) -> Vector:
        """Embed a question: a unit vector, float32 (dimensions,).

        Raises:
            RequestRefused: the model's vectors no longer have this fingerprint.
            TextRefused: the question cannot be embedded.
            DaemonUnavailable: the daemon cannot be reached, or did not answer in time.

        """
        answers = self._connected().encode_stream(
            [(0, text)],
            model=self._name,
            task="query",
            lane="interactive",
            fingerprint=fingerprint,
            timeout_seconds=timeout_seconds,
        )
        ((_, answer),) = answers
        vector = _one_of(answer)
        if isinstance(vector, TextRefused):
            raise vector
        return vector

    def _connected(self) -> Daemon:
        if not self._is_entered:
            raise RuntimeError("an embedder is used inside its `with` block, which closes its connection")
        if self._daemon is None:
            self._daemon = self._connect()
        return self._daemon


def _one_of(answer: Encoded) -> Vector | TextRefused:
    if answer.vector is None:
        return answer.error or TextRefused("The text has no vector.", reason="INTERNAL")
    return answer.vector
