"""Embeds passages and queries with the daemon's models. The daemon is not asked for anything before it is needed."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import EmbeddingModel
from vectray_client.embed.tokenizer_folder import (
    keep_model,
    keep_tokenizer,
    known_model,
    newest_fingerprint,
    tokenizer_path,
)
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.errors import TextRefused
from vectray_client.sdk.requests import Lane
from vectray_client.sdk.results import Encoded
from vectray_client.sdk.states import ModelState, check_embeds
from vectray_client.sdk.tokens import Estimate

Vector = NDArray[np.float32]

_FRAME_TOKENS = 16
"""Kept free of passages for special tokens and the document prompt; the catalogue's longest takes nine."""
_PATIENCE_SECONDS = 60.0
"""A person waits for the answer, perhaps while the model is being loaded."""


class Embedder:
    """The daemon's models. `connect` is called when it is first needed; the connection ends with the `with` block.

    To be used from any thread.
    """

    def __init__(self, connect: Callable[[], Daemon], *, tokenizers: Path) -> None:
        """`tokenizers` is a folder in which tokenizers are kept."""
        self._connect = connect
        self._tokenizers = tokenizers
        self._lock = threading.Lock()
        self._is_entered = False
        self._daemon: Daemon | None = None

    def __enter__(self) -> Self:
        self._is_entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_entered = False
            daemon, self._daemon = self._daemon, None
        if daemon:
            daemon.close()

    def model(self, name: str = "") -> EmbeddingModel:
        """Return a model by name, the daemon's default without one; loaded now if need be, its tokenizer put among the `tokenizers`.

        Raises:
            VectrayClientError: the daemon cannot be reached, or does not have the model, or it gives no vectors.
            OSError: the tokenizer cannot be kept.

        """
        known = newest_fingerprint(self._tokenizers)
        answer = self._connected().tokenizer(name, known_fingerprint=known)
        check_embeds(answer.model)
        if answer.json:
            keep_tokenizer(self._tokenizers, answer.model.fingerprint, answer.json)
        model = EmbeddingModel(
            name=answer.model.name,
            fingerprint=answer.model.fingerprint,
            dimensions=answer.model.dimensions,
            max_passage_tokens=answer.model.max_tokens - _FRAME_TOKENS,
        )
        keep_model(self._tokenizers, model)
        return model

    def known_model(self, fingerprint: str) -> EmbeddingModel | None:
        """Return a model that `model` has returned before, on this machine, whether the daemon is there or not."""
        return known_model(self._tokenizers, fingerprint)

    def tokenizer_file(self, fingerprint: str) -> Path:
        """Return the path of the `tokenizer.json` of a model that `model` has returned before."""
        return tokenizer_path(self._tokenizers, fingerprint)

    def passages(
        self, texts: Sequence[str], *, model: EmbeddingModel, lane: Lane
    ) -> list[Vector | TextRefused]:
        """Embed a few passages: for each a unit vector, float32 (dimensions,), or why it has none.

        Raises:
            RequestRefused: the daemon does not have the model, or its vectors no longer have this fingerprint.
            DaemonUnavailable: the daemon was lost and could not be brought back.

        """
        answers = dict(
            self._connected().encode_stream(
                enumerate(texts),
                model=model.name,
                task="document",
                lane=lane,
                fingerprint=model.fingerprint,
            )
        )
        return [_one_of(answers[position]) for position in range(len(texts))]

    def query(
        self, text: str, *, model: str, fingerprint: str, timeout_seconds: float = _PATIENCE_SECONDS
    ) -> Vector:
        """Embed a question with the model of this name, ahead of all that nobody waits for: a unit vector, float32 (dimensions,).

        Raises:
            RequestRefused: the model's vectors no longer have this fingerprint.
            TextRefused: the question cannot be embedded.
            DaemonUnavailable: the daemon cannot be reached, or did not answer in time.

        """
        (answer,) = self._connected().encode(
            [text],
            model=model,
            task="query",
            outputs=("dense",),
            lane="interactive",
            fingerprint=fingerprint,
            timeout_seconds=timeout_seconds,
        )
        vector = _one_of(answer)
        if isinstance(vector, TextRefused):
            raise vector
        return vector

    def sentences(
        self, texts: Sequence[str], *, model: str, fingerprint: str, timeout_seconds: float
    ) -> list[Vector | TextRefused]:
        """Embed sentences of passages likewise: for each a unit vector, float32 (dimensions,), or why it has none.

        Raises:
            RequestRefused, DaemonUnavailable: as `query`.

        """
        answers = self._connected().encode(
            texts,
            model=model,
            task="document",
            outputs=("dense",),
            lane="interactive",
            fingerprint=fingerprint,
            timeout_seconds=timeout_seconds,
        )
        return list(map(_one_of, answers))

    def rerank(self, query: str, texts: Sequence[str], *, timeout_seconds: float) -> list[float | None]:
        """Have the daemon's reranker score texts against a question: 0 to 1 each, None for one that cannot be scored.

        Raises:
            RequestRefused: the daemon has no reranker, or cannot load it.
            TextRefused: the question is no text.
            DaemonUnavailable: the daemon cannot be reached, or did not answer in time.

        """
        scored = self._connected().rerank(query, texts, lane="interactive", timeout_seconds=timeout_seconds)
        return [each.score for each in scored]

    def foresee(self, model: str, *, texts: int, size_bytes: int) -> tuple[ModelState, Estimate]:
        """Return what the daemon tells of a model, its default without a name, and what so much text, in UTF-8, would cost it. Loads none.

        Raises:
            RequestRefused: the daemon does not have the model.
            DaemonUnavailable: the daemon cannot be reached.

        """
        daemon = self._connected()
        state = daemon.model(model)
        return state, daemon.estimate(texts, size_bytes, model=state.name)

    def is_loading(self, model: str) -> bool:
        """Whether the daemon is about to load a model of this name.

        Raises:
            VectrayClientError: the daemon cannot be reached.

        """
        models = self._connected().state().models
        return any(each.name == model and each.state == "loading" for each in models)

    def _connected(self) -> Daemon:
        with self._lock:
            if not self._is_entered:
                raise RuntimeError("an embedder is used inside its `with` block, which closes its connection")
            if self._daemon is None:
                self._daemon = self._connect()
            return self._daemon


def _one_of(answer: Encoded) -> Vector | TextRefused:
    if answer.vector is None:
        return answer.error or TextRefused("The text has no vector.", reason="INTERNAL")
    return answer.vector
