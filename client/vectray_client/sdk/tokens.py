"""What the model makes of texts, and what they would cost. Pure; both clients use it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk import requests
from vectray_client.sdk.errors import RequestRefused

_TEXTS_PER_CALL = 512
_CALL_BYTES = 256 * 1024
"""Of text in one call, but for a single longer one: a tenth of a second of the tokenizer."""


class Tokens(NamedTuple):
    """One text as the model's tokenizer divides it, special tokens included."""

    ids: NDArray[np.uint32]
    """(n,)"""
    offsets: NDArray[np.uint32]
    """(n, 2): start and end character of each token in the text; equal for special tokens."""


class Estimate(NamedTuple):
    """What an amount of work would come to."""

    tokens: int
    compute_seconds: float
    """Of work, once it has begun."""
    queue_seconds: float
    """Until it would begin."""


def calls(texts: Sequence[str], model: str | None) -> Iterator[pb.TokenizeRequest]:
    """Divide texts into calls of the tokenizer.

    Raises:
        TextRefused: a text is not Unicode; the message gives its position.

    """
    sizes = requests.byte_lengths(texts)
    begin, size_bytes = 0, 0
    for position, size in enumerate(sizes):
        if position > begin and (position - begin == _TEXTS_PER_CALL or size_bytes + size > _CALL_BYTES):
            yield pb.TokenizeRequest(model=model or "", texts=texts[begin:position])
            begin, size_bytes = position, 0
        size_bytes += size
    if begin < len(texts):
        yield pb.TokenizeRequest(model=model or "", texts=texts[begin:])


def tokens(response: pb.TokenizeResponse) -> list[Tokens]:
    """Read the tokens of the texts of one call."""
    return [
        Tokens(
            np.frombuffer(each.token_ids, "<u4").astype(np.uint32),
            np.frombuffer(each.offsets, "<u4").astype(np.uint32).reshape(-1, 2),
        )
        for each in response.tokens
    ]


def estimating(
    texts: int, size_bytes: int, *, model: str | None, lane: requests.Lane
) -> pb.EstimateEncodeRequest:
    """Return the question what so many texts would cost."""
    if texts < 0 or size_bytes < 0:
        raise RequestRefused("There are no less than no texts.", reason="INVALID_OPTION")
    return pb.EstimateEncodeRequest(
        model=model or "", texts=texts, text_bytes=size_bytes, lane=requests.lane_number(lane)
    )


def estimate(response: pb.EstimateEncodeResponse) -> Estimate:
    """Read what it would cost."""
    return Estimate(response.tokens, response.compute_seconds, response.queue_seconds)
