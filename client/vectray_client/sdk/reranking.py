"""What a reranker is asked, and what its answer becomes. Pure; both clients use it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk import requests
from vectray_client.sdk.errors import TextRefused

_TEXTS_PER_CALL = 256
"""So that a break of the connection loses little: a reranker takes milliseconds to seconds for each text."""


class Scored(NamedTuple):
    """The answer to one text: how well it answers the query, or an error."""

    score: float | None
    """0 to 1, larger is better; None where there is an error."""
    error: TextRefused | None = None
    tokens_used: int = 0
    """Tokens of query and text that the model saw, special tokens included."""
    tokens_total: int = 0
    """Tokens of both as a whole, counted the same way."""
    fingerprint: str = ""
    """Of the model: only scores of equal fingerprint, for the same query, may be compared."""

    @property
    def truncated(self) -> bool:
        """Whether the model did not see all of the query and the text."""
        return self.tokens_used < self.tokens_total


def calls(
    query: str, texts: Sequence[str], *, model: str | None, lane: requests.Lane, client_name: str
) -> Iterator[pb.RerankRequest]:
    """Divide texts into calls.

    Raises:
        TextRefused: the query or a text is not Unicode; the message says which.
        TypeError: one of them is no text.

    """
    try:
        requests.byte_length(query)
    except TextRefused as error:
        raise TextRefused(f"Query: {error}", reason=error.reason) from None
    requests.byte_lengths(requests.several(texts))
    for begin in range(0, len(texts), _TEXTS_PER_CALL):
        yield pb.RerankRequest(
            model=model or "",
            query=query,
            texts=texts[begin : begin + _TEXTS_PER_CALL],
            lane=requests.lane_number(lane),
            client_name=client_name,
        )


def scored(response: pb.RerankResponse) -> list[Scored]:
    """Read the answers to the texts of one call, in their order."""
    errors = {failure.text: failure.error for failure in response.failures}
    columns = (
        np.frombuffer(response.scores, "<f4").tolist(),
        np.frombuffer(response.tokens_used, "<u4").tolist(),
        np.frombuffer(response.tokens_total, "<u4").tolist(),
    )
    return [
        Scored(None, TextRefused(errors[text].message, reason=errors[text].reason))
        if text in errors
        else Scored(score, None, used, total, response.fingerprint)
        for text, (score, used, total) in enumerate(zip(*columns, strict=True))
    ]
