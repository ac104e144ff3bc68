"""Embeds passages and queries with one model of the daemon, which is not asked for anything before it is needed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import EmbeddingModel
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.errors import TextRefused
from vectray_client.sdk.results import Encoded

Vector = NDArray[np.float32]
Key = bytes

_FRAME_TOKENS = 16
"""Kept free of passages for special tokens and the document prompt; the catalogue's longest takes nine."""


class Embedder:
    """A model of the daemon. `connect` is called when it is first needed; the connection ends with the `with` block."""

    def __init__(self, connect: Callable[[], Daemon], *, model: str, tokenizers: Path) -> None:
        """`model` is a name, empty for the daemon's default; `tokenizers` a folder in which tokenizers are kept."""
        self._connect = connect
        self._name = model
        self._tokenizers = tokenizers
        self._open = ExitStack()
        self._daemon: Daemon | None = None
        self._model: EmbeddingModel | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def model(self) -> EmbeddingModel:
        """Return the model, loaded now if need be, its tokenizer put among the `tokenizers`.

        Raises:
            VectrayClientError: the daemon cannot be reached, or does not have the model.

        """
        if self._model is None:
            known = [file.stem for file in self._tokenizers.glob("*.json")]
            answer = self._connected().tokenizer(self._name)
            model = answer.model
            if answer.json and model.fingerprint not in known:
                self._keep(model.fingerprint, answer.json)
            self._model = EmbeddingModel(
                name=model.name,
                fingerprint=model.fingerprint,
                dimensions=model.dimensions,
                max_passage_tokens=model.max_tokens - _FRAME_TOKENS,
            )
        return self._model

    def tokenizer_file(self) -> Path:
        """Return the path of the model's `tokenizer.json`."""
        return self._tokenizers / f"{self.model().fingerprint}.json"

    def passages(self, texts: Iterable[tuple[Key, str]]) -> Iterator[tuple[Key, Vector | TextRefused]]:
        """Embed passages, given by key, in the order in which they are done; `texts` is read ahead.

        Yields unit vectors, float32 (dimensions,), or why a text has none.
        """
        model = self.model()
        for key, answer in self._connected().encode_stream(
            texts, model=model.name, task="document", lane="bulk", fingerprint=model.fingerprint
        ):
            yield key, _one_of(answer)

    def query(self, text: str, *, fingerprint: str) -> Vector:
        """Embed a question: a unit vector, float32 (dimensions,).

        Raises:
            RequestRefused: the model's vectors no longer have this fingerprint.

        """
        answers = self._connected().encode_stream(
            [(0, text)], model=self._name, task="query", lane="interactive", fingerprint=fingerprint
        )
        ((_, answer),) = answers
        vector = _one_of(answer)
        if isinstance(vector, TextRefused):
            raise vector
        return vector

    def _connected(self) -> Daemon:
        if self._daemon is None:
            self._daemon = self._open.enter_context(self._connect())
        return self._daemon

    def _keep(self, fingerprint: str, json: bytes) -> None:
        self._tokenizers.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._tokenizers / f".{fingerprint}.unfinished"
        unfinished.write_bytes(json)
        unfinished.replace(self._tokenizers / f"{fingerprint}.json")


def _one_of(answer: Encoded) -> Vector | TextRefused:
    if answer.vector is None:
        return answer.error or TextRefused("The text has no vector.", reason="INTERNAL")
    return answer.vector
