"""Who may send HTTP requests. A web page can send them too, from the user's own browser; nothing here trusts that a request which
reaches a loopback port comes from a program of the user.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any, NamedTuple

from starlette.datastructures import Headers

from vectrayd.transport.http.answers import problem
from vectrayd.transport.limits import MOST_BODY_BYTES
from vectrayd.transport.observing import Observer
from vectrayd.transport.tokens import Token

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_REFUSED_BODY_SECONDS = 2.0


class Refusal(NamedTuple):
    """Why a request is not let in."""

    status: int
    message: str


class Doorman:
    """Stands before an application: lets in what may come in, and tells an observer."""

    def __init__(
        self,
        app: App,
        observer: Observer,
        *,
        hosts: Collection[str] = (),
        origins: Collection[str] = (),
        token: Token | None = None,
    ) -> None:
        """Without a token every program on this machine may come in. `hosts` are names of the daemon beside its own ones."""
        self._app = app
        self._hosts = _OWN_NAMES.union(hosts)
        self._origins = frozenset(origins)
        self._token = token
        self._observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began, status = time.monotonic(), "cancelled"

        async def watched(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        self._observer.began(scope["path"])
        try:
            refusal = self._refusal(scope["method"], Headers(scope=scope))
            if refusal:
                app: Any = problem(*refusal, closes=not await _is_read(receive))
                await app(scope, receive, watched)
            else:
                await self._app(scope, receive, watched)
        finally:
            self._observer.ended(scope["path"], status, time.monotonic() - began)

    def _refusal(self, method: str, headers: Headers) -> Refusal | None:
        # A page whose own name was made to lead here (DNS rebinding) still says that name.
        if _host(headers.get("host", "")) not in self._hosts:
            return Refusal(421, "This server is not known by that name; see --http-hosts.")
        if not {origin.casefold() for origin in headers.getlist("origin")} <= self._origins:
            return Refusal(403, "Requests of web pages are not taken.")
        if self._token and not self._token.fits(headers.get("authorization")):
            return Refusal(
                401, "This request needs the daemon's token, as an Authorization header: Bearer TOKEN."
            )
        if (
            method == "POST"
            and headers.get("content-type", "").partition(";")[0].strip() != "application/json"
        ):
            return Refusal(415, "A request's body is application/json.")
        if headers.get("content-encoding", "identity") != "identity":
            return Refusal(415, "A request's body is not compressed.")
        return None


async def _is_read(receive: Receive) -> bool:
    """Read the rest of a refused request, if it is not too much. Else the connection must close, or its sender could go on for ever.

    Closing at once would often reset the connection before the client has seen why.
    """
    size = 0
    try:
        async with asyncio.timeout(_REFUSED_BODY_SECONDS):
            while size < MOST_BODY_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body"):
                    return True
    except TimeoutError:
        pass
    return False


def _host(authority: str) -> str:
    """The name of an authority without its port."""
    name, colon, port = authority.casefold().rpartition(":")
    return name if colon and port.isdecimal() else authority.casefold()
