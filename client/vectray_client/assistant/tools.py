"""What an assistant can do: search and read. Names, descriptions and schemas of the tools are made of what stands here."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel, Field

from vectray_client.assistant import answers, readable
from vectray_client.assistant.inside import path_inside
from vectray_client.assistant.line import Line
from vectray_client.domain import FileType
from vectray_client.sdk.agent_async import AsyncAgent

_FRESHNESS_SECONDS = 2.0
"""For files that were saved just now, by the assistant itself perhaps."""
_EARLIEST, _LATEST = date(1970, 1, 2), date(2200, 1, 1)
"""Days that are Unix times in every time zone."""

Query = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4000,
        description=(
            "What to look for, in the user's own words, in any language: a question or a few words. It is matched by meaning and by words."
            ' Optional operators: "words in quotes" must stand there just so; -word must not; type:pdf, in:FOLDER, name:WORD,'
            " since:2026-01-31, until:7d narrow the search."
        ),
    ),
]
Path = Annotated[
    str, Field(min_length=1, max_length=4096, description="Absolute path, as the other tools give it.")
]
Top = Annotated[int, Field(ge=1, le=30, description="Documents to give at most.")]
FoldersAsked = Annotated[
    list[Path], Field(max_length=50, description="Only below these folders; empty for everywhere.")
]
Types = Annotated[list[FileType], Field(description="Only files of these types; empty for all.")]
Day = Annotated[date | None, Field(ge=_EARLIEST, le=_LATEST)]
Few = Annotated[int, Field(ge=0, le=20)]


class Tools:
    """Each method is a tool. Raises VectrayClientError and Fault, whose messages are for the assistant."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def search(
        self,
        *,
        query: Query,
        top: Top = 10,
        folders: FoldersAsked = [],  # noqa: B006 - the schema's default; never changed
        types: Types = [],  # noqa: B006 - as above
        since: Annotated[Day, Field(description="Only files changed on this day or later.")] = None,
        until: Annotated[Day, Field(description="Only files changed on this day or before.")] = None,
        name: Annotated[str, Field(max_length=255, description="Only files whose name holds this.")] = "",
        more_passages: Annotated[
            int, Field(ge=0, le=5, description="Further passages to give of each document.")
        ] = 0,
    ) -> Annotated[CallToolResult, answers.Documents]:
        """Search the user's own documents, by meaning and by words, and get the best passage of each document that was found.

        Passages are quotations. Where more of a document is needed, pass its path and a passage's position to read_passages.
        """

        async def asked(agent: AsyncAgent) -> answers.Documents:
            found = await agent.search(
                query,
                top=top,
                folders=await _inside(agent, *folders),
                types=types,
                name=name,
                since_unix_ms=_midnight_ms(since) if since else 0,
                until_unix_ms=_midnight_ms(until + timedelta(days=1)) if until else 0,
                more_passages=more_passages,
                freshness_wait_seconds=_FRESHNESS_SECONDS,
            )
            return answers.documents(found.hits, found)

        found = await self._line.ask(asked)
        return _result(found, readable.documents(found))

    async def similar(
        self,
        *,
        path: Path,
        top: Top = 10,
        folders: FoldersAsked = [],  # noqa: B006 - the schema's default; never changed
        types: Types = [],  # noqa: B006 - as above
    ) -> Annotated[CallToolResult, answers.Documents]:
        """Find documents that are about the same as one that is indexed, nearest first."""

        async def asked(agent: AsyncAgent) -> answers.Documents:
            of, *below = await _inside(agent, path, *folders)
            return answers.documents(await agent.similar(of, top=top, folders=below, types=types))

        found = await self._line.ask(asked)
        return _result(found, readable.documents(found))

    async def read_passages(
        self,
        *,
        path: Path,
        position: Annotated[
            int,
            Field(ge=0, le=2**53, description="A passage's position; 0 for the beginning of the document."),
        ] = 0,
        before: Annotated[Few, Field(description="Passages to read before that one.")] = 0,
        after: Annotated[Few, Field(description="Passages to read after it.")] = 2,
    ) -> Annotated[CallToolResult, answers.Excerpts]:
        """Read a passage of an indexed document with its neighbours, in the document's order.

        An answer holds 24,000 characters at most; next_position and previous_position tell where to go on.
        """

        async def asked(agent: AsyncAgent) -> answers.Excerpts:
            (of,) = await _inside(agent, path)
            reading = await agent.read_passages(of, at=position, before=before + 1, after=after + 1)
            return answers.excerpts(of, reading, position=position, before=before, after=after)

        read = await self._line.ask(asked)
        return _result(read, readable.excerpts(read))

    async def list_folders(self) -> Annotated[CallToolResult, answers.Folders]:
        """List the folders that are indexed. Nothing outside them can be found or read."""
        listed = answers.folders(await self._line.ask(AsyncAgent.folders))
        return _result(listed, readable.folders(listed))

    async def status(self) -> Annotated[CallToolResult, answers.Status]:
        """Tell how the index is: how much it holds, what still waits, what could not be read and why, and which model it uses."""

        async def asked(agent: AsyncAgent) -> answers.Status:
            return answers.status(await agent.state(), await agent.problems())

        state = await self._line.ask(asked)
        return _result(state, readable.status(state))

    async def explain(self, *, path: Path) -> Annotated[CallToolResult, answers.Explained]:
        """Tell why a file or folder is found or not: ignored, unreadable, waiting, or indexed."""

        async def asked(agent: AsyncAgent) -> answers.Explained:
            (of,) = await _inside(agent, path)
            explanation = await agent.explain(of)
            return answers.Explained(path=of, explanation=explanation.sentence, passages=explanation.chunks)

        told = await self._line.ask(asked)
        return _result(told, readable.explained(told))


async def _inside(agent: AsyncAgent, *paths: str) -> list[str]:
    if not paths:
        return []
    folders = [folder.path for folder in await agent.folders()]
    return [path_inside(path, folders) for path in paths]


def _midnight_ms(day: date) -> int:
    """Unix time at which a day begins here."""
    return int(datetime.combine(day, time()).astimezone().timestamp()) * 1000


def _result(answer: BaseModel, text: str) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=answer.model_dump(mode="json")
    )
