"""What a Python program asks for, as messages of the contract. Pure; both clients use it."""

from collections.abc import Sequence
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.errors import RequestRefused

Lane = Literal["interactive", "normal", "bulk", "idle"]
Metric = Literal["cosine", "dot", "euclidean", "manhattan"]
Overlong = Literal["truncate", "error"]

_TASKS = {"query": pb.TASK_QUERY, "document": pb.TASK_DOCUMENT}


def several(texts: Sequence[str]) -> Sequence[str]:
    """Return `texts`, which must not be a single one: its characters would pass for texts."""
    if isinstance(texts, str):
        raise TypeError("encode takes a list of texts, not a single one")
    return texts


def options(
    *,
    model: str | None = None,
    task: str | None = None,
    normalize: bool = True,
    dimensions: int = 0,
    overlong: Overlong = "truncate",
    fingerprint: str = "",
) -> pb.EncodeOptions:
    """Return the options of a call. A `task` other than query and document is the name of one of the model's prompts."""
    message = pb.EncodeOptions(
        model=model or "",
        normalize=normalize,
        dimensions=dimensions,
        overlong_policy=_number(pb.OverlongPolicy, "OVERLONG_POLICY", overlong),
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
    message.open.lane = _number(pb.Lane, "LANE", lane)
    message.open.client_name = client_name
    return message


def similarity(
    queries: Sequence[str] | ArrayLike,
    documents: Sequence[str] | ArrayLike,
    *,
    metric: Metric,
    pairwise: bool,
    encode_options: pb.EncodeOptions,
    lane: Lane,
    client_name: str,
) -> pb.SimilarityRequest:
    """Return the comparison of two sides, each either texts or vectors (n, dimensions)."""
    pairing = pb.SimilarityRequest.PAIRING_PAIRWISE if pairwise else pb.SimilarityRequest.PAIRING_MATRIX
    return pb.SimilarityRequest(
        queries=_operand(queries),
        documents=_operand(documents),
        metric=_number(pb.Metric, "METRIC", metric),
        pairing=pairing,
        options=encode_options,
        lane=_number(pb.Lane, "LANE", lane),
        client_name=client_name,
    )


def _operand(side: Sequence[str] | ArrayLike) -> pb.Operand:
    if isinstance(side, str):
        raise TypeError("lists of texts are compared, not single ones")
    if isinstance(side, Sequence) and side and all(isinstance(item, str) for item in side):
        return pb.Operand(texts=pb.Operand.Texts(texts=cast("Sequence[str]", side)))
    vectors: NDArray[np.float32] = np.atleast_2d(np.asarray(side, "<f4"))
    return pb.Operand(
        vectors=pb.Matrix(
            data=vectors.tobytes(),
            element_type=pb.ELEMENT_TYPE_FLOAT32,
            rows=vectors.shape[0],
            columns=vectors.shape[1],
        )
    )


def _number(enum: Any, prefix: str, word: str) -> Any:  # noqa: ANN401 - protobuf's enums have no common type
    try:
        return enum.Value(f"{prefix}_{word.upper()}")
    except ValueError:
        choices = ", ".join(name.removeprefix(f"{prefix}_").lower() for name in enum.keys()[1:])
        raise RequestRefused(f"{word!r} is none of: {choices}.", reason="INVALID_OPTION") from None
