"""Messages of the contract to the daemon's own values and back. Nothing behind this file knows protobuf's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.embedding import Outcome
from vectrayd.domain.errors import FingerprintMismatch, InvalidOption, VectrayError
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.options import (
    DENSE_ONLY,
    DOCUMENT,
    QUERY,
    ElementType,
    EncodeOptions,
    Lane,
    OutputKind,
    Overlong,
    Prompt,
    Wish,
)
from vectrayd.domain.similarity import Metric, Rows
from vectrayd.transport.status import item_error

Value = TypeVar("Value")

_MOST_ANSWER_BYTES = 30 * 1024 * 1024
"""Of the vectors in one message, which may have 32 MiB: a worker's answer to a single text stays below it."""
_FULL_MESSAGE_BYTES = 2 * 1024 * 1024
"""Vectors after which a stream's message takes no more, so that it stays below the same limit whatever the last answer in it has."""

_LANES = {
    pb.LANE_UNSPECIFIED: Lane.NORMAL,
    pb.LANE_INTERACTIVE: Lane.INTERACTIVE,
    pb.LANE_NORMAL: Lane.NORMAL,
    pb.LANE_BULK: Lane.BULK,
    pb.LANE_IDLE: Lane.IDLE,
}
_TASKS = {
    pb.TASK_UNSPECIFIED: None,
    pb.TASK_QUERY: QUERY,
    pb.TASK_DOCUMENT: DOCUMENT,
}
_ELEMENT_TYPES = {
    pb.ELEMENT_TYPE_UNSPECIFIED: ElementType.FLOAT32,
    pb.ELEMENT_TYPE_FLOAT32: ElementType.FLOAT32,
    pb.ELEMENT_TYPE_FLOAT16: ElementType.FLOAT16,
    pb.ELEMENT_TYPE_INT8: ElementType.INT8,
    pb.ELEMENT_TYPE_BINARY: ElementType.BINARY,
}
_ELEMENT_TYPES_OUT = {kind: number for number, kind in _ELEMENT_TYPES.items() if number}
_OVERLONG = {
    pb.OVERLONG_POLICY_UNSPECIFIED: Overlong.TRUNCATE,
    pb.OVERLONG_POLICY_ERROR: Overlong.ERROR,
    pb.OVERLONG_POLICY_TRUNCATE: Overlong.TRUNCATE,
    pb.OVERLONG_POLICY_CHUNK_MEAN: Overlong.CHUNK_MEAN,
}
_OUTPUTS = {
    pb.OUTPUT_KIND_UNSPECIFIED: OutputKind.DENSE,
    pb.OUTPUT_KIND_DENSE: OutputKind.DENSE,
    pb.OUTPUT_KIND_SPARSE: OutputKind.SPARSE,
    pb.OUTPUT_KIND_MULTI_VECTOR: OutputKind.MULTI_VECTOR,
}
_OUTPUTS_OUT = {kind: number for number, kind in _OUTPUTS.items() if number}
_METRICS = {
    pb.METRIC_UNSPECIFIED: Metric.COSINE,
    pb.METRIC_COSINE: Metric.COSINE,
    pb.METRIC_DOT: Metric.DOT,
    pb.METRIC_EUCLIDEAN: Metric.EUCLIDEAN,
    pb.METRIC_MANHATTAN: Metric.MANHATTAN,
}
_PAIRINGS = {
    pb.SimilarityRequest.PAIRING_UNSPECIFIED: False,
    pb.SimilarityRequest.PAIRING_MATRIX: False,
    pb.SimilarityRequest.PAIRING_PAIRWISE: True,
}
_NUMPY_TYPES = {
    pb.ELEMENT_TYPE_UNSPECIFIED: "<f4",
    pb.ELEMENT_TYPE_FLOAT32: "<f4",
    pb.ELEMENT_TYPE_FLOAT16: "<f2",
}


def lane(number: pb.Lane.ValueType) -> Lane:
    """Read who waits."""
    return _known(_LANES, number, "lane")


def is_pairwise(number: pb.SimilarityRequest.Pairing.ValueType) -> bool:
    """Read how rows are matched."""
    return _known(_PAIRINGS, number, "pairing")


def metric(number: pb.Metric.ValueType) -> Metric:
    """Read how to compare."""
    return _known(_METRICS, number, "metric")


def wish(message: pb.EncodeOptions, lane_number: pb.Lane.ValueType, client_name: str) -> Wish:
    """Read what a caller says of its texts.

    Raises:
        InvalidOption: a number that this release does not know.

    """
    return Wish(
        model=message.model,
        options=_options(message),
        lane=lane(lane_number),
        client=client_name,
        fingerprint=message.expected_fingerprint,
    )


def _options(message: pb.EncodeOptions) -> EncodeOptions:
    return EncodeOptions(
        prompt=Prompt(name=message.prompt_name, required=True)
        if message.prompt_name
        else _known(_TASKS, message.task, "task"),
        normalize=message.normalize if message.HasField("normalize") else True,
        dimensions=message.dimensions,
        element_type=_known(_ELEMENT_TYPES, message.element_type, "element type"),
        overlong=_known(_OVERLONG, message.overlong_policy, "policy for long texts"),
        outputs=frozenset(_known(_OUTPUTS, kind, "output") for kind in message.outputs) or DENSE_ONLY,
    )


def outputs(kinds: Iterable[OutputKind]) -> Sequence[pb.OutputKind.ValueType]:
    """Return what a model can be asked for, in the contract's order."""
    return sorted(_OUTPUTS_OUT[kind] for kind in kinds)


def vector_format(model: str, facts: ModelFacts, wanted: EncodeOptions, pinned: str) -> pb.VectorFormat:
    """Return what all vectors of an answer have in common.

    Raises:
        FingerprintMismatch: the caller pinned another fingerprint.
        InvalidOption: the model cannot do what is wanted.

    """
    facts.check(wanted)
    fingerprint = facts.fingerprint_for(wanted)
    if pinned and pinned != fingerprint:
        raise FingerprintMismatch(
            f"The vectors of {model} have fingerprint {fingerprint}, not the one asked for."
        )
    return pb.VectorFormat(
        model=model,
        fingerprint=fingerprint,
        dimensions=facts.dimensions_for(wanted),
        element_type=_ELEMENT_TYPES_OUT[wanted.element_type],
    )


# A result that is built in its place in the answer costs a third of one that is built first and copied there, and the daemon
# builds one for every text.


def encode_response(shape: pb.VectorFormat, outcomes: Iterable[Outcome]) -> pb.EncodeResponse:
    """Return the answer to a few texts, in their order.

    Raises:
        InvalidOption: it is larger than a message may be.

    """
    response = pb.EncodeResponse(format=shape)
    add, size = response.results.add, 0
    for position, outcome in enumerate(outcomes):
        size += _fill(add(), position, outcome)
    if size > _MOST_ANSWER_BYTES:
        raise InvalidOption(
            f"The answers take {size} bytes, one call returns {_MOST_ANSWER_BYTES}; EncodeStream has no such limit."
        )
    return response


def stream_results(answers: Iterable[tuple[int, Outcome]]) -> Iterator[pb.EncodeStreamResponse]:
    """Yield the answers to some items of a stream, given with the items' ids, in one message if they fit, else in more."""
    response, size = pb.EncodeStreamResponse(), 0
    for item_id, outcome in answers:
        if size >= _FULL_MESSAGE_BYTES:
            yield response
            response, size = pb.EncodeStreamResponse(), 0
        size += _fill(response.results.results.add(), item_id, outcome)
    yield response


def _fill(result: pb.ItemResult, item_id: int, outcome: Outcome) -> int:
    """Write an answer into its place; return about how many bytes it has."""
    result.id = item_id
    if isinstance(outcome, VectrayError):
        result.error.CopyFrom(item_error(outcome))
        return 0
    vector, used, total, scale, sparse, multi_vector = outcome
    message = result.embedding
    message.vector = vector
    message.tokens_used = used
    message.tokens_total = total
    size = len(vector)
    if used < total:
        message.truncated = True
    if scale:
        message.scale = scale
    if sparse:
        message.sparse.token_ids, message.sparse.weights = sparse
        size += 2 * len(sparse.weights)
    if multi_vector:
        rows = message.multi_vector
        rows.vectors, rows.rows, rows.columns, rows.scale = multi_vector
        size += len(multi_vector.vectors)
    return size


def rows(matrix: pb.Matrix) -> Rows:
    """Read vectors as float32 (rows, columns), all of them finite.

    Raises:
        InvalidOption: the bytes do not fit the shape, or a number is not finite.

    """
    numbers = unchecked_rows(matrix)
    if not np.isfinite(numbers).all():
        raise InvalidOption("The vectors have numbers that are not finite.")
    return numbers


def unchecked_rows(matrix: pb.Matrix) -> Rows:
    """Read vectors as float32 (rows, columns), without a copy where they are that already.

    Raises:
        InvalidOption: the bytes do not fit the shape.

    """
    dtype = np.dtype(_known(_NUMPY_TYPES, matrix.element_type, "element type of vectors"))
    data = matrix.data
    if not matrix.columns or len(data) != matrix.rows * matrix.columns * dtype.itemsize:
        raise InvalidOption(f"{len(data)} bytes are no {matrix.rows} x {matrix.columns} vectors.")
    return np.frombuffer(data, dtype).reshape(matrix.rows, matrix.columns).astype(np.float32, copy=False)


def matrix(scores: Rows) -> pb.Matrix:
    """Return float32 (rows, columns) as a message."""
    return pb.Matrix(
        data=scores.astype("<f4").tobytes(),
        element_type=pb.ELEMENT_TYPE_FLOAT32,
        rows=scores.shape[0],
        columns=scores.shape[1],
    )


def stacked(outcomes: Sequence[Outcome]) -> Rows:
    """Return the float32 vectors of `outcomes` as (n, dimensions).

    Raises:
        VectrayError: the first one that is an error.

    """
    vectors = []
    for outcome in outcomes:
        if isinstance(outcome, VectrayError):
            raise outcome
        vectors.append(np.frombuffer(outcome.vector, "<f4"))
    return np.stack(vectors)


def _known(table: Mapping[Any, Value], number: object, what: str) -> Value:
    if number not in table:
        raise InvalidOption(f"There is no {what} number {number}.")
    return table[number]
