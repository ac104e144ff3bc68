"""What the daemon's answers become in a Python program. Pure."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import models_pb2
from vectray_client.sdk.errors import RequestRefused, TextRefused

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]


class TruncationWarning(UserWarning):
    """Some texts were longer than the model's window; their ends are not in their vectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """The answer to one text of a stream: a vector or an error, never both."""

    vector: Vector | None
    """float32 (dimensions,); None where `error` is set."""
    error: TextRefused | None = None
    tokens_used: int = 0
    """Tokens that the model saw, special tokens and prompt included."""
    tokens_total: int = 0
    """Tokens of the whole text, counted the same way."""
    fingerprint: str = ""
    """Names the vector space: only vectors of equal fingerprint may be compared."""

    @property
    def truncated(self) -> bool:
        """Whether part of the text is not in the vector."""
        return self.tokens_used < self.tokens_total


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """One model, as the daemon tells of it."""

    name: str
    state: str
    """absent, available, loading, ready, degraded or failed."""
    reason: str
    """Why, for states that need one."""
    fingerprint: str
    """Empty until the model was loaded once."""
    dimensions: int
    max_tokens: int
    """Tokens per text, special tokens included."""
    prompts: Mapping[str, str]
    rss_bytes: int
    is_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonState:
    """The running daemon and its models."""

    version: str
    contract_revision: int
    pid: int
    rss_bytes: int
    models: Sequence[ModelState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenizer:
    """A model's tokenizer, for counting tokens where the texts are."""

    model: ModelState
    json: bytes | None
    """In the format of the `tokenizers` library; None if the caller said that it has this one."""


def encoded(result: pb.ItemResult, fingerprint: str) -> Encoded:
    """Read the answer to one item; its vector is float32."""
    if result.WhichOneof("outcome") == "error":
        return Encoded(vector=None, error=TextRefused(result.error.message, reason=result.error.reason))
    embedding = result.embedding
    return Encoded(
        vector=np.frombuffer(embedding.vector, "<f4").copy(),
        tokens_used=embedding.tokens_used,
        tokens_total=embedding.tokens_total,
        fingerprint=fingerprint,
    )


def model_state(model: models_pb2.Model) -> ModelState:
    """Read what the daemon tells of a model."""
    return ModelState(
        name=model.name,
        state=models_pb2.ModelState.Name(model.state).removeprefix("MODEL_STATE_").lower(),
        reason=model.state_reason,
        fingerprint=model.fingerprint,
        dimensions=model.dimensions,
        max_tokens=model.max_tokens,
        prompts=dict(model.prompts),
        rss_bytes=model.rss_bytes,
        is_default=model.is_default,
    )


def daemon_state(response: models_pb2.ModelServiceListResponse) -> DaemonState:
    """Read what the daemon tells of itself."""
    return DaemonState(
        version=response.daemon.version,
        contract_revision=response.daemon.contract_revision,
        pid=response.daemon.pid,
        rss_bytes=response.daemon.rss_bytes,
        models=[model_state(model) for model in response.models],
    )


def tokenizer(responses: Sequence[models_pb2.GetTokenizerResponse]) -> Tokenizer:
    """Join the pieces of a tokenizer."""
    if not responses:
        raise RequestRefused("The daemon sent no tokenizer.", reason="INTERNAL")
    data = b"".join(response.json_piece for response in responses)
    return Tokenizer(model=model_state(responses[0].model), json=data or None)


def scores(response: pb.SimilarityResponse, *, pairwise: bool) -> Vectors:
    """Read scores as float32 (n, m), or (n,) for pairs."""
    matrix = response.scores
    found = np.frombuffer(matrix.data, "<f4").copy().reshape(matrix.rows, matrix.columns)
    return found[:, 0] if pairwise else found


def stacked(answers: Iterable[tuple[int, Encoded]], dimensions: int) -> Vectors:
    """Gather the answers of a stream whose ids are the positions 0 to n - 1 into float32 (n, dimensions).

    Warns with TruncationWarning if a text was cut.

    Raises:
        TextRefused: one of them is an error.

    """
    by_position = dict(answers)
    vectors = np.empty((len(by_position), dimensions), np.float32)
    for position, answer in sorted(by_position.items()):
        if answer.error:
            raise TextRefused(f"Text {position}: {answer.error}", reason=answer.error.reason)
        vectors[position] = answer.vector
    truncated = sum(answer.truncated for answer in by_position.values())
    if truncated:
        message = f"{truncated} of {len(by_position)} texts are longer than the model's window and were cut"
        warnings.warn(message, TruncationWarning, stacklevel=3)
    return vectors
