"""The outermost layer of every call: whatever goes wrong inside leaves as a status, and no text leaves with it.

gRPC would send an exception's own words to the client and into the log; those may quote what somebody is writing.
"""

import inspect
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import grpc.aio

from vectrayd.domain.errors import InvalidOption, VectrayError
from vectrayd.transport.grpc_types import Context, Handler
from vectrayd.transport.observing import Observer
from vectrayd.transport.status import call_status

_log = logging.getLogger(__name__)

_CODE_NAMES = {number: code.name for code in grpc.StatusCode for number in (code, code.value[0])}


class Guard(grpc.aio.ServerInterceptor):
    """Turns exceptions of handlers into statuses, and tells an observer of calls."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

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
        guard = self._streaming if handler.response_streaming else self._unary
        make, behaviour = {
            (False, False): (grpc.unary_unary_rpc_method_handler, handler.unary_unary),
            (False, True): (grpc.unary_stream_rpc_method_handler, handler.unary_stream),
            (True, False): (grpc.stream_unary_rpc_method_handler, handler.stream_unary),
            (True, True): (grpc.stream_stream_rpc_method_handler, handler.stream_stream),
        }[handler.request_streaming, handler.response_streaming]
        return make(
            guard(behaviour, method),
            request_deserializer=_tolerant(handler.request_deserializer),
            response_serializer=handler.response_serializer,
        )

    def _unary(self, behaviour: Callable[[Any, Context], Awaitable[Any]], method: str) -> Handler:
        async def guarded(request: Any, context: Context) -> Any:  # noqa: ANN401 - any message of the contract
            with self._observed(context, method):
                try:
                    return await behaviour(_sound(request), context)
                except Exception as error:  # noqa: BLE001 - this is the layer that no error passes
                    await _abort(context, error, method)

        return guarded

    def _streaming(self, behaviour: Callable[[Any, Context], Any], method: str) -> Handler:
        async def guarded(request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: ANN401 - as above
            with self._observed(context, method):
                try:
                    answers = behaviour(_sound(request), context)
                    if inspect.isawaitable(answers):
                        await answers  # a handler that writes its messages itself
                        return
                    async for message in answers:
                        yield message
                except Exception as error:  # noqa: BLE001 - as above
                    await _abort(context, error, method)

        return guarded

    @contextmanager
    def _observed(self, context: Context, method: str) -> Iterator[None]:
        began = time.monotonic()
        code = "CANCELLED"
        self._observer.began(method)
        try:
            yield
            code = "OK"
        except grpc.aio.AbortError:
            code = _CODE_NAMES.get(context.code(), "UNKNOWN")
            raise
        finally:
            self._observer.ended(method, code, time.monotonic() - began)


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
