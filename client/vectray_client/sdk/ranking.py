"""What a ranking is asked with, and what its answer becomes. Pure; both clients use it."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk import requests
from vectray_client.sdk.errors import TextRefused

Texts = Iterable[str]
Candidates = Texts | ArrayLike
AsyncCandidates = Candidates | AsyncIterable[str]

_TEXTS_PER_MESSAGE = 64
"""As in a stream of texts to encode."""
_TEXT_BYTES = 256 * 1024
"""In one message, but for a single longer text."""
_VECTOR_BYTES = 192 * 1024
"""In one message. Measured: 100,000 vectors of 384 dimensions take half as long in messages of this size as in ones four times
smaller or larger; smaller ones are too many, and memory for larger ones is asked of the system each time anew."""
_NEITHER = "candidates are texts, or vectors of equal length"


class Ranked(NamedTuple):
    """One of the best candidates of a query."""

    candidate: int
    """Its number, counted from 0."""
    score: float
    """Larger means more alike."""


def opening(
    queries: list[str] | NDArray[np.float32],
    *,
    top_k: int,
    metric: requests.Metric,
    encode_options: pb.EncodeOptions,
    lane: requests.Lane,
    client_name: str,
) -> pb.RankRequest:
    """Return the message that opens a ranking; `queries` as `requests.side` gives them."""
    message = pb.RankRequest()
    message.open.queries.CopyFrom(requests.operand(queries))
    message.open.top_k = top_k
    message.open.metric = requests.metric_number(metric)
    message.open.options.CopyFrom(encode_options)
    message.open.lane = requests.lane_number(lane)
    message.open.client_name = client_name
    return message


def is_read_once(candidates: AsyncCandidates) -> bool:
    """Whether candidates that were read cannot be read again."""
    return isinstance(candidates, Iterator | AsyncIterator)


def conversation(opening_: pb.RankRequest, candidates: Candidates) -> Iterator[pb.RankRequest]:
    """Return all messages of a ranking.

    Candidates are texts, or the rows of an array. Half precision stays what it is.

    Raises:
        TextRefused: a text is not Unicode; the message gives its number.
        TypeError: they are neither texts nor vectors of equal length.

    """
    return chain([opening_], _messages(candidates))


async def conversation_async(
    opening_: pb.RankRequest, candidates: AsyncCandidates
) -> AsyncIterator[pb.RankRequest]:
    """Yield all messages of a ranking, as `conversation` does, also from an asynchronous source of texts."""
    if not isinstance(candidates, AsyncIterable):
        for message in conversation(opening_, candidates):
            yield message
        return
    yield opening_
    parcel = _Parcel()
    async for text in candidates:
        for message in parcel.add(text):
            yield message
    for message in parcel.rest():
        yield message


def rankings(response: pb.RankResponse) -> list[list[Ranked]]:
    """Read the answer: for each query its best candidates, best first."""
    return [
        [Ranked(ranked.candidate, ranked.score) for ranked in ranking.ranked] for ranking in response.rankings
    ]


def _messages(candidates: Candidates) -> Iterator[pb.RankRequest]:
    if isinstance(candidates, str):
        raise TypeError("many candidates are ranked, not a single one")
    if isinstance(candidates, np.ndarray) and candidates.dtype.kind in "fiu":
        return _vector_messages(candidates)
    if not isinstance(candidates, Iterable):
        raise TypeError(_NEITHER)
    source: Iterator[Any] = iter(candidates)
    for first in source:
        if isinstance(first, str):
            return _text_messages(chain([first], source))
        if np.ndim(first) != 1:
            raise TypeError(_NEITHER)
        return _vector_messages(requests.rows([first, *source]))
    return iter(())


def _text_messages(texts: Texts) -> Iterator[pb.RankRequest]:
    parcel = _Parcel()
    for text in texts:
        yield from parcel.add(text)
    yield from parcel.rest()


class _Parcel:
    """Texts that share a message."""

    def __init__(self) -> None:
        self._count = 0
        self._texts: list[str] = []
        self._size_bytes = 0

    def add(self, text: str) -> list[pb.RankRequest]:
        """Take a text; return the message that was full without it, if one was."""
        try:
            size_bytes = requests.byte_length(text)
        except TextRefused as error:
            raise TextRefused(f"Candidate {self._count}: {error}", reason=error.reason) from None
        full = len(self._texts) == _TEXTS_PER_MESSAGE or self._size_bytes + size_bytes > _TEXT_BYTES
        done = self.rest() if full else []
        self._texts.append(text)
        self._size_bytes += size_bytes
        self._count += 1
        return done

    def rest(self) -> list[pb.RankRequest]:
        """Return the message of what is left, if something is."""
        texts, self._texts, self._size_bytes = self._texts, [], 0
        return [pb.RankRequest(texts=pb.RankRequest.TextCandidates(texts=texts))] if texts else []


def _vector_messages(array: NDArray[np.generic]) -> Iterator[pb.RankRequest]:
    if array.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise TypeError(_NEITHER)
    dtype = np.dtype("<f2" if array.dtype == np.float16 else "<f4")
    step = max(1, _VECTOR_BYTES // max(1, array.shape[1] * dtype.itemsize))
    return (
        _vector_message(array[at : at + step].astype(dtype, copy=False)) for at in range(0, len(array), step)
    )


def _vector_message(rows: NDArray[np.generic]) -> pb.RankRequest:
    message = pb.RankRequest()
    matrix = message.vectors.vectors  # filled in place: a constructor would copy its argument once more
    matrix.data = rows.tobytes()
    matrix.element_type = pb.ELEMENT_TYPE_FLOAT16 if rows.itemsize == 2 else pb.ELEMENT_TYPE_FLOAT32  # noqa: PLR2004 - half precision
    matrix.rows, matrix.columns = rows.shape
    return message
