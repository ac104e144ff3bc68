"""The outermost layer of every call: whatever goes wrong inside leaves as a status, and no path and no text goes into the log.

gRPC would send an exception's own words to the caller and into the log; those may quote what somebody is writing.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from vectray_client.agent.asked import Unanswerable
from vectray_client.agent.status import call_status

_log = logging.getLogger(__name__)
Handler = Any
"""gRPC's handler of a method; its own type does not tell the kinds apart."""


class Guard(grpc.ServerInterceptor):
    """Turns exceptions of handlers into statuses."""

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Handler],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """Wrap the handler that gRPC found for the call; all are of one request."""
        handler = continuation(handler_call_details)
        if handler is None:
            return handler
        method = handler_call_details.method
        if handler.response_streaming:
            make, behaviour = grpc.unary_stream_rpc_method_handler, _streaming(handler.unary_stream, method)
        else:
            make, behaviour = grpc.unary_unary_rpc_method_handler, _unary(handler.unary_unary, method)
        return make(
            behaviour,
            request_deserializer=_tolerant(handler.request_deserializer),
            response_serializer=handler.response_serializer,
        )


def _unary(behaviour: Callable[[Any, Any], Any], method: str) -> Callable[[Any, Any], Any]:
    def guarded(request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ANN401 - any message of the contract
        with _guarding(context, method):
            return behaviour(_sound(request), context)

    return guarded


def _streaming(behaviour: Callable[[Any, Any], Any], method: str) -> Callable[[Any, Any], Any]:
    def guarded(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: ANN401 - as above
        with _guarding(context, method):
            yield from behaviour(_sound(request), context)

    return guarded


@contextmanager
def _guarding(context: grpc.ServicerContext, method: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - this is the layer that no error passes
        status = call_status(error)
        if status is None:
            incident = secrets.token_hex(4)
            _log.error("incident %s in %s: %s", incident, method, type(error).__name__)
            context.abort(grpc.StatusCode.INTERNAL, f"Internal error {incident}.")
        context.abort_with_status(status)


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


def _sound(request: Any) -> Any:  # noqa: ANN401 - any message of the contract
    if isinstance(request, _Malformed):
        raise Unanswerable("The request is no message of the contract.")
    return request
