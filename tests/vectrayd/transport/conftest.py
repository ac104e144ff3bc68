"""The real server on a real socket, with a model that hashes behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc.aio
import pytest
import pytest_asyncio
from tests.fakes import HashingFleet

from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.hub import Hub
from vectrayd.models.library import Library
from vectrayd.models.orders import Orders
from vectrayd.models.pull import Puller
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.transport.desk import Desk
from vectrayd.transport.embedding_service import EmbeddingService
from vectrayd.transport.model_service import ModelService
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
async def served(fleet: HashingFleet | Fleet, socket: Path) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a server that lends the models of `fleet`."""
    scheduler = Scheduler(fleet, streams=2, most_waiting_bytes=64 * 1024 * 1024)
    catalogue = read_catalogue()
    library = Library(socket.parent)
    orders = Orders(catalogue, library, {}, streams=1, findings=socket.parent, spending=socket.parent)
    state = State(catalogue, orders, fleet, scheduler)
    desk = Desk(catalogue, fleet, scheduler)
    puller = Puller(socket.parent, library, Hub())
    server = Server(EmbeddingService(desk), ModelService(catalogue, fleet, state, puller))
    await server.start(socket)
    health = asyncio.create_task(keep_health(state, fleet.changes, server.tell_health))
    async with grpc.aio.insecure_channel(
        f"unix:{socket}", options=[("grpc.max_receive_message_length", 32 * 1024 * 1024)]
    ) as made:
        yield made
    health.cancel()
    await server.stop(grace_seconds=0)
    await scheduler.stop(grace_seconds=0)


@pytest_asyncio.fixture
async def channel(socket: Path, fleet: HashingFleet) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a server that runs as long as the test."""
    async with served(fleet, socket) as made:
        yield made
