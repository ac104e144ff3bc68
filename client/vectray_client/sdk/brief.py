"""A few texts in a single call: half the price of a stream, which takes two round trips. Pure.

Whatever a single call cannot wait for (a long queue, a model that loads slowly) goes by a stream, which knows that the daemon lives.
"""

from collections.abc import Sequence

import grpc

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk import requests
from vectray_client.sdk.errors import LostConnection
from vectray_client.sdk.results import Encoded, encoded

MOST_TEXTS = 64
"""What one message of a stream would hold."""
_MOST_BYTES = 32 * 1024
"""Of text. A guess: more takes so long that the round trip saved is nothing."""


def brief(
    texts: Sequence[str], options: pb.EncodeOptions, *, lane: requests.Lane, client_name: str
) -> pb.EncodeRequest | None:
    """Return the call for `texts`, None if a stream should carry them or their answers.

    Raises:
        TextRefused: one of them is not Unicode; the message gives its position.
        TypeError: one of them is no text.

    """
    if len(texts) > MOST_TEXTS or pb.OUTPUT_KIND_MULTI_VECTOR in options.outputs:
        return None
    if sum(requests.byte_lengths(texts)) > _MOST_BYTES:
        return None
    return pb.EncodeRequest(
        options=options, texts=texts, lane=requests.lane_number(lane), client_name=client_name
    )


def is_for_a_stream(error: grpc.RpcError, *, is_late: bool) -> bool:
    """Whether a stream may succeed where a call failed: it waits for room, and hears from a daemon that takes its time. `is_late` says that
    the caller would not wait for it.
    """
    code = error.code()
    return code is grpc.StatusCode.RESOURCE_EXHAUSTED or (
        code is grpc.StatusCode.DEADLINE_EXCEEDED and not is_late
    )


def answers(response: pb.EncodeResponse) -> list[tuple[int, Encoded]]:
    """Return the answers by position.

    Raises:
        LostConnection: the daemon turned a text away because it is about to end; another one must be found.

    """
    if any(result.error.reason == "STOPPING" for result in response.results):
        raise LostConnection
    fingerprint = response.format.fingerprint
    return list(enumerate(encoded(result, fingerprint) for result in response.results))
