"""From what the model gives for windows of texts to what the texts are answered with. Pure."""

from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectrayd.domain.embedding import Embedding, MultiVector, Outcome, Sparse
from vectrayd.domain.errors import VectrayError
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.output import NO_VECTOR, Packed, pack, pack_multi_vector, pack_sparse
from vectrayd.runtime.tokenization import TokenizedText
from vectrayd.runtime.windows import joined, mean

Floats = NDArray[np.float32]


class Readings(NamedTuple):
    """What the model gives for windows, one entry each, in their order; empty where it was not asked for."""

    vectors: list[Floats]
    """(dimensions,), not yet normalised."""
    weights: list[Floats]
    """Of each token: (tokens,)."""
    rows: list[Floats]
    """For each token: (tokens, columns), not yet normalised."""


def outcomes(
    texts: Sequence[TokenizedText],
    readings: Readings,
    options: EncodeOptions,
    special_ids: frozenset[int],
) -> list[Outcome]:
    """Answer each of `texts`, whose windows one after another have `readings`."""
    vectors = [mean(own, text.windows) for text, own in _by_text(texts, readings.vectors)]
    dense = pack(np.stack(vectors), options) if vectors else []
    sparse = [_sparse(text, own, special_ids) for text, own in _by_text(texts, readings.weights)]
    multi_vectors = [_multi_vector(text, own, options) for text, own in _by_text(texts, readings.rows)]
    nothing: Iterator[None] = repeat(None)
    return list(map(_outcome, texts, dense or nothing, sparse or nothing, multi_vectors or nothing))


def _by_text(
    texts: Sequence[TokenizedText], readings: Sequence[Floats]
) -> Iterator[tuple[TokenizedText, list[Floats]]]:
    """Yield each text with the readings of its windows; nothing where there are none."""
    left = iter(readings)
    for text in texts if readings else ():
        yield text, list(islice(left, len(text.windows)))


def _sparse(
    text: TokenizedText, weights: Sequence[Floats], special_ids: frozenset[int]
) -> Sparse | VectrayError:
    ids = joined([np.asarray(window.ids) for window in text.windows], text.windows)
    return pack_sparse(ids, joined(weights, text.windows), special_ids)


def _multi_vector(
    text: TokenizedText, rows: Sequence[Floats], options: EncodeOptions
) -> MultiVector | VectrayError:
    # The first token stands for the text as a whole, which is the dense vector's part.
    return pack_multi_vector(joined(rows, text.windows)[1:], options)


def _outcome(
    text: TokenizedText,
    dense: Packed | VectrayError | None,
    sparse: Sparse | VectrayError | None,
    multi_vector: MultiVector | VectrayError | None,
) -> Outcome:
    if isinstance(dense, VectrayError):
        return dense
    if isinstance(sparse, VectrayError):
        return sparse
    if isinstance(multi_vector, VectrayError):
        return multi_vector
    data, scale = dense or NO_VECTOR
    return Embedding(data, text.tokens_used, text.tokens_total, scale, sparse, multi_vector)
