"""The agent, for asyncio programs: the twin of `Agent`, with the same methods and the same meaning."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from types import TracebackType
from typing import Self, TypeVar, Unpack

import grpc

from vectray.places import Places, find_places
from vectray.v1 import index_pb2 as pb
from vectray.v1 import index_pb2_grpc
from vectray_client.domain import Hit
from vectray_client.sdk import index_requests, index_states, surveyed
from vectray_client.sdk.agents_errors import agents_errors, check_revision
from vectray_client.sdk.channel import OPTIONS
from vectray_client.sdk.errors import AgentUnavailable
from vectray_client.sdk.found import Found, Map, PageAddress, Reading, RecentDocument
from vectray_client.sdk.index_requests import ANSWER_SECONDS, Call, SearchWords
from vectray_client.sdk.index_states import AgentState, Explanation, FolderState, Problem
from vectray_client.sdk.programs import the_agent
from vectray_client.sdk.rendezvous import ensure_up
from vectray_client.sdk.surveyed import Survey

Answer = TypeVar("Answer")


@contextlib.asynccontextmanager
async def index_async() -> "AsyncGenerator[AsyncAgent, None]":
    """Connect to the agent of this user, started now if it was not running; to be entered with `async with`. See `index`.

        async with vectray_client.index_async() as index:
            found = await index.search("how tides come about", folders=["/home/me/notes"])

    Raises:
        AgentUnavailable: it cannot be started or reached.
        AgentMismatch: an agent of another release is running.

    """
    places = find_places()
    await asyncio.to_thread(ensure_up, the_agent(places))
    async with AsyncAgent(places) as agent:
        yield agent


class AsyncAgent:
    """A connection to the agent that runs, bound to the event loop that enters it; starts nothing.

    Every call raises what `Agent`'s does. One that is cancelled is given up by the agent, too.
    """

    def __init__(self, places: Places) -> None:
        self._address = f"unix:{places.agent_socket}"
        self._channel: grpc.aio.Channel | None = None

    async def __aenter__(self) -> Self:
        """Raises AgentUnavailable or AgentMismatch; nothing stays open then."""
        self._channel = grpc.aio.insecure_channel(self._address, OPTIONS)
        try:
            check_revision(await self.state())
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection. The agent goes on."""
        channel, self._channel = self._channel, None
        if channel:
            await channel.close()

    async def state(self) -> AgentState:
        """Return the state of the index now."""
        async with contextlib.aclosing(self.watch(timeout_seconds=ANSWER_SECONDS)) as states:
            return await anext(states)

    async def watch(self, *, timeout_seconds: float | None = None) -> AsyncGenerator[AgentState, None]:
        """Yield the whole state now, and again whenever it changes. To be closed, as by `contextlib.aclosing`, by who leaves early."""
        call = self._stub.Watch(pb.IndexServiceWatchRequest(), timeout=timeout_seconds)
        try:
            with agents_errors():
                async for response in call:
                    yield index_states.agent_state(response)
            raise AgentUnavailable("The agent has ended.")
        finally:
            call.cancel()

    async def search(self, query: str, **words: Unpack[SearchWords]) -> Found:
        """Find documents by meaning and by words. See `Agent.search`."""
        return await self._answer(index_requests.search(query, **words))

    async def similar(
        self, path: str, *, top: int = 10, folders: Sequence[str] = (), types: Sequence[str] = ()
    ) -> Sequence[Hit]:
        """Find documents that are about the same as an indexed one, nearest first."""
        return await self._answer(index_requests.similar(path, top=top, folders=folders, types=types))

    async def read_passages(self, path: str, *, at: int = 0, before: int = 0, after: int = 0) -> Reading:
        """Read the passage of an indexed document that holds character `at`, with its neighbours."""
        return await self._answer(index_requests.read_passages(path, at=at, before=before, after=after))

    async def map(self, *, most: int = 2000) -> Map:
        """Place the documents, at most so many, on a plane by what they are about. The first time takes seconds."""
        return await self._answer(index_requests.map_of(most=most))

    async def open_page(self, query: str = "", *, view: str = "") -> PageAddress:
        """Have the local page served, and return an address that opens it once, at a view of the contract's `OpenPageRequest`."""
        return await self._answer(index_requests.open_page(query, view=view))

    async def recent(self, *, most: int = 10) -> Sequence[RecentDocument]:
        """Return the documents whose files were changed last, the last one first."""
        return await self._answer(index_requests.recent(most=most))

    async def folders(self) -> Sequence[FolderState]:
        """Return the folders that are indexed, by path."""
        return await self._answer(index_requests.folders())

    async def add_folder(self, path: str) -> FolderState:
        """Add a folder, given by its real absolute path; it is indexed from now on."""
        return await self._answer(index_requests.add_folder(path))

    async def survey(self, path: str) -> AsyncGenerator[Survey, None]:
        """Look through a folder before it is added. See `Agent.survey`; to be closed by who leaves early."""
        call = self._stub.SurveyFolder(pb.SurveyFolderRequest(path=path))
        try:
            with agents_errors():
                async for response in call:
                    yield surveyed.survey(response)
        finally:
            call.cancel()

    async def remove_folder(self, path: str) -> int:
        """Remove a folder, and return how many files were forgotten with it."""
        return await self._answer(index_requests.remove_folder(path))

    async def pause(self, path: str = "", *, seconds: int = 0) -> None:
        """Stop indexing a folder, or all, for so long, or until `resume` if 0. Search goes on."""
        await self._answer(index_requests.pause(path, seconds=seconds))

    async def resume(self, path: str = "", *, anyway: bool = False) -> None:
        """End the pause of a folder, or of all. `anyway` also goes on at full speed until the reason to go slowly is gone."""
        await self._answer(index_requests.resume(path, anyway=anyway))

    async def rescan(self, path: str = "") -> int:
        """Look at every file of a folder, or of all, again; return how many are new or changed."""
        return await self._answer(index_requests.rescan(path))

    async def explain(self, path: str) -> Explanation:
        """Tell why a path is found or not."""
        return await self._answer(index_requests.explain(path))

    async def forget(self, path: str) -> int:
        """Remove every trace of a file or folder from the index, and return how many files were forgotten."""
        return await self._answer(index_requests.forget(path))

    async def problems(self) -> Sequence[Problem]:
        """Return the files that could not be indexed, by path."""
        return await self._answer(index_requests.problems())

    async def use_model(self, model: str) -> bool:
        """Change the model; return whether it is used from now on, False if its vectors have to be made first."""
        return await self._answer(index_requests.use_model(model))

    @property
    def _stub(self) -> "index_pb2_grpc.IndexServiceAsyncStub":
        if self._channel is None:
            raise AgentUnavailable("The connection is closed.")
        return index_pb2_grpc.IndexServiceStub(self._channel)

    async def _answer(self, call: Call[Answer]) -> Answer:
        with agents_errors():
            response = await getattr(self._stub, call.method)(call.request, timeout=call.timeout_seconds)
        return call.read(response)
