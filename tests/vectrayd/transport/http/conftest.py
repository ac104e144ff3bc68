"""The embeddings API on a real port, with a model that hashes behind it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.models.orders import Orders
from vectrayd.transport.desk import Desk
from vectrayd.transport.doors import Address, Door, HttpDoor
from vectrayd.transport.http.servers import embeddings_listener
from vectrayd.transport.observing import Nobody
from vectrayd.transport.tokens import token_of


@dataclass
class Notebook(Nobody):
    """Keeps what it is told of calls."""

    calls: list[tuple[str, str]] = field(default_factory=list)

    def ended(self, method: str, code: str, seconds: float) -> None:
        """Write a call down."""
        del seconds
        self.calls.append((method, code))


@pytest.fixture
def notebook() -> Notebook:
    """Empty."""
    return Notebook()


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    """Where the token is."""
    return tmp_path / "token"


@pytest_asyncio.fixture
async def stranger(desk: Desk, token_file: Path, notebook: Notebook) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API that has no token."""
    door = HttpDoor(
        door=Door(address=Address(host="127.0.0.1", port=0), token_file=token_file),
        hosts=frozenset({"desk.example"}),
        origins=frozenset({"app://notes"}),
    )
    folder = token_file.parent
    orders = Orders(read_catalogue(), Library(folder), {}, streams=1, findings=folder, spending=folder)
    listener = embeddings_listener(
        door, token_of(token_file), notebook, desk=desk, catalogue=read_catalogue(), orders=orders
    )
    address = await listener.start()
    async with httpx.AsyncClient(base_url=f"http://{address}", timeout=10) as made:
        yield made
    await listener.stop(grace_seconds=0)


@pytest.fixture
def client(stranger: httpx.AsyncClient, token_file: Path) -> httpx.AsyncClient:
    """A client that has it."""
    stranger.headers["authorization"] = f"Bearer {token_file.read_text('ascii').strip()}"
    return stranger
