"""What the page asks of a folder before it is added: looked through while the page shows how far that is."""

import contextlib
import json
from collections.abc import AsyncGenerator
from dataclasses import asdict

from starlette.responses import Response, StreamingResponse

from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.surveyed import Survey
from vectray_client.web.asked import Asked
from vectray_client.web.refusals import refusal
from vectray_client.web.shown import Json


class Surveying:
    """Has the agent look through folders, for as long as the page listens."""

    def __init__(self, agent: AsyncAgent) -> None:
        self._agent = agent

    async def survey(self, asked: Asked) -> Response:
        """Tell what is known of a folder so far, a line of JSON each time, the last one whole. What goes wrong midway is the last line, too."""
        known = self._agent.survey(asked.text("path"))
        first = await anext(known)  # what is no folder is refused as with every other question
        return StreamingResponse(_lines(first, known), media_type="application/x-ndjson")


async def _lines(first: Survey, rest: AsyncGenerator[Survey, None]) -> AsyncGenerator[bytes, None]:
    async with contextlib.aclosing(rest):
        try:
            yield _line(asdict(first))
            async for survey in rest:
                yield _line(asdict(survey))
        except VectrayClientError as error:
            _, code, sentence = refusal(error) or (500, "INTERNAL", "The folder cannot be looked through.")
            yield _line({"error": sentence, "code": code})


def _line(document: Json) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
