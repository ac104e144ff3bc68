"""What models are for."""

from enum import StrEnum

from vectrayd.domain.errors import InvalidOption


class ModelKind(StrEnum):
    """What a model does with texts."""

    EMBEDDING = "embedding"
    """Turns each into vectors."""
    RERANKER = "reranker"
    """Reads each together with a query, and gives a score."""


_OTHERWISE = {
    ModelKind.EMBEDDING: "is a reranker: it scores texts against a query and gives no vectors.",
    ModelKind.RERANKER: "gives vectors and no scores: only a reranker reads texts together with a query.",
}
"""What is told, after the model's name, to who took it for one of this kind."""


def check_kind(model: str, kind: ModelKind, *, wanted: ModelKind) -> None:
    """Refuse a model that is of another kind than is `wanted`, by InvalidOption."""
    if kind is not wanted:
        raise InvalidOption(f"{model} {_OTHERWISE[wanted]}")
