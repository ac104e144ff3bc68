"""The gRPC servers behind the daemon's doors: bound privately, healthy while they serve, stopped gently."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from vectray.v1 import embedding_pb2, embedding_pb2_grpc, models_pb2, models_pb2_grpc
from vectrayd.transport.certificates import read_pair
from vectrayd.transport.doors import Door
from vectrayd.transport.embedding_service import EmbeddingService
from vectrayd.transport.guard import Guard
from vectrayd.transport.health_service import HealthService
from vectrayd.transport.model_service import ModelService
from vectrayd.transport.observing import Observer
from vectrayd.transport.presence import CannotListen
from vectrayd.transport.rules import Gatekeeper
from vectrayd.transport.tokens import Token

_MOST_MESSAGE_BYTES = 32 * 1024 * 1024
_MOST_CALLS = 1000
"""At once through one door. A backstop far above honest use: past it even health checks are refused."""
_OPTIONS: Sequence[tuple[str, int]] = (
    ("grpc.max_receive_message_length", _MOST_MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MOST_MESSAGE_BYTES),
    ("grpc.max_metadata_size", 8 * 1024),
    ("grpc.absolute_max_metadata_size", 16 * 1024),
    # Two daemons on one port would share its calls out between them in silence.
    ("grpc.so_reuseport", 0),
    ("grpc.server_handshake_timeout_ms", 5_000),
)
_TCP_OPTIONS: Sequence[tuple[str, int]] = (
    ("grpc.max_allowed_incoming_connections", 256),
    # Find out within a minute and a half that a machine has gone, and bear a client that asks as often itself. gRPC's own limit of
    # five minutes would cut such a client off.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
)
_EMBEDDING = embedding_pb2.DESCRIPTOR.services_by_name["EmbeddingService"].full_name
_HEALTHY = (
    "",  # the daemon as a whole
    _EMBEDDING,
    models_pb2.DESCRIPTOR.services_by_name["ModelService"].full_name,
)
_REFLECTED = (*_HEALTHY[1:], health.SERVICE_NAME, reflection.SERVICE_NAME)


class Server:
    """Everything that answers gRPC calls."""

    def __init__(
        self,
        embedding: EmbeddingService,
        models: ModelService,
        observer: Observer,
        *,
        has_reflection: bool = False,
    ) -> None:
        self._embedding = embedding
        self._models = models
        self._has_reflection = has_reflection
        self._observer = observer
        self._health = HealthService(dict.fromkeys(_HEALTHY, True))
        self._servers: list[grpc.aio.Server] = []

    async def start(self, socket: Path) -> None:
        """Serve on `socket`, which only this user may open.

        The caller holds the daemon's lock: gRPC would take the path away from a running server without a word.

        Raises:
            CannotListen: the socket cannot be bound.

        """
        server = self._made([], _OPTIONS)
        closed = os.umask(0o177)
        try:
            server.add_insecure_port(f"unix:{socket}")
            await server.start()
        except RuntimeError as cause:
            raise CannotListen(f"vectrayd cannot listen on {socket}.") from cause
        finally:
            os.umask(closed)

    async def open(self, door: Door, token: Token) -> int:
        """Serve on a TCP port too, to whoever has the token; return the port.

        Raises:
            CannotListen: the address cannot be bound, or the certificate cannot be used.

        """
        server = self._made([Gatekeeper(token)], [*_OPTIONS, *_TCP_OPTIONS])
        credentials = _credentials(door)
        try:
            port = server.add_secure_port(str(door.address), credentials)
            await server.start()
        except RuntimeError as cause:
            raise CannotListen(f"vectrayd cannot listen on {door.address}.") from cause
        return port

    def tell_health(self, *, can_embed: bool) -> None:
        """Tell by the health service whether texts can be encoded; the server itself is healthy anyway."""
        self._health.tell(_EMBEDDING, works=can_embed)

    async def stop(self, *, grace_seconds: float) -> None:
        """Take no new calls, give running ones `grace_seconds`, then cut them off."""
        self._health.tell_stopping()
        self._models.tell_stopping()
        await asyncio.gather(*(server.stop(grace_seconds) for server in self._servers))

    def _made(
        self, gatekeepers: Sequence[grpc.aio.ServerInterceptor], options: Sequence[tuple[str, Any]]
    ) -> grpc.aio.Server:
        """Return another server of the same services. Each door has its own: what crowds one leaves the others free."""
        server = grpc.aio.server(
            interceptors=[Guard(self._observer), *gatekeepers],
            options=options,
            maximum_concurrent_rpcs=_MOST_CALLS,
        )
        embedding_pb2_grpc.add_EmbeddingServiceServicer_to_server(self._embedding, server)
        models_pb2_grpc.add_ModelServiceServicer_to_server(self._models, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        if self._has_reflection:
            reflection.enable_server_reflection(_REFLECTED, server)
        self._servers.append(server)
        return server


def _credentials(door: Door) -> grpc.ServerCredentials:
    if door.tls is None:
        # Checks each connection itself: it must come from this machine.
        return grpc.local_server_credentials(grpc.LocalConnectionType.LOCAL_TCP)
    return grpc.ssl_server_credentials([read_pair(door.tls)])
