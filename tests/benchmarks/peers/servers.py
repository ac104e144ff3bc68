"""The servers that are compared, all running at once, each asked in the leanest way that its protocol has."""

import asyncio
import contextlib
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import grpc.aio
import numpy as np
from numpy.typing import NDArray
from tests.benchmarks.daemons import Measured
from tests.benchmarks.peers.environments import QUIET, Environments
from tests.benchmarks.peers.http_client import connected

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc

Ask = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]
"""Texts to vectors, float32 (n, dimensions)."""
_START_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server."""

    name: str
    program: Callable[[], AbstractAsyncContextManager[Ask]]
    """Connects a program that says nothing of its purpose."""
    person: Callable[[], AbstractAsyncContextManager[Ask]]
    """Connects a program that asks for a person."""
    bulk: Callable[[], AbstractAsyncContextManager[Ask]]
    """Connects a program with much work that nobody waits for."""


def ours(daemon: Measured, model: str) -> Server:
    """Return the daemon, by unary Encode over its Unix socket."""

    @contextlib.asynccontextmanager
    async def connect(lane: pb.Lane.ValueType) -> AsyncIterator[Ask]:
        async with grpc.aio.insecure_channel(
            daemon.address, [("grpc.max_receive_message_length", -1)]
        ) as channel:
            stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)

            async def ask(texts: Sequence[str]) -> NDArray[np.float32]:
                request = pb.EncodeRequest(
                    texts=texts, options=pb.EncodeOptions(model=model), lane=lane, client_name="benchmark"
                )
                response = await stub.Encode(request)
                return np.stack(
                    [np.frombuffer(result.embedding.vector, "<f4") for result in response.results]
                )

            yield ask

    return Server(
        name="vectrayd",
        program=lambda: connect(pb.LANE_UNSPECIFIED),
        person=lambda: connect(pb.LANE_INTERACTIVE),
        bulk=lambda: connect(pb.LANE_BULK),
    )


@contextlib.contextmanager
def infinity(made: Environments, model: Path) -> Iterator[Server]:
    """Run infinity-emb with torch, its own defaults otherwise."""
    port = _free_port()
    command = [made.program("infinity", "infinity_emb"), "v2", "--model-id", str(model), "--engine", "torch"]
    # BetterTransformer, on by default, is gone from the releases that it needs.
    command += ["--device", "cpu", "--no-bettertransformer", "--served-model-name", "model"]
    command += ["--log-level", "warning", "--host", "127.0.0.1", "--port", str(port)]
    with _process(command):
        yield _http("infinity-emb", port)


@contextlib.contextmanager
def fastembed(made: Environments) -> Iterator[Server]:
    """Run fastembed behind a small server."""
    port = _free_port()
    program = str(Path(__file__).with_name("fastembed_server.py"))
    with _process([made.program("fastembed", "python"), program, str(made.onnx), str(port)]):
        yield _http("fastembed", port)


async def wait_ready(server: Server) -> None:
    """Wait until a server answers.

    Raises:
        TimeoutError: it does not.

    """
    async with asyncio.timeout(_START_SECONDS):
        while True:
            with contextlib.suppress(OSError):
                async with server.program() as ask:
                    await ask(["are you there"])
                    return
            await asyncio.sleep(0.5)


def _http(name: str, port: int) -> Server:
    @contextlib.asynccontextmanager
    async def connect() -> AsyncIterator[Ask]:
        async with connected(port) as connection:
            yield connection.embed

    return Server(name=name, program=connect, person=connect, bulk=connect)


@contextlib.contextmanager
def _process(command: Sequence[str]) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        env={**os.environ, **QUIET, "PYTHONPATH": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
