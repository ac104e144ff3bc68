"""The real server on a real socket, with a model that hashes behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import pytest
import pytest_asyncio
from tests.fakes import HashingFleet

from vectrayd.models.catalogue import Catalogue, read_catalogue
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


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    """Where the server listens."""
    return tmp_path / "s"


@pytest_asyncio.fixture
async def fleet() -> HashingFleet:
    """Workers that hash."""
    return HashingFleet()


def _models(catalogue: Catalogue, fleet: HashingFleet, models: Path) -> ModelService:
    library = Library(models)
    orders = Orders(catalogue, library, {}, streams=1, findings=models, spending=models)
    return ModelService(catalogue, orders, fleet, Puller(models, library, Hub()))


@pytest_asyncio.fixture
async def scheduler(fleet: HashingFleet) -> AsyncIterator[Scheduler]:
    """Runs as long as the test."""
    made = Scheduler(fleet, streams=2, most_waiting_bytes=64 * 1024 * 1024)
    yield made
    await made.stop(grace_seconds=0)


@pytest.fixture
def desk(fleet: HashingFleet, scheduler: Scheduler) -> Desk:
    """Where orders are taken."""
    return Desk(read_catalogue(), fleet, scheduler)


@pytest_asyncio.fixture
async def server(socket: Path, desk: Desk, fleet: HashingFleet) -> AsyncIterator[Server]:
    """A server that runs as long as the test, and describes itself."""
    models = _models(read_catalogue(), fleet, socket.parent)
    made = Server(EmbeddingService(desk), models, Nobody(), has_reflection=True)
    await made.start(socket)
    yield made
    await made.stop(grace_seconds=0)


@pytest_asyncio.fixture
async def channel(socket: Path, server: Server) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to the server."""
    del server  # it only has to run
    async with grpc.aio.insecure_channel(
        f"unix:{socket}", options=[("grpc.max_receive_message_length", 32 * 1024 * 1024)]
    ) as made:
        yield made
