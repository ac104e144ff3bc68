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
async def channel(socket: Path, fleet: HashingFleet) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a server that runs as long as the test."""
    scheduler = Scheduler(fleet, streams=2, most_waiting_bytes=64 * 1024 * 1024)
    catalogue = read_catalogue()
    desk = Desk(catalogue, fleet, scheduler)
    server = Server(EmbeddingService(desk), _models(catalogue, fleet, socket.parent))
    await server.start(socket)
    async with grpc.aio.insecure_channel(
        f"unix:{socket}", options=[("grpc.max_receive_message_length", 32 * 1024 * 1024)]
    ) as made:
        yield made
    await server.stop(grace_seconds=0)
    await scheduler.stop(grace_seconds=0)
