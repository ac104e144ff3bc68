"""Outcomes of many texts as a few long values: what goes through a pipe in a fraction of the time that objects take. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from vectrayd.domain.embedding import Embedding, MultiVector, Outcome, Sparse
from vectrayd.domain.errors import VectrayError


class Columns(NamedTuple):
    """Outcomes, column by column; made by `columns_of`, undone by `outcomes_of`."""

    vectors: bytes
    """The dense vectors one after another, all of the same length."""
    vector_bytes: int
    tokens_used: tuple[int, ...]
    tokens_total: tuple[int, ...]
    scales: tuple[float, ...]
    """Empty where all are 0."""
    errors: dict[int, VectrayError]
    """By position. A text with an error has no place in the columns above."""
    extras: tuple[tuple[Sparse | None, MultiVector | None], ...]
    """Empty where no text has any."""

    @property
    def tokens(self) -> int:
        """Tokens that went through the model."""
        return sum(self.tokens_used)


def columns_of(outcomes: Sequence[Outcome]) -> Columns:
    """Turn outcomes into columns."""
    embeddings = [outcome for outcome in outcomes if isinstance(outcome, Embedding)]
    scales = tuple(one.scale for one in embeddings)
    extras = tuple((one.sparse, one.multi_vector) for one in embeddings)
    return Columns(
        vectors=b"".join(one.vector for one in embeddings),
        vector_bytes=len(embeddings[0].vector) if embeddings else 0,
        tokens_used=tuple(one.tokens_used for one in embeddings),
        tokens_total=tuple(one.tokens_total for one in embeddings),
        scales=scales if any(scales) else (),
        errors={at: outcome for at, outcome in enumerate(outcomes) if isinstance(outcome, VectrayError)},
        extras=extras if any(extra != (None, None) for extra in extras) else (),
    )


def outcomes_of(columns: Columns) -> list[Outcome]:
    """Turn columns back into the outcomes that they were made of."""
    vectors, step = columns.vectors, columns.vector_bytes
    count = len(columns.tokens_used)
    rows = [vectors[at : at + step] for at in range(0, count * step, step)] if step else [b""] * count
    if columns.scales or columns.extras:
        scales = columns.scales or (0.0,) * count
        extras = columns.extras or ((None, None),) * count
        outcomes: list[Outcome] = [
            Embedding(row, used, total, scale, *extra)
            for row, used, total, scale, extra in zip(
                rows, columns.tokens_used, columns.tokens_total, scales, extras, strict=True
            )
        ]
    else:
        outcomes = list(map(Embedding, rows, columns.tokens_used, columns.tokens_total))
    for at in sorted(columns.errors):
        outcomes.insert(at, columns.errors[at])
    return outcomes
