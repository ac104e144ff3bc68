"""The page's requests: let in, read, answered by whoever can, all by one table of exact methods and paths."""

import asyncio
import json
import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from vectray_client.web.asked import Asked, fields_of
from vectray_client.web.doorman import Scope, Send, check_sender, sealed, session_of
from vectray_client.web.incoming import Incoming, Receive
from vectray_client.web.references import References
from vectray_client.web.refusals import Refused, refusal
from vectray_client.web.sessions import Sessions
from vectray_client.web.shown import Json
from vectray_client.web.static_files import StaticFiles

_log = logging.getLogger(__name__)

_BODY_SECONDS = 10.0
"""Within which a body must have come."""
_CLIENT_CLOSED = 499
"""What nginx calls a request whose client went away; nobody reads it."""
_SESSION = "/session"
_STATIC = "/static/"


class Handler(Protocol):
    """What answers one kind of request."""

    def __call__(self, asked: Asked, /) -> Coroutine[Any, Any, Json | Response]:
        """Return the document, or the whole response, that answers."""


Routes = Mapping[tuple[str, str], Handler]
"""By method and path."""


class App:
    """An ASGI application."""

    def __init__(
        self,
        routes: Routes,
        *,
        sessions: Sessions,
        files: StaticFiles,
        port: int,
        welcome: Callable[[], Coroutine[Any, Any, None]],
        body_seconds: float = _BODY_SECONDS,
    ) -> None:
        """`welcome` is begun for each new session; what goes wrong with it is shown to nobody."""
        self._routes = routes
        self._sessions = sessions
        self._files = files
        self._port = port
        self._welcome = welcome
        self._body_seconds = body_seconds
        self._welcoming: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. No exception's own words leave but those for people: others may quote what somebody is writing."""
        incoming = Incoming(receive, seconds=self._body_seconds)
        try:
            response = await self._answer(Request(scope), incoming)
        except ClientDisconnect:
            response = Response(status_code=_CLIENT_CLOSED)
        except Exception as error:  # noqa: BLE001 - this is the layer that no error passes
            response = _failure(error)
            if not await incoming.is_heard_out():
                response.headers["Connection"] = "close"
        await response(scope, receive, sealed(send))

    async def _answer(self, request: Request, incoming: Incoming) -> Response:
        method, path, headers = request.method, request.url.path, request.headers
        check_sender(method, path, headers, port=self._port)
        session = session_of(path, headers, self._sessions)
        if path == _SESSION:
            return await self._enter(method, incoming)
        if session is None:
            return self._file(method, path, headers)
        handler = self._handler(method, path)
        body = await incoming.read()
        asked = Asked(
            references=session.references,
            words=_words(request),
            fields=fields_of(body) if method != "GET" else {},
        )
        answer = await _unless_gone(incoming, handler(asked))
        return answer if isinstance(answer, Response) else _json_answer(answer)

    async def _enter(self, method: str, incoming: Incoming) -> Response:
        _check_method(method, {"POST"})
        asked = Asked(references=References(), fields=fields_of(await incoming.read()))
        try:
            token = self._sessions.enter(asked.text("code"))
        except Refused:
            await asyncio.sleep(self._sessions.penalty_seconds())
            raise
        welcoming = asyncio.create_task(self._welcome())
        self._welcoming.add(welcoming)  # the loop alone would let it be collected
        welcoming.add_done_callback(self._welcoming.discard)
        return _json_answer({"token": token})

    def _file(self, method: str, path: str, headers: Headers) -> Response:
        if path != "/" and not path.startswith(_STATIC):
            raise _nothing_here()
        _check_method(method, {"GET"})
        name = path.removeprefix(_STATIC) if path != "/" else "index.html"
        return self._files.answer(name, known_tag=headers.get("if-none-match", ""))

    def _handler(self, method: str, path: str) -> Handler:
        methods = {known for known, where in self._routes if where == path}
        if not methods:
            raise _nothing_here()
        _check_method(method, methods)
        return self._routes[method, path]


def _json_answer(document: Json, status: int = 200) -> Response:
    """Return a document. Markup in it is text like any other: with this type and `nosniff` it is never read as anything but JSON."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(body.encode(), status, media_type="application/json")


def _failure(error: Exception) -> Response:
    known = refusal(error)
    if known is None:
        incident = secrets.token_hex(4)
        _log.error("incident %s in a request of the page: %s", incident, type(error).__name__)
        known = (500, "INTERNAL", f"Internal error {incident}.")
    status, code, sentence = known
    return _json_answer({"error": sentence, "code": code}, status)


def _nothing_here() -> Refused:
    return Refused("There is nothing here.", status=404, code="NOT_FOUND")


def _check_method(method: str, known: set[str]) -> None:
    if method not in known:
        raise Refused("This is not done here.", status=405, code="WRONG_METHOD")


def _words(request: Request) -> Mapping[str, list[str]]:
    query = request.query_params
    return {name: query.getlist(name) for name in query}


async def _unless_gone(incoming: Incoming, work: Coroutine[Any, Any, Json | Response]) -> Json | Response:
    """Return what comes of `work`, which is cancelled when the page hangs up to ask for something else.

    Raises:
        ClientDisconnect: it did.

    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(incoming.wait_farewell())
    try:
        await asyncio.wait([working, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()
