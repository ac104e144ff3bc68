"""How texts are to be encoded."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from vectrayd.domain.kinds import ModelKind


class Lane(IntEnum):
    """Who waits for the work; a smaller number goes first."""

    INTERACTIVE = 1
    NORMAL = 2
    BULK = 3
    IDLE = 4


class ElementType(StrEnum):
    """The type of a vector's numbers."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT8 = "int8"
    BINARY = "binary"


class Overlong(StrEnum):
    """What becomes of a text that has more tokens than the model's window."""

    ERROR = "error"
    TRUNCATE = "truncate"
    CHUNK_MEAN = "chunk-mean"


class OutputKind(StrEnum):
    """What a model can be asked for."""

    DENSE = "dense"
    SPARSE = "sparse"
    MULTI_VECTOR = "multi-vector"


DENSE_ONLY = frozenset({OutputKind.DENSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Which of the model's prompts goes before a text."""

    name: str
    required: bool
    """True if it was asked for by name: a model without it is an error then. A role that has no prompt just has none."""


QUERY = Prompt(name="query", required=False)
DOCUMENT = Prompt(name="document", required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeOptions:
    """Everything that decides what a text's vector looks like, or its score, the model apart. Texts of equal options may share a batch."""

    prompt: Prompt | None = None
    """None for the model's own default."""
    normalize: bool = True
    dimensions: int = 0
    """Keep only the first ones; 0 for all."""
    element_type: ElementType = ElementType.FLOAT32
    overlong: Overlong = Overlong.TRUNCATE
    outputs: frozenset[OutputKind] = DENSE_ONLY
    fingerprint: str = ""
    """Of the model that the caller was told of; empty for any. A worker may come back with other weights, or on another device."""
    query: str | None = None
    """What a reranker scores texts against, which it reads before each of them; None where vectors are asked for."""

    @property
    def kind(self) -> ModelKind:
        """What kind of model can be asked for this."""
        return ModelKind.EMBEDDING if self.query is None else ModelKind.RERANKER


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a caller says of its texts, before anybody has looked at the model."""

    model: str = ""
    """Name of a model; empty for the default."""
    options: EncodeOptions = EncodeOptions()
    lane: Lane = Lane.NORMAL
    client: str = ""
    """Name of the calling program; shares of the machine are fair between names."""
    fingerprint: str = ""
    """Which the vectors must have; empty for any."""
