"""`python -m vectray_client` as a process, where only a process can show it."""

import asyncio
import sys
from pathlib import Path
from subprocess import PIPE

import grpc.aio

from vectray import CONTRACT_REVISION
from vectray.places import find_places, make_private
from vectray.v1 import models_pb2 as pb
from vectray.v1 import models_pb2_grpc


class Silent(models_pb2_grpc.ModelServiceServicer):
    """A daemon that knows its models, and never says when one is loaded."""

    def __init__(self) -> None:
        self.is_asked = asyncio.Event()

    async def List(self, request: pb.ModelServiceListRequest, context: object) -> pb.ModelServiceListResponse:  # noqa: ARG002, N802
        """Nothing but itself."""
        return pb.ModelServiceListResponse(daemon=pb.Daemon(contract_revision=CONTRACT_REVISION, pid=1))

    async def Unload(self, request: pb.ModelServiceUnloadRequest, context: object) -> None:  # noqa: ARG002, N802
        """Never."""
        self.is_asked.set()
        await asyncio.Event().wait()


async def test_the_terminal_shows_our_words_alone(tmp_path: Path) -> None:
    """When a daemon cuts its calls off, what a person reads is one sentence, and no line of the gRPC library's own log."""
    environment = {"VECTRAY_HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    places = find_places(environment)
    make_private(places.runtime)
    silent, server = Silent(), grpc.aio.server()
    models_pb2_grpc.add_ModelServiceServicer_to_server(silent, server)  # type: ignore[no-untyped-call]
    server.add_insecure_port(f"unix:{places.daemon_socket}")
    await server.start()
    unload = (sys.executable, "-m", "vectray_client", "models", "unload", "m")
    program = await asyncio.create_subprocess_exec(*unload, env=environment, stderr=PIPE)
    await silent.is_asked.wait()
    places.config.mkdir()
    places.config_file.write_text("damaged", "ascii")  # so that no other daemon starts
    await server.stop(0)
    _, words = await program.communicate()
    (line,) = words.splitlines()
    assert line.startswith(b"vectray: vectrayd could not be started: ")
