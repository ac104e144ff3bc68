"""The page's server on a real port, before a real index that is filled by hand."""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.vectray_client.agent.conftest import Asker
from tests.vectray_client.agent.small_pipeline import SmallPipeline
from tests.vectray_client.store.documents import MODEL, document, index_path, put

from vectray.places import Places, make_private
from vectray_client.agent.server import serve
from vectray_client.domain import FileType
from vectray_client.freshness import Scope
from vectray_client.store.store import Store
from vectray_client.watch.rules import Rules
from vectray_client.web.serving import PageServer
from vectray_client.web.settings import Diagnosis, Installation

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Else each client would read all the certificates of the machine."""
MARKUP = "<img src=x onerror=alert(1)>.md"


@dataclass(frozen=True)
class Site:
    """One person's page."""

    places: Places
    folder: Path
    pipeline: SmallPipeline
    server: PageServer

    @property
    def root(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server.port}"

    def stranger(self) -> httpx.Client:
        """Somebody without a token."""
        return httpx.Client(base_url=self.root, timeout=10, verify=_NO_TLS)

    def visitor(self) -> httpx.Client:
        """Somebody with a token of their own."""
        client = self.stranger()
        code = self.server.address().url.partition("#code=")[2]
        token = httpx.post(f"{self.root}/session", json={"code": code}, timeout=10, verify=_NO_TLS).json()[
            "token"
        ]
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    def connection(self) -> socket.socket:
        """For what no client library would send."""
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=5)

    def raw(self, request: bytes) -> bytes:
        """Send bytes; return what comes until the server hangs up or has sent a head."""
        with self.connection() as connection:
            connection.sendall(request)
            return connection.recv(65536)


@contextlib.contextmanager
def open_site(directory: Path) -> Iterator[Site]:
    """Serve the page over two documents."""
    places = Places(config=directory / "config", data=directory / "data", runtime=directory / "run")
    make_private(places.runtime)
    folder = directory / "文档 d"
    folder.mkdir()
    pipeline = SmallPipeline(index_path(directory))
    try:
        pipeline.call(lambda store: _fill(store, folder)).result()
        with serve(
            pipeline,
            Asker(),
            socket=places.agent_socket,
            index_file=index_path(directory),
            scope=Scope(rules=Rules(), own=frozenset([str(places.data)])),
            complain=lambda _: None,
        ):
            installation = Installation(
                places=places,
                index_file="index",
                home=str(directory),
                diagnose=lambda agent, daemon: Diagnosis(
                    findings=[(f"{agent.files} files.", "Nothing to do.")], report=f"daemon: {daemon}\n"
                ),
                environment={
                    "XDG_CONFIG_HOME": str(directory / "desktop"),
                    "XDG_CONFIG_DIRS": str(directory),
                },
            )
            with contextlib.closing(PageServer(installation)) as server:
                yield Site(places, folder, pipeline, server)
    finally:
        pipeline.close()


def _fill(store: Store, folder: Path) -> None:
    store.set_model(MODEL)
    store.add_folder(str(folder))
    markup = document("<script>alert('text')</script> & tides 😀", "the moon", file_type=FileType.MARKDOWN)
    put(store, str(folder / MARKUP), markup)
    put(store, str(folder / "garden.txt"), document("tomatoes need sun"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The page that most tests share."""
    with open_site(tmp_path_factory.mktemp("page")) as opened:
        yield opened


@pytest.fixture
def page(site: Site) -> Iterator[httpx.Client]:
    """A page that somebody has opened."""
    with contextlib.closing(site.visitor()) as client:
        yield client


@pytest.fixture
def stranger(site: Site) -> Iterator[httpx.Client]:
    """Somebody who has no token."""
    with contextlib.closing(site.stranger()) as client:
        yield client
