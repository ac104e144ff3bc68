"""What the daemon's answers become in a Python program. Pure."""

import warnings
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.errors import TextRefused

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]
_FLOAT32 = np.dtype("<f4")


class TruncationWarning(UserWarning):
    """Some texts were longer than the model's window; their ends are not in their vectors."""


class Sparse(NamedTuple):
    """Weights of some entries of the model's vocabulary."""

    token_ids: NDArray[np.uint32]
    """(n,), ascending."""
    weights: NDArray[np.float32]
    """(n,)."""


class Encoded(NamedTuple):
    """The answer to one text: what was asked for, or an error. A named tuple, because a stream makes tens of thousands a second."""

    vector: Vector | None
    """float32 (dimensions,); None where there is an error, or no dense vector was asked for."""
    error: TextRefused | None = None
    tokens_used: int = 0
    """Tokens that the model saw, special tokens and prompt included."""
    tokens_total: int = 0
    """Tokens of the whole text, counted the same way."""
    fingerprint: str = ""
    """Names the vector space: only vectors of equal fingerprint may be compared."""
    sparse: Sparse | None = None
    multi_vector: Vectors | None = None
    """float32 (rows, columns), a row for each token but the first."""

    @property
    def truncated(self) -> bool:
        """Whether part of the text is not in the vector."""
        return self.tokens_used < self.tokens_total


def encoded(result: pb.ItemResult, fingerprint: str) -> Encoded:
    """Read the answer to one item; its numbers are float32."""
    if result.HasField("error"):
        return Encoded(None, TextRefused(result.error.message, reason=result.error.reason))
    embedding = result.embedding
    vector = embedding.vector
    return Encoded(
        _floats(vector) if vector else None,
        None,
        embedding.tokens_used,
        embedding.tokens_total,
        fingerprint,
        _sparse(embedding.sparse) if embedding.HasField("sparse") else None,
        _rows(embedding.multi_vector) if embedding.HasField("multi_vector") else None,
    )


def scores(response: pb.SimilarityResponse, *, pairwise: bool) -> Vectors:
    """Read scores as float32 (n, m), or (n,) for pairs."""
    matrix = response.scores
    found = _floats(matrix.data).reshape(matrix.rows, matrix.columns)
    return found[:, 0] if pairwise else found


def in_order(answers: Iterable[tuple[int, Encoded]]) -> list[Encoded]:
    """Return the answers of a stream whose ids are the positions 0 to n - 1.

    Warns with TruncationWarning, in the name of the caller's caller, if a text was cut.

    Raises:
        TextRefused: one of them is an error.

    """
    by_position = dict(answers)
    ordered = [by_position[position] for position in range(len(by_position))]
    for position, answer in enumerate(ordered):
        if answer.error:
            raise TextRefused(f"Text {position}: {answer.error}", reason=answer.error.reason)
    truncated = sum(answer.truncated for answer in ordered)
    if truncated:
        message = f"{truncated} of {len(ordered)} texts are longer than the model's window and were cut"
        warnings.warn(message, TruncationWarning, stacklevel=3)
    return ordered


def stacked(answers: Sequence[Encoded], dimensions: int) -> Vectors:
    """Gather the dense vectors of `answers` into float32 (n, dimensions)."""
    vectors = np.empty((len(answers), dimensions), np.float32)
    for position, answer in enumerate(answers):
        vectors[position] = answer.vector
    return vectors


def _floats(data: bytes) -> Vector:
    return np.frombuffer(bytearray(data), _FLOAT32)  # a copy, at half the price of numpy's own


def _sparse(message: pb.SparseVector) -> Sparse:
    return Sparse(np.frombuffer(message.token_ids, "<u4").astype(np.uint32), _floats(message.weights))


def _rows(message: pb.MultiVector) -> Vectors:
    return _floats(message.vectors).reshape(message.rows, message.columns)
