"""An HTTP server on a socket of the loopback, in the event loop of whoever starts it."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from vectray_client.domain import Fault
from vectray_client.web.doorman import HEADERS

_HOST = "127.0.0.1"
_PORTS = 65_536
_MOST_CONNECTIONS = 64
"""A browser keeps six to a server, and one for each tab's stream of states."""
_SILENCE_SECONDS = 10.0
"""A connection that has not sent a whole request head by then is closed."""
_MOST_HEAD_BYTES = 128 * 1024
"""A question of ten thousand Chinese characters, each of which takes nine bytes in an address."""
_IDLE_SECONDS = 60
"""How long a connection may stay open between two requests."""
_GRACE_SECONDS = 1
"""For running requests, once the server is told to end."""


class CannotServe(Fault):
    """The page's server finds no port to listen on."""


def bound_socket(port: int) -> socket.socket:
    """Return a listening socket of the loopback, on `port` if it is free, else on any.

    Raises:
        CannotServe: there is none.

    """
    for wanted in (port if port in range(_PORTS) else 0, 0):
        with contextlib.suppress(OSError):
            return socket.create_server((_HOST, wanted))
    raise CannotServe("The page cannot be served: no port of this machine is free.")


async def serve_until(
    told: asyncio.Event,
    app: Any,  # noqa: ANN401 - any ASGI application
    *,
    listening: socket.socket,
    silence_seconds: float = _SILENCE_SECONDS,
) -> None:
    """Serve `app` on `listening`, which is closed in the end, until `told`."""
    config = uvicorn.Config(
        app,
        http=partial(_Prompt, silence_seconds),  # type: ignore[arg-type] # whatever makes a protocol will do
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        h11_max_incomplete_event_size=_MOST_HEAD_BYTES,
    )
    await _Server(config, told).serve([listening])


class _Server(uvicorn.Server):
    """Leaves signals to the agent, and waits to be told to stop instead of looking ten times a second."""

    def __init__(self, config: uvicorn.Config, told: asyncio.Event) -> None:
        super().__init__(config)
        self._told = told

    async def main_loop(self) -> None:
        await self._told.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Prompt(H11Protocol):
    """Answers without delay, and closes connections that say nothing, or half a request; uvicorn alone would keep them for ever."""

    def __init__(self, silence_seconds: float, **arguments: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(**arguments)
        self._silence_seconds = silence_seconds
        self._silence: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            transport.abort()
            return
        # Head and body of an answer are two writes; without this the second waits 40 ms for the first to be acknowledged.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or too long, in the words and under the headers of all answers; `msg` is uvicorn's."""
        del msg
        body = b'{"error":"This is no request, or a request that is too long.","code":"BAD_REQUEST"}'
        headers = {
            **HEADERS,
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "Connection": "close",
        }
        events = (
            h11.Response(status_code=400, headers=[*headers.items()]),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _expect_head(self) -> None:
        """Give a head that has begun, or should by now, its time; data in the middle of it wins none."""
        if self.conn.their_state is not h11.IDLE:
            self._expect_nothing()
        elif self._silence is None:
            self._silence = self.loop.call_later(self._silence_seconds, self.transport.close)

    def _expect_nothing(self) -> None:
        if self._silence:
            self._silence.cancel()
            self._silence = None
