"""grpc.health.v1: what those may know who only want to know whether a service works.

Not the one that comes with gRPC: its asyncio version (1.81, measured) leaves all other watchers of a service deaf when one hangs up.
"""

from collections.abc import AsyncIterator, Mapping

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1 import health_pb2_grpc

from vectrayd.transport.grpc_types import Context
from vectrayd.workers.bell import Bell

_SERVING: int = pb.HealthCheckResponse.SERVING
_NOT_SERVING: int = pb.HealthCheckResponse.NOT_SERVING
_UNKNOWN: int = pb.HealthCheckResponse.SERVICE_UNKNOWN


class HealthService(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # it has no annotations
    """Tells of each of `services` whether it works; all do until `tell` says otherwise."""

    def __init__(self, services: Mapping[str, bool]) -> None:
        self._works = dict(services)
        self._changes = Bell()

    def tell(self, service: str, *, works: bool) -> None:
        """Let everybody know whether a service works now."""
        self._works[service] = works
        self._changes.ring()

    def tell_stopping(self) -> None:
        """Let everybody know that nothing will work soon."""
        for service in self._works:
            self.tell(service, works=False)

    async def Check(self, request: pb.HealthCheckRequest, context: Context) -> pb.HealthCheckResponse:
        """Tell how a service is."""
        status = self._status(request.service)
        if status == _UNKNOWN:
            await context.abort(grpc.StatusCode.NOT_FOUND, "There is no such service.")
        return pb.HealthCheckResponse(status=status)

    async def Watch(
        self, request: pb.HealthCheckRequest, context: Context
    ) -> AsyncIterator[pb.HealthCheckResponse]:
        """Tell how a service is, and again whenever that changes."""
        told = None
        while True:
            seen, status = self._changes.count, self._status(request.service)
            if status != told:
                yield pb.HealthCheckResponse(status=status)
                told = status
            await self._changes.wait_after(seen)

    def _status(self, service: str) -> int:
        if service not in self._works:
            return _UNKNOWN
        return _SERVING if self._works[service] else _NOT_SERVING
