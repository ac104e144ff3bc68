"""The agent, for programs: what is indexed, asked and steered. `index()` finds or starts it."""

from collections.abc import Iterator, Sequence
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


def index() -> "Agent":
    """Connect to the agent of this user, started now if it was not running. Use as a context manager, or call `close`.

        with vectray_client.index() as index:
            for hit in index.search("how tides come about", types=["pdf"]).hits:
                print(hit.path, hit.best.chunk.page, hit.best.chunk.text)

    Raises:
        AgentUnavailable: it cannot be started or reached.
        AgentMismatch: an agent of another release is running.

    """
    places = find_places()
    ensure_up(the_agent(places))
    return Agent(places)


class Agent:
    """A connection to the agent that runs. May be used from several threads; starts nothing.

    Every call raises RequestRefused for what the agent does not do, and AgentUnavailable where it does not answer.
    """

    def __init__(self, places: Places) -> None:
        """Raises AgentUnavailable or AgentMismatch; nothing stays open then."""
        self._channel = grpc.insecure_channel(f"unix:{places.agent_socket}", OPTIONS)
        self._stub = index_pb2_grpc.IndexServiceStub(self._channel)
        try:
            check_revision(self.state())
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection. The agent goes on."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def state(self) -> AgentState:
        """Return the state of the index now."""
        return next(self.watch(timeout_seconds=ANSWER_SECONDS))

    def watch(self, *, timeout_seconds: float | None = None) -> Iterator[AgentState]:
        """Yield the whole state now, and again whenever it changes."""
        call = self._stub.Watch(pb.IndexServiceWatchRequest(), timeout=timeout_seconds)
        try:
            with agents_errors():
                for response in call:
                    yield index_states.agent_state(response)
            raise AgentUnavailable("The agent has ended.")
        finally:
            call.cancel()

    def search(self, query: str, **words: Unpack[SearchWords]) -> Found:
        """Find documents by meaning and by words: the best, each with its best passage; `SearchWords` tells the options.

        `query` may hold "quoted" words, -words, and type:, in:, name:, since: and until:.
        """
        return self._answer(index_requests.search(query, **words))

    def similar(
        self, path: str, *, top: int = 10, folders: Sequence[str] = (), types: Sequence[str] = ()
    ) -> Sequence[Hit]:
        """Find documents that are about the same as an indexed one, nearest first."""
        return self._answer(index_requests.similar(path, top=top, folders=folders, types=types))

    def read_passages(self, path: str, *, at: int = 0, before: int = 0, after: int = 0) -> Reading:
        """Read the passage of an indexed document that holds character `at`, with its neighbours, at most 1,000 on each side."""
        return self._answer(index_requests.read_passages(path, at=at, before=before, after=after))

    def map(self, *, most: int = 2000) -> Map:
        """Place the documents, at most so many, on a plane by what they are about. The first time takes seconds."""
        return self._answer(index_requests.map_of(most=most))

    def open_page(self, query: str = "", *, view: str = "") -> PageAddress:
        """Have the local page served, and return an address that opens it once, at a view of the contract's `OpenPageRequest`."""
        return self._answer(index_requests.open_page(query, view=view))

    def recent(self, *, most: int = 10) -> Sequence[RecentDocument]:
        """Return the documents whose files were changed last, the last one first."""
        return self._answer(index_requests.recent(most=most))

    def folders(self) -> Sequence[FolderState]:
        """Return the folders that are indexed, by path."""
        return self._answer(index_requests.folders())

    def add_folder(self, path: str) -> FolderState:
        """Add a folder, given by its real absolute path; it is indexed from now on."""
        return self._answer(index_requests.add_folder(path))

    def survey(self, path: str) -> Iterator[Survey]:
        """Look through a folder, given by its real absolute path, before it is added; yield what is known so far, at last the whole."""
        call = self._stub.SurveyFolder(pb.SurveyFolderRequest(path=path))
        try:
            with agents_errors():
                for response in call:
                    yield surveyed.survey(response)
        finally:
            call.cancel()

    def remove_folder(self, path: str) -> int:
        """Remove a folder, and return how many files were forgotten with it."""
        return self._answer(index_requests.remove_folder(path))

    def pause(self, path: str = "", *, seconds: int = 0) -> None:
        """Stop indexing a folder, or all, for so long, or until `resume` if 0. Search goes on."""
        self._answer(index_requests.pause(path, seconds=seconds))

    def resume(self, path: str = "", *, anyway: bool = False) -> None:
        """End the pause of a folder, or of all. `anyway` also goes on at full speed until the reason to go slowly is gone."""
        self._answer(index_requests.resume(path, anyway=anyway))

    def rescan(self, path: str = "") -> int:
        """Look at every file of a folder, or of all, again; return how many are new or changed."""
        return self._answer(index_requests.rescan(path))

    def explain(self, path: str) -> Explanation:
        """Tell why a path is found or not."""
        return self._answer(index_requests.explain(path))

    def forget(self, path: str) -> int:
        """Remove every trace of a file or folder from the index, and return how many files were forgotten."""
        return self._answer(index_requests.forget(path))

    def problems(self) -> Sequence[Problem]:
        """Return the files that could not be indexed, by path."""
        return self._answer(index_requests.problems())

    def use_model(self, model: str) -> bool:
        """Change the model; return whether it is used from now on, False if its vectors have to be made first."""
        return self._answer(index_requests.use_model(model))

    def _answer(self, call: Call[Answer]) -> Answer:
        with agents_errors():
            response = getattr(self._stub, call.method)(call.request, timeout=call.timeout_seconds)
        return call.read(response)
