"""Who may make which call: the one table, and the gatekeeper that keeps to it.

The Unix socket lies in a folder that its user alone may enter, so whoever comes through it is that user and no gatekeeper stands
there. On a TCP door there is one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from enum import Enum, auto

import grpc
import grpc.aio

from vectrayd.transport.grpc_types import Context, Handler
from vectrayd.transport.tokens import Token


class Access(Enum):
    """Who may make a call through a TCP door."""

    ANYBODY = auto()
    OWNER = auto()
    """Whoever has the token."""


_OWNERS = (
    *(
        f"/vectray.v1.EmbeddingService/{name}"
        for name in ("Encode", "EncodeStream", "Similarity", "Rank", "Rerank", "Tokenize", "EstimateEncode")
    ),
    *(
        f"/vectray.v1.ModelService/{name}"
        for name in ("List", "Get", "GetTokenizer", "Load", "Unload", "Pull", "Watch")
    ),
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    "/grpc.health.v1.Health/Watch",  # stays open for as long as the caller likes, which is not for strangers
)
_ANYBODYS = ("/grpc.health.v1.Health/Check",)

RULES: Mapping[str, Access] = dict.fromkeys(_OWNERS, Access.OWNER) | dict.fromkeys(_ANYBODYS, Access.ANYBODY)
"""Every call of every service, by the path that gRPC gives it. What is not here is refused as if it were the owner's."""


class Gatekeeper(grpc.aio.ServerInterceptor):
    """Refuses calls that come without the token, before anything of them is read."""

    def __init__(self, token: Token) -> None:
        self._token = token

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """Let the call pass, or answer it with a refusal."""
        if RULES.get(handler_call_details.method) is Access.ANYBODY:
            return await continuation(handler_call_details)
        given = [value for key, value in handler_call_details.invocation_metadata if key == "authorization"]
        if len(given) == 1 and self._token.fits(given[0]):
            return await continuation(handler_call_details)
        return _REFUSAL


async def _refuse(_: AsyncIterator[bytes], context: Context) -> AsyncIterator[bytes]:
    await context.abort(grpc.StatusCode.UNAUTHENTICATED, "This call needs the daemon's token.")
    yield b""  # makes this a stream


_REFUSAL: Handler = grpc.stream_stream_rpc_method_handler(_refuse)
"""Fits calls of every kind: on the wire all of them are streams. Being one, it ends a call without reading its messages."""
