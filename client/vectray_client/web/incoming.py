"""The body of a request as it comes in: no more of it, and for no longer, than a page has to say."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import ClientDisconnect

from vectray_client.web.refusals import Refused

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_MOST_BYTES = 64 * 1024
_REFUSED_SECONDS = 2.0


class Incoming:
    """The body of one request."""

    def __init__(self, receive: Receive, *, seconds: float) -> None:
        """It has so long to come, once it is read."""
        self._receive = receive
        self._seconds = seconds
        self._size = 0
        self._is_whole = False
        self._is_late = False

    async def read(self) -> bytes:
        """Return the body.

        Raises:
            ClientDisconnect: the sender is gone.
            Refused: it is too large, or too slow.

        """
        pieces = []
        try:
            async with asyncio.timeout(self._seconds):
                while not self._is_whole:
                    pieces.append(await self._piece())
        except TimeoutError:
            self._is_late = True
            raise Refused("The request's body did not come in time.", status=408, code="TOO_SLOW") from None
        return b"".join(pieces)

    async def is_heard_out(self) -> bool:
        """Read what is left of a refused request, if it is not too much; else the connection must end with the answer.

        Ending it at once would often reset the connection before the sender has seen why; never, and its sender could go on for ever.
        """
        if self._is_late:
            return False
        try:
            async with asyncio.timeout(_REFUSED_SECONDS):
                while not self._is_whole:
                    await self._piece()
        except (TimeoutError, ClientDisconnect, Refused):
            return False
        return True

    async def wait_farewell(self) -> None:
        """Return once the sender of a body that was read is gone."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _piece(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece: bytes = message.get("body", b"")
        self._is_whole = not message.get("more_body")
        self._size += len(piece)
        if self._size > _MOST_BYTES:
            raise Refused(f"A request's body may have {_MOST_BYTES} bytes.", status=413, code="TOO_LARGE")
        return piece
