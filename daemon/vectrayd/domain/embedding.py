"""What comes out of encoding texts."""

from collections.abc import Sequence
from typing import NamedTuple

from vectrayd.domain.errors import VectrayError


class Sparse(NamedTuple):
    """Weights of some entries of the vocabulary."""

    token_ids: bytes
    """Little-endian uint32, ascending."""
    weights: bytes
    """Little-endian float32, one for each token id; all of them finite."""


class MultiVector(NamedTuple):
    """A vector for each token."""

    vectors: bytes
    """Row after row, little-endian numbers of the element type that was asked for; all of them finite."""
    rows: int
    columns: int
    scale: float = 0.0
    """Factor from int8 back to numbers; 0 for other types."""


class Embedding(NamedTuple):
    """One text's vectors, with the truth about them. A named tuple, because the daemon makes tens of thousands a second.

    A reranker's is a vector of one number, the score, in float32.
    """

    vector: bytes
    """Little-endian numbers of the element type that was asked for, all of them finite; empty where no dense vector was asked for."""
    tokens_used: int
    """Tokens that the model saw, special tokens and prompt or query included."""
    tokens_total: int
    """Tokens of the whole text, counted the same way."""
    scale: float = 0.0
    """Factor from int8 back to numbers; 0 for other types."""
    sparse: Sparse | None = None
    multi_vector: MultiVector | None = None

    @property
    def truncated(self) -> bool:
        """Whether part of the text is not in the vector."""
        return self.tokens_used < self.tokens_total


Outcome = Embedding | VectrayError
"""What every admitted text ends in, exactly once."""


class Tokens(NamedTuple):
    """One text as the tokenizer divides it, special tokens included."""

    ids: bytes
    """Little-endian uint32."""
    offsets: bytes
    """Start and end character of each token, two little-endian uint32 each; equal for special tokens."""


class Encoded(NamedTuple):
    """What a worker answers to a slice."""

    outcomes: Sequence[Outcome]
    """One for each text, in order."""
    seconds: float
    """That it cost one stream: processor time where the model runs on the processor, else the time that passed."""
    tokens: int
    """That went through the model."""
