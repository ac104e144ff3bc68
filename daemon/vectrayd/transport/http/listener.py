"""An HTTP server inside the daemon's own event loop."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from vectrayd.transport.certificates import read_pair
from vectrayd.transport.doors import Address, Tls
from vectrayd.transport.presence import CannotListen

_MOST_CONNECTIONS = 256
_SILENCE_SECONDS = 10.0
"""A connection that has not sent a whole request head by then is closed."""
_MOST_HEAD_BYTES = 16 * 1024
_IDLE_SECONDS = 60
"""How long a connection may stay open between two requests, for clients that keep a pool of them."""


class Listener:
    """Serves one ASGI application at one address."""

    def __init__(self, app: Any, address: Address, tls: Tls | None = None) -> None:  # noqa: ANN401 - any ASGI application
        self._address = address
        self._tls = tls
        self._config = uvicorn.Config(
            app,
            http=_Prompt,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_keep_alive=_IDLE_SECONDS,
            h11_max_incomplete_event_size=_MOST_HEAD_BYTES,
            ssl_certfile=tls.certificate if tls else None,
            ssl_keyfile=tls.key if tls else None,
        )
        self._server = _Server(self._config)
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> Address:
        """Listen; return the address with its real port.

        Raises:
            CannotListen: the address cannot be bound, or the certificate cannot be used.

        """
        if self._tls:
            read_pair(self._tls)
        self._config.load()
        family = socket.AF_INET6 if ":" in self._address.host else socket.AF_INET
        try:
            listening = socket.create_server((self._address.host, self._address.port), family=family)
        except OSError as error:
            words = os.strerror(error.errno) if error.errno else "there is no such address"
            raise CannotListen(f"vectrayd cannot listen on {self._address}: {words}.") from error
        self._serving = asyncio.create_task(self._server.serve([listening]))
        return Address(host=self._address.host, port=listening.getsockname()[1])

    async def stop(self, *, grace_seconds: float) -> None:
        """Take no new requests, give running ones `grace_seconds`, then cut them off."""
        self._config.timeout_graceful_shutdown = round(grace_seconds)
        self._server.told.set()
        if self._serving:
            await self._serving


class _Server(uvicorn.Server):
    """Leaves signals to the daemon, and waits to be told to stop instead of looking ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told = asyncio.Event()

    async def main_loop(self) -> None:
        await self.told.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Prompt(H11Protocol):
    """Answers without delay, and closes connections that say nothing, or half a request; uvicorn alone would keep them for ever."""

    _silence: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            transport.abort()  # each takes a file descriptor, and workers need some too
            return
        # Head and body of an answer are two writes; without this the second waits 40 ms for the first to be acknowledged. asyncio
        # sets it by itself, but not for connections to a socket that it did not make.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        """Give a head that has begun, or should by now, its time; data in the middle of it wins none."""
        if self.conn.their_state is not h11.IDLE:
            self._expect_nothing()
        elif self._silence is None:
            self._silence = self.loop.call_later(_SILENCE_SECONDS, self.transport.close)

    def _expect_nothing(self) -> None:
        if self._silence:
            self._silence.cancel()
            self._silence = None
