"""Every call that the daemon answers, found in the descriptors, and ways to make one with raw bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

import grpc
import grpc.aio
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from vectray.v1 import embedding_pb2, models_pb2

Metadata = Sequence[tuple[str, str]]

SERVICES: Sequence[ServiceDescriptor] = [
    service
    for file in (embedding_pb2, models_pb2, health_pb2, reflection_pb2)
    for service in file.DESCRIPTOR.services_by_name.values()
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the contract."""

    path: str
    method: MethodDescriptor

    async def end(
        self,
        channel: grpc.aio.Channel,
        data: bytes = b"",
        *,
        metadata: Metadata = (),
        timeout_seconds: float = 5.0,
    ) -> grpc.aio.AioRpcError | None:
        """Make the call with one message of these bytes; return how it failed, None as soon as anything is answered."""
        make = {
            (False, False): channel.unary_unary,
            (False, True): channel.unary_stream,
            (True, False): channel.stream_unary,
            (True, True): channel.stream_stream,
        }[self.method.client_streaming, self.method.server_streaming]
        call = make(self.path)(
            iter([data]) if self.method.client_streaming else data,
            metadata=metadata,
            timeout=timeout_seconds,
        )
        try:
            if self.method.server_streaming:
                await call.read()
                call.cancel()
            else:
                await call
        except grpc.aio.AioRpcError as error:
            return error
        return None

    async def code(
        self,
        channel: grpc.aio.Channel,
        data: bytes = b"",
        *,
        metadata: Metadata = (),
        timeout_seconds: float = 5.0,
    ) -> grpc.StatusCode:
        """Return how `end` says that the call ended."""
        error = await self.end(channel, data, metadata=metadata, timeout_seconds=timeout_seconds)
        return error.code() if error else grpc.StatusCode.OK


CALLS: Sequence[Call] = [
    Call(path=f"/{service.full_name}/{method.name}", method=method)
    for service in SERVICES
    for method in service.methods
]
