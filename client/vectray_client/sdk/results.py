"""What the daemon's answers become in a Python program. Pure."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.errors import TextRefused

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
