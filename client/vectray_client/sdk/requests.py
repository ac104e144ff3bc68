"""What a Python program asks for, as messages of the contract. Pure; both clients use it."""

from collections.abc import Sequence
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.errors import RequestRefused, TextRefused

Lane = Literal["interactive", "normal", "bulk", "idle"]
Metric = Literal["cosine", "dot", "euclidean", "manhattan"]
Overlong = Literal["truncate", "error", "chunk-mean"]
Output = Literal["dense", "sparse", "multi-vector"]

MOST_COMPARED_TEXTS = 2048
"""On one side of a comparison: part of the contract. Longer sides are encoded first."""

_TASKS = {"query": pb.TASK_QUERY, "document": pb.TASK_DOCUMENT}


class EncodeWords(TypedDict, total=False):
    """The options of `encode` that do not decide what it returns."""

    model: str | None
    task: str | None
    normalize: bool
    dimensions: int
    overlong: Overlong
    lane: Lane | None
    fingerprint: str
    timeout_seconds: float | None


def several(texts: Sequence[str]) -> Sequence[str]:
    """Return `texts`, which must not be a single one: its characters would pass for texts."""
    if isinstance(texts, str):
        raise TypeError("encode takes a list of texts, not a single one")
    return texts


def byte_length(text: str) -> int:
    """Return a text's length in UTF-8.

    Raises:
        TextRefused: it is not Unicode, and no message can carry it.
        TypeError: it is no text.

    """
    if not isinstance(text, str):
        raise TypeError(f"a text is a str, not {type(text).__name__}")
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        pass  # the error quotes the text, so not even its traceback may go on
    raise TextRefused("The text has half of a surrogate pair, which is no character.", reason="INVALID_TEXT")


def byte_lengths(texts: Sequence[str]) -> list[int]:
    """Return the lengths of texts in UTF-8.

    Raises:
        TextRefused: one of them is not Unicode; the message gives its position.
        TypeError: one of them is no text.

    """
    lengths = []
    for position, text in enumerate(texts):
        try:
            lengths.append(byte_length(text))
        except TextRefused as error:
            raise TextRefused(f"Text {position}: {error}", reason=error.reason) from None
    return lengths


def options(
    *,
    model: str | None = None,
    task: str | None = None,
    normalize: bool = True,
    dimensions: int = 0,
    overlong: Overlong = "truncate",
    outputs: Sequence[Output] = (),
    fingerprint: str = "",
) -> pb.EncodeOptions:
    """Return the options of a call. A `task` other than query and document is the name of one of the model's prompts."""
    message = pb.EncodeOptions(
        model=model or "",
        normalize=normalize,
        dimensions=dimensions,
        overlong_policy=_number(pb.OverlongPolicy, "OVERLONG_POLICY", overlong),
        outputs=[_number(pb.OutputKind, "OUTPUT_KIND", output) for output in outputs],
        expected_fingerprint=fingerprint,
    )
    if task in _TASKS:
        message.task = _TASKS[task]
    elif task:
        message.prompt_name = task
    return message


def opening(encode_options: pb.EncodeOptions, *, lane: Lane, client_name: str) -> pb.EncodeStreamRequest:
    """Return the message that opens a stream."""
    message = pb.EncodeStreamRequest()
    message.open.options.CopyFrom(encode_options)
    message.open.lane = lane_number(lane)
    message.open.client_name = client_name
    return message


def side(values: Sequence[str] | ArrayLike) -> list[str] | NDArray[np.float32]:
    """Return one side of a comparison: texts, or vectors as float32 (n, dimensions); a single vector is one row.

    Raises:
        RequestRefused: it is empty.
        TextRefused: one of the texts is not Unicode.
        TypeError: it is neither texts nor a rectangle of numbers.

    """
    if isinstance(values, str):
        raise TypeError("lists of texts are compared, not single ones")
    if isinstance(values, Sequence | np.ndarray) and len(values) and all(isinstance(v, str) for v in values):
        texts = [str(text) for text in values]
        byte_lengths(texts)
        return texts
    array = rows(values)
    if not array.size:
        raise RequestRefused("One side of the comparison is empty.", reason="INVALID_OPTION")
    return array


def rows(values: ArrayLike) -> NDArray[np.float32]:
    """Return vectors as float32 (n, dimensions); a single vector is one row.

    Raises:
        TypeError: they are no rectangle of numbers.

    """
    try:
        array = np.atleast_2d(np.asarray(values, "<f4"))
    except (ValueError, TypeError):
        array = None  # numpy's words quote what it could not read
    if array is None or array.ndim > 2:  # noqa: PLR2004 - rows and columns
        raise TypeError("a side of a comparison is a list of texts, or vectors of equal length")
    return array


def similarity(
    queries: list[str] | NDArray[np.float32],
    documents: list[str] | NDArray[np.float32],
    *,
    metric: Metric,
    pairwise: bool,
    encode_options: pb.EncodeOptions,
    lane: Lane,
    client_name: str,
) -> pb.SimilarityRequest:
    """Return the comparison of two sides, as `side` gives them."""
    pairing = pb.SimilarityRequest.PAIRING_PAIRWISE if pairwise else pb.SimilarityRequest.PAIRING_MATRIX
    return pb.SimilarityRequest(
        queries=operand(queries),
        documents=operand(documents),
        metric=metric_number(metric),
        pairing=pairing,
        options=encode_options,
        lane=lane_number(lane),
        client_name=client_name,
    )


def operand(values: list[str] | NDArray[np.float32]) -> pb.Operand:
    """Return one side of a comparison, as `side` gives it."""
    if isinstance(values, list):
        return pb.Operand(texts=pb.Operand.Texts(texts=values))
    return pb.Operand(
        vectors=pb.Matrix(
            data=values.tobytes(),
            element_type=pb.ELEMENT_TYPE_FLOAT32,
            rows=values.shape[0],
            columns=values.shape[1],
        )
    )


def metric_number(metric: Metric) -> pb.Metric.ValueType:
    """Return the contract's number for how to compare; RequestRefused if there is none."""
    number: pb.Metric.ValueType = _number(pb.Metric, "METRIC", metric)
    return number


def lane_number(lane: Lane) -> pb.Lane.ValueType:
    """Return the contract's number for who waits; RequestRefused if there is none."""
    number: pb.Lane.ValueType = _number(pb.Lane, "LANE", lane)
    return number


def _number(enum: Any, prefix: str, word: str) -> Any:  # noqa: ANN401 - protobuf's enums have no common type
    try:
        return enum.Value(f"{prefix}_{word.upper().replace('-', '_')}")
    except ValueError:
        names = (name.removeprefix(f"{prefix}_") for name in enum.keys()[1:])
        choices = ", ".join(name.lower().replace("_", "-") for name in names)
        raise RequestRefused(f"{word!r} is none of: {choices}.", reason="INVALID_OPTION") from None
