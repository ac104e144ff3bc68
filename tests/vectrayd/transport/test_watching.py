"""The real server over real, light worker processes: what those who watch are told."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tests.light_worker import command
from tests.vectrayd.transport.conftest import served

from vectray.v1 import embedding_pb2, embedding_pb2_grpc, models_pb2_grpc
from vectray.v1 import models_pb2 as pb
from vectrayd.domain.messages import Load
from vectrayd.transport.server import Server
from vectrayd.workers.fleet import Fleet, Limits
from vectrayd.workers.keepalive import KeepAlive

SERVING, NOT_SERVING = (
    health_pb2.HealthCheckResponse.SERVING,
    health_pb2.HealthCheckResponse.NOT_SERVING,
)


async def order_for(model: str) -> Load:
    """Nothing to prepare."""
    return Load(folder=model, findings="", streams=2)


def fleet_of(*, keep_alive_seconds: float = 600, **options: object) -> Fleet:
    """A fleet of light workers."""
    limits = Limits(keep_alive=KeepAlive(default_seconds=keep_alive_seconds, linger_seconds=0))
    return Fleet(order_for, command=command(**options), limits=limits)


@pytest_asyncio.fixture
async def fleet() -> AsyncIterator[Fleet]:
    """Workers that take a third of a second to load, and as long for a text; they leave soon."""
    made = fleet_of(keep_alive_seconds=0.3, load_seconds=0.2, text_seconds=0.3)
    yield made
    await made.stop_all()


class Watcher:
    """A client that notes how the default model stands whenever it is told."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.seen: list[pb.Model] = []
        self._call = models_pb2_grpc.ModelServiceStub(channel).Watch(pb.ModelServiceWatchRequest())

    async def wait(self, state: pb.ModelState.ValueType, activity: str = "") -> pb.ModelServiceWatchResponse:
        """Read on until the default model stands so."""
        async with asyncio.timeout(5):
            while True:
                whole = await self._call.read()
                assert whole.models, "the first message is the whole state, and so is every later one"
                self.seen.append(whole.models[0])
                if self.seen[-1].state == state and activity in self.seen[-1].activity:
                    return whole


async def encode(channel: grpc.aio.Channel, text: str = "a text") -> None:
    """One text with the default model."""
    stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
    await stub.Encode(embedding_pb2.EncodeRequest(texts=[text]))


async def test_watching_a_model_come_and_go(fleet: Fleet, socket: Path) -> None:
    """Whoever watches learns, unasked, that a model is loaded, works, idles, will go, and is gone."""
    async with served(fleet, socket) as channel:
        watcher = Watcher(channel)
        await watcher.wait(pb.MODEL_STATE_AVAILABLE)
        asked = asyncio.create_task(encode(channel))
        await watcher.wait(pb.MODEL_STATE_LOADING, "loading its weights")
        await watcher.wait(pb.MODEL_STATE_READY, "encoding")
        idle = (await watcher.wait(pb.MODEL_STATE_READY, "idle")).models[0]
        assert 0 < idle.unloads_in_seconds <= 0.3
        assert idle.rss_bytes > 0
        await watcher.wait(pb.MODEL_STATE_AVAILABLE)
        await asked


async def test_nothing_new_is_not_told(fleet: Fleet, socket: Path) -> None:
    """Memory and clocks drift all the time; a quiet daemon does not send that to anybody."""
    async with served(fleet, socket) as channel:
        call = models_pb2_grpc.ModelServiceStub(channel).Watch(pb.ModelServiceWatchRequest())
        assert (await call.read()).daemon.pid == os.getpid()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call.read(), 0.8)


async def test_who_watches_holds_up_no_stop(server: Server, channel: grpc.aio.Channel) -> None:
    """A tray watches for days: its stream ends in good order at once, whatever grace there is for work."""
    call = models_pb2_grpc.ModelServiceStub(channel).Watch(pb.ModelServiceWatchRequest())
    assert (await call.read()).daemon.pid == os.getpid()
    async with asyncio.timeout(3):
        await server.stop(grace_seconds=30)
    assert await call.read() is grpc.aio.EOF


async def test_loading_tells_what_is_done(socket: Path) -> None:
    """The stream of a load has words for a person, and ends with the loaded model."""
    fleet = fleet_of(load_seconds=0.7)
    async with served(fleet, socket) as channel:
        stub = models_pb2_grpc.ModelServiceStub(channel)
        told = [message async for message in stub.Load(pb.ModelServiceLoadRequest())]
        assert told[0].activity in {"loading its weights, 0 s", "loading its weights, 1 s"}
        assert (told[-1].activity, told[-1].model.state) == ("ready", pb.MODEL_STATE_READY)
    await fleet.stop_all()


async def test_health_says_when_the_default_model_cannot_be_had(socket: Path, tmp_path: Path) -> None:
    """Healthy while it only has to be loaded; not while it rests after a failure; healthy again once it can be tried."""
    healed = tmp_path / "healed"
    fleet = fleet_of(dies_loading=int(signal.SIGSEGV), unless=healed)
    async with served(fleet, socket) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        watched = health.Watch(health_pb2.HealthCheckRequest(service="vectray.v1.EmbeddingService"))
        assert (await watched.read()).status == SERVING
        with pytest.raises(grpc.aio.AioRpcError, match="SIGSEGV"):
            await encode(channel)
        async with asyncio.timeout(1):
            assert (await watched.read()).status == NOT_SERVING
        state = (await Watcher(channel).wait(pb.MODEL_STATE_FAILED)).models[0]
        assert "tried again in 1 s" in state.state_reason
        other = health_pb2.HealthCheckRequest(service="vectray.v1.ModelService")
        assert (await health.Check(other)).status == SERVING
        healed.touch()
        async with asyncio.timeout(2):
            assert (await watched.read()).status == SERVING
        await encode(channel)
        watched.cancel()
    await fleet.stop_all()


async def test_health_says_while_a_dead_worker_comes_back(socket: Path) -> None:
    """A worker that was killed at work is replaced, its text is answered, and meanwhile the service is not healthy."""
    fleet = fleet_of(load_seconds=0.1, text_seconds=0.3)
    async with served(fleet, socket) as channel:
        await encode(channel)
        health = health_pb2_grpc.HealthStub(channel)
        watched = health.Watch(health_pb2.HealthCheckRequest(service="vectray.v1.EmbeddingService"))
        assert (await watched.read()).status == SERVING
        asked = asyncio.create_task(encode(channel))
        await asyncio.sleep(0.1)
        (worker,) = fleet.running().values()
        os.kill(worker.pid, signal.SIGKILL)
        async with asyncio.timeout(1):
            assert (await watched.read()).status == NOT_SERVING
        await asked
        async with asyncio.timeout(1):
            assert (await watched.read()).status == SERVING
        watched.cancel()
    await fleet.stop_all()
