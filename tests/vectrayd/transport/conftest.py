"""The real server on a real socket, with a model that hashes behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc.aio
import pytest
import pytest_asyncio
from tests.fakes import HashingFleet

from vectrayd.domain.pacing import Pacing
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.hub import Hub
from vectrayd.models.library import Library
from vectrayd.models.orders import Orders
from vectrayd.models.pull import Puller
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.transport.desk import Desk
from vectrayd.transport.embedding_service import EmbeddingService
from vectrayd.transport.model_service import ModelService
from vectrayd.transport.observing import Nobody
from vectrayd.transport.server import Server
from vectrayd.transport.state import State
from vectrayd.transport.watching import keep_health
from vectrayd.workers.fleet import Fleet


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    """Where the server listens."""
    return tmp_path / "s"


@pytest_asyncio.fixture
async def fleet() -> HashingFleet:
    """Workers that hash."""
    return HashingFleet()


@asynccontextmanager
async def serving(fleet: HashingFleet | Fleet, socket: Path, scheduler: Scheduler) -> AsyncIterator[Server]:
    """A server that lends the models of `fleet`, and describes itself."""
    catalogue = read_catalogue()
    library = Library(socket.parent)
    orders = Orders(catalogue, library, {}, streams=1, findings=socket.parent, spending=socket.parent)
    state = State(catalogue, orders, fleet, scheduler)
    desk = Desk(catalogue, fleet, scheduler)
    puller = Puller(socket.parent, library, Hub())
    models = ModelService(catalogue, fleet, state, puller)
    server = Server(EmbeddingService(desk), models, Nobody(), has_reflection=True)
    await server.start(socket)
    health = asyncio.create_task(keep_health(state, fleet.changes, server.tell_health))
    yield server
    health.cancel()
    await server.stop(grace_seconds=0)


@asynccontextmanager
async def channel_to(socket: Path) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a server."""
    options = [("grpc.max_receive_message_length", 32 * 1024 * 1024)]
    async with grpc.aio.insecure_channel(f"unix:{socket}", options=options) as made:
        yield made


@asynccontextmanager
async def served(fleet: HashingFleet | Fleet, socket: Path) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a server of its own."""
    scheduler = Scheduler(fleet, lambda _: Pacing(streams=2), most_waiting_bytes=64 * 1024 * 1024)
    async with serving(fleet, socket, scheduler), channel_to(socket) as made:
        yield made
    await scheduler.stop(grace_seconds=0)


@pytest_asyncio.fixture
async def scheduler(fleet: HashingFleet) -> AsyncIterator[Scheduler]:
    """Runs as long as the test."""
    made = Scheduler(fleet, lambda _: Pacing(streams=2), most_waiting_bytes=64 * 1024 * 1024)
    yield made
    await made.stop(grace_seconds=0)


@pytest.fixture
def desk(fleet: HashingFleet, scheduler: Scheduler) -> Desk:
    """Where terms are agreed on."""
    return Desk(read_catalogue(), fleet, scheduler)


@pytest_asyncio.fixture
async def server(socket: Path, scheduler: Scheduler, fleet: HashingFleet) -> AsyncIterator[Server]:
    """A server that runs as long as the test."""
    async with serving(fleet, socket, scheduler) as made:
        yield made


@pytest_asyncio.fixture
async def channel(socket: Path, server: Server) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to it."""
    del server  # it only has to run
    async with channel_to(socket) as made:
        yield made
