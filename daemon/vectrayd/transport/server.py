"""The gRPC server on its socket: bound privately, healthy while it serves, stopped gently."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grpc.aio
from grpc_health.v1 import health_pb2_grpc

from vectray.v1 import embedding_pb2, embedding_pb2_grpc, models_pb2, models_pb2_grpc
from vectrayd.transport.door import CannotListen
from vectrayd.transport.embedding_service import EmbeddingService
from vectrayd.transport.guard import Guard
from vectrayd.transport.health_service import HealthService
from vectrayd.transport.model_service import ModelService

_MOST_MESSAGE_BYTES = 32 * 1024 * 1024
_EMBEDDING = embedding_pb2.DESCRIPTOR.services_by_name["EmbeddingService"].full_name
_SERVICES = (
    "",  # the server as a whole
    _EMBEDDING,
    models_pb2.DESCRIPTOR.services_by_name["ModelService"].full_name,
)


class Server:
    """Everything that answers on the daemon's socket."""

    def __init__(self, embedding: EmbeddingService, models: ModelService) -> None:
        options: Sequence[tuple[str, Any]] = (
            ("grpc.max_receive_message_length", _MOST_MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MOST_MESSAGE_BYTES),
        )
        self._grpc = grpc.aio.server(interceptors=[Guard()], options=options)
        self._health = HealthService(dict.fromkeys(_SERVICES, True))
        embedding_pb2_grpc.add_EmbeddingServiceServicer_to_server(embedding, self._grpc)
        models_pb2_grpc.add_ModelServiceServicer_to_server(models, self._grpc)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._grpc)

    async def start(self, socket: Path) -> None:
        """Serve on `socket`, which only this user may open.

        The caller holds the daemon's lock: gRPC would take the path away from a running server without a word.

        Raises:
            CannotListen: the socket cannot be bound.

        """
        closed = os.umask(0o177)
        try:
            self._grpc.add_insecure_port(f"unix:{socket}")
            await self._grpc.start()
        except RuntimeError as cause:
            raise CannotListen(f"vectrayd cannot listen on {socket}.") from cause
        finally:
            os.umask(closed)

    def tell_health(self, *, can_embed: bool) -> None:
        """Tell by the health service whether texts can be encoded; the server itself is healthy anyway."""
        self._health.tell(_EMBEDDING, works=can_embed)

    async def stop(self, *, grace_seconds: float) -> None:
        """Take no new calls, give running ones `grace_seconds`, then cut them off."""
        self._health.tell_stopping()
        await self._grpc.stop(grace_seconds)
