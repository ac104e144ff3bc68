"""What comes out of encoding a text."""

from dataclasses import dataclass

from vectrayd.domain.errors import VectrayError


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """One text's vector, with the truth about it."""

    vector: bytes
    """Little-endian numbers of the element type that was asked for; all of them finite."""
    tokens_used: int
    """Tokens that the model saw, special tokens and prompt included."""
    tokens_total: int
    """Tokens of the whole text, counted the same way."""
    scale: float = 0.0
    """Factor from int8 back to numbers; 0 for other types."""

    @property
    def truncated(self) -> bool:
        """Whether part of the text is not in the vector."""
        return self.tokens_used < self.tokens_total


Outcome = Embedding | VectrayError
"""What every admitted text ends in, exactly once."""
