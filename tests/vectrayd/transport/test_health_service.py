import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import grpc.aio
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1 import health_pb2_grpc

from vectrayd.transport.health_service import HealthService

SERVING, NOT_SERVING = pb.HealthCheckResponse.SERVING, pb.HealthCheckResponse.NOT_SERVING


@pytest.fixture
def service() -> HealthService:
    """It knows the server as a whole and one service."""
    return HealthService({"": True, "one": True})


@pytest_asyncio.fixture
async def stub(service: HealthService, tmp_path: Path) -> AsyncIterator[health_pb2_grpc.HealthStub]:
    """A client of it on a real socket."""
    server = grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(service, server)
    server.add_insecure_port(f"unix:{tmp_path}/s")
    await server.start()
    async with grpc.aio.insecure_channel(f"unix:{tmp_path}/s") as channel:
        yield health_pb2_grpc.HealthStub(channel)
    await server.stop(None)


async def test_each_service_has_its_own_health(
    service: HealthService, stub: health_pb2_grpc.HealthStub
) -> None:
    """One that does not work leaves the others healthy; one that does not exist is NOT_FOUND."""
    service.tell("one", works=False)
    assert (await stub.Check(pb.HealthCheckRequest(service="one"))).status == NOT_SERVING
    assert (await stub.Check(pb.HealthCheckRequest())).status == SERVING
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Check(pb.HealthCheckRequest(service="another"))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_a_watcher_that_leaves_takes_nothing_from_the_others(
    service: HealthService, stub: health_pb2_grpc.HealthStub
) -> None:
    """Each watcher hears of every change as long as it stays, and of a service that does not exist that there is none."""
    leaving, staying = (stub.Watch(pb.HealthCheckRequest(service="one")) for _ in range(2))
    unknown = stub.Watch(pb.HealthCheckRequest(service="another"))
    assert [(await watched.read()).status for watched in (leaving, staying, unknown)] == [
        SERVING,
        SERVING,
        pb.HealthCheckResponse.SERVICE_UNKNOWN,
    ]
    leaving.cancel()
    await asyncio.sleep(0.05)  # for the news to reach the server
    async with asyncio.timeout(5):
        service.tell("one", works=False)
        assert (await staying.read()).status == NOT_SERVING
        service.tell("one", works=True)
        assert (await staying.read()).status == SERVING
        service.tell_stopping()
        assert (await staying.read()).status == NOT_SERVING
    staying.cancel()
    unknown.cancel()
