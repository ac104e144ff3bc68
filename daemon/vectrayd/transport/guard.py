"""The outermost layer of every call: whatever goes wrong inside leaves as a status, and no text leaves with it.

gRPC would send an exception's own words to the client and into the log; those may quote what somebody is writing.
"""

import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
import grpc.aio

from vectrayd.domain.errors import InvalidOption, VectrayError
from vectrayd.transport.status import call_status

_log = logging.getLogger(__name__)

Context = grpc.aio.ServicerContext[Any, Any]
Handler = Any
"""grpc's handler; its annotations know only synchronous functions."""


class Guard(grpc.aio.ServerInterceptor):
    """Turns exceptions of handlers into statuses."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """Wrap the handler that gRPC found for the call."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return handler
        method = handler_call_details.method
        make, behaviour = {
            (False, False): (grpc.unary_unary_rpc_method_handler, _unary(handler.unary_unary, method)),
            (False, True): (grpc.unary_stream_rpc_method_handler, _streaming(handler.unary_stream, method)),
            (True, False): (grpc.stream_unary_rpc_method_handler, _unary(handler.stream_unary, method)),
            (True, True): (grpc.stream_stream_rpc_method_handler, _streaming(handler.stream_stream, method)),
        }[handler.request_streaming, handler.response_streaming]
        return make(
            behaviour,
            request_deserializer=_tolerant(handler.request_deserializer),
            response_serializer=handler.response_serializer,
        )


def _unary(
    behaviour: Callable[[Any, Context], Awaitable[Any]], method: str
) -> Callable[[Any, Context], Awaitable[Any]]:
    async def guarded(request: Any, context: Context) -> Any:  # noqa: ANN401 - any message of the contract
        try:
            return await behaviour(_sound(request), context)
        except Exception as error:  # noqa: BLE001 - this is the layer that no error passes
            await _abort(context, error, method)

    return guarded


def _streaming(
    behaviour: Callable[[Any, Context], AsyncIterator[Any]], method: str
) -> Callable[[Any, Context], AsyncIterator[Any]]:
    async def guarded(request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: ANN401 - as above
        try:
            async for message in behaviour(_sound(request), context):
                yield message
        except Exception as error:  # noqa: BLE001 - as above
            await _abort(context, error, method)

    return guarded


class _Malformed:
    """Stands for a request whose bytes are no message."""


def _tolerant(deserialize: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Make a deserializer that does not raise: nothing that it raises reaches the layers above it."""

    def deserialized(data: bytes) -> Any:  # noqa: ANN401 - any message of the contract
        try:
            return deserialize(data)
        except Exception:  # noqa: BLE001 - protobuf's own, or Unicode's
            return _Malformed()

    return deserialized


def _sound(request: Any) -> Any:  # noqa: ANN401 - a message, or a stream of them
    """Return the request; a malformed one, or one in a stream, is an error of the caller."""
    if isinstance(request, _Malformed):
        raise InvalidOption("The request is no message of the contract.")
    return _sound_each(request) if isinstance(request, AsyncIterator) else request


async def _sound_each(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        yield _sound(request)


async def _abort(context: Context, error: Exception, method: str) -> None:
    if isinstance(error, VectrayError):
        await context.abort_with_status(call_status(error))
    if isinstance(error, (grpc.aio.AbortError, grpc.aio.UsageError)):
        raise error
    incident = secrets.token_hex(4)
    _log.error("incident %s in %s: %s", incident, method, type(error).__name__)
    await context.abort(grpc.StatusCode.INTERNAL, f"Internal error {incident}.")
