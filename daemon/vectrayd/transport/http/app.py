"""The embeddings API: each request in a few lines, through the same desk as gRPC's calls."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vectrayd.domain.embedding import Embedding
from vectrayd.domain.errors import InvalidOption, VectrayError
from vectrayd.models.catalogue import Catalogue
from vectrayd.models.orders import Orders
from vectrayd.transport.desk import Desk, Terms
from vectrayd.transport.http import answers
from vectrayd.transport.http.asked import Asked, Tokens, asked
from vectrayd.transport.limits import MOST_BODY_BYTES

_log = logging.getLogger(__name__)

_BODY_SECONDS = 60.0
"""Within which a body must have come."""

_CLIENT_CLOSED = 499
"""What nginx calls a request whose client went away; nobody reads it but the metrics."""

_UNREAD = (408, 413)
"""Statuses of requests whose sender may still be sending."""

Handler = Callable[[Request], Awaitable[Response]]

EMBEDDINGS = "/v1/embeddings"
MODELS = "/v1/models"


def make_app(desk: Desk, catalogue: Catalogue, orders: Orders) -> Starlette:
    """Return the application. It does not ask who is there: a Doorman does."""

    async def embeddings(request: Request) -> Response:
        wanted = asked(await _body(request), request.headers.get("x-vectray-lane"))
        return await _unless_gone(request, _embedded(desk, wanted))

    async def models(_: Request) -> Response:
        return answers.models(entry for entry in catalogue.entries.values() if orders.is_present(entry))

    async def model(request: Request) -> Response:
        return answers.model(catalogue.resolve(request.path_params["name"]))

    routes = [
        Route(EMBEDDINGS, _answering(embeddings), methods=["POST"]),
        Route(MODELS, _answering(models), methods=["GET"]),
        Route(MODELS + "/{name:path}", _answering(model), methods=["GET"]),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _not_found})
    app.router.redirect_slashes = False
    return app


async def _embedded(desk: Desk, wanted: Asked) -> Response:
    terms = await desk.agree(wanted.wish)
    found: list[Embedding] = []
    texts = wanted.texts or await _spelled(desk, wanted.tokens, terms)
    for position, outcome in enumerate(await desk.encode(texts, terms)):
        if isinstance(outcome, VectrayError):
            return answers.failure(outcome, param=f"input[{position}]")
        found.append(outcome)
    pieces = answers.embeddings(found, model=terms.format.model, is_base64=wanted.is_base64)
    return StreamingResponse(_in_turns(pieces), media_type="application/json")


async def _spelled(desk: Desk, tokens: Sequence[Tokens], terms: Terms) -> list[str]:
    """Return the texts of `tokens`, which clients send that have a tokenizer of their own.

    Raises:
        InvalidOption: the model's tokenizer does not make these tokens of any text: they are another's, whose vectors would be nonsense.

    """
    texts = []
    for position, text in enumerate(await desk.spell(tokens, terms)):
        if text is None:
            raise InvalidOption(f"input[{position}] has tokens that are not this model's. Send the text.")
        texts.append(text)
    return texts


async def _in_turns(pieces: Iterator[str]) -> AsyncIterator[str]:
    for piece in pieces:
        yield piece
        await asyncio.sleep(0)


async def _body(request: Request) -> bytes:
    """Read the body.

    Raises:
        ClientDisconnect: the client is gone.
        HTTPException: it is too large, or too slow.

    """
    pieces, size = [], 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for piece in request.stream():
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BODY_BYTES:
                    raise HTTPException(413, f"A request's body may have {MOST_BODY_BYTES} bytes.")
    except TimeoutError:
        raise HTTPException(408, "The request's body did not come in time.") from None
    return b"".join(pieces)


async def _unless_gone(request: Request, work: Coroutine[Any, Any, Response]) -> Response:
    """Return what comes of `work`, which is cancelled when the client hangs up.

    Raises:
        ClientDisconnect: it did.

    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(request.receive())  # the body has been read: only a farewell can come
    try:
        await asyncio.wait([working, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()


def _answering(handler: Handler) -> Handler:
    """Turn errors into answers. No exception's own words leave: they may quote what somebody is writing."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except VectrayError as error:
            return answers.failure(error)
        except HTTPException:
            raise
        except ClientDisconnect:
            return Response(status_code=_CLIENT_CLOSED)
        except Exception as error:  # noqa: BLE001 - this is the layer that no error passes
            incident = secrets.token_hex(4)
            _log.error("incident %s in an HTTP request: %s", incident, type(error).__name__)
            return answers.problem(500, f"Internal error {incident}.")

    return answer


async def _not_found(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = error.detail if isinstance(error, HTTPException) else "Internal error."
    return answers.problem(status, words, closes=status in _UNREAD)
