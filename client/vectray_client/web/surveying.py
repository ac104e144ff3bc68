"""What the page asks of a folder before it is added: looked through while the page shows how far that is."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from dataclasses import asdict

from starlette.responses import Response, StreamingResponse

from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.surveyed import Survey
from vectray_client.web.asked import Asked
from vectray_client.web.refusals import Refused, refusal
from vectray_client.web.shown import Json


class Surveying:
    """Has the agent look through folders, for as long as the page listens."""

    def __init__(self, agent: AsyncAgent) -> None:
        self._agent = agent
        self._waiting: set[asyncio.Timeout] = set()
        self._is_closed = False

    def close(self) -> None:
        """End all of them."""
        self._is_closed = True
        for limit in self._waiting:
            limit.reschedule(0.0)

    async def survey(self, asked: Asked) -> Response:
        """Tell what is known of a folder so far, a line of JSON each time, the last one whole. What goes wrong midway is the last line, too."""
        known = self._agent.survey(asked.text("path"))
        first = await anext(known)  # what is no folder is refused as with every other question
        return StreamingResponse(self._lines(first, known), media_type="application/x-ndjson")

    async def _lines(self, first: Survey, rest: AsyncGenerator[Survey, None]) -> AsyncGenerator[bytes, None]:
        async with contextlib.aclosing(rest):
            try:
                survey: Survey | None = first
                while survey:
                    yield _line(asdict(survey))
                    survey = await self._next(rest)
            except (VectrayClientError, Refused) as error:
                _, code, sentence = refusal(error) or (
                    500,
                    "INTERNAL",
                    "The folder cannot be looked through.",
                )
                yield _line({"error": sentence, "code": code})

    async def _next(self, surveys: AsyncGenerator[Survey, None]) -> Survey | None:
        """Wait for what is known next; None at the end. Refused once it is closed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0 if self._is_closed else None) as limit:
                self._waiting.add(limit)
                try:
                    return await anext(surveys, None)
                finally:
                    self._waiting.discard(limit)
        raise Refused("The agent is about to end.", status=503, code="STOPPING")


def _line(document: Json) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
