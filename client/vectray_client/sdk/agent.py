"""The agent, for programs: what is indexed, asked and steered. `index()` finds or starts it."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeVar

import grpc

from vectray import CONTRACT_REVISION
from vectray.places import Places, find_places
from vectray.v1 import index_pb2 as pb
from vectray.v1 import index_pb2_grpc
from vectray_client.domain import Hit
from vectray_client.sdk import found, index_requests, index_states
from vectray_client.sdk.channel import OPTIONS
from vectray_client.sdk.errors import (
    AgentMismatch,
    AgentUnavailable,
    DaemonUnavailable,
    LostConnection,
    translating,
)
from vectray_client.sdk.found import Found, Map, PageAddress, Reading
from vectray_client.sdk.index_states import AgentState, Explanation, FolderState, Problem
from vectray_client.sdk.programs import the_agent
from vectray_client.sdk.rendezvous import ensure_up

_ANSWER_SECONDS = 10.0
"""For what the agent only has to look up, or to note."""
_WORK_SECONDS = 600.0
"""For what it has to go through the store for: a large folder to be forgotten, every file to be looked at."""
Answer = TypeVar("Answer")


def index() -> "Agent":
    """Connect to the agent of this user, started now if it was not running. Use as a context manager, or call `close`.

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
            _check_revision(self.state())
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
        return next(self.watch(timeout_seconds=_ANSWER_SECONDS))

    def watch(self, *, timeout_seconds: float | None = None) -> Iterator[AgentState]:
        """Yield the whole state now, and again whenever it changes."""
        call = self._stub.Watch(pb.IndexServiceWatchRequest(), timeout=timeout_seconds)
        try:
            with _agents_errors():
                for response in call:
                    yield index_states.agent_state(response)
            raise AgentUnavailable("The agent has ended.")
        finally:
            call.cancel()

    def search(
        self,
        query: str,
        *,
        top: int = 10,
        folders: Sequence[str] = (),
        types: Sequence[str] = (),
        name: str = "",
        since_unix_ms: int = 0,
        until_unix_ms: int = 0,
        more_passages: int = 0,
        words_only: bool = False,
        rerank: bool = False,
        freshness_wait_seconds: float = 0.0,
        excerpt_wait_seconds: float = 0.0,
        timeout_seconds: float = 60.0,
    ) -> Found:
        """Find documents by meaning and by words: the best `top`, each with its best passage and up to `more_passages` others.

        `query` may hold "quoted" words, -words, and type:, in:, name:, since: and until:. Folders are absolute paths; types those of
        `FileType`; none of them means all. `name` is part of a file's name. Waits `freshness_wait_seconds` at most for saves made
        before the call to be indexed, and `excerpt_wait_seconds` to find each passage's sentence that is nearest in meaning.
        `words_only` does not look for meaning; `rerank` has a reranking model put the best in order.
        """
        request = index_requests.search(
            query,
            top=top,
            folders=folders,
            types=types,
            name=name,
            since_unix_ms=since_unix_ms,
            until_unix_ms=until_unix_ms,
            more_passages=more_passages,
            words_only=words_only,
            rerank=rerank,
            freshness_wait_seconds=freshness_wait_seconds,
            excerpt_wait_seconds=excerpt_wait_seconds,
        )
        return found.found(_asked(lambda: self._stub.Search(request, timeout=timeout_seconds)))

    def similar(
        self, path: str, *, top: int = 10, folders: Sequence[str] = (), types: Sequence[str] = ()
    ) -> Sequence[Hit]:
        """Find documents that are about the same as an indexed one, nearest first."""
        request = pb.SimilarRequest(path=path, top=top, folders=folders, types=types)
        return found.hits(_asked(lambda: self._stub.Similar(request, timeout=_ANSWER_SECONDS)).hits)

    def read_passages(self, path: str, *, at: int = 0, before: int = 0, after: int = 0) -> Reading:
        """Read the passage of an indexed document that holds character `at`, with its neighbours."""
        request = pb.ReadPassagesRequest(path=path, at=at, before=before, after=after)
        return found.reading(_asked(lambda: self._stub.ReadPassages(request, timeout=_ANSWER_SECONDS)))

    def map(self, *, most: int = 2000) -> Map:
        """Place the documents, at most so many, on a plane by what they are about. The first time takes seconds."""
        request = pb.MapRequest(most=most)
        return found.map_of(_asked(lambda: self._stub.Map(request, timeout=_WORK_SECONDS)))

    def open_page(self, query: str = "") -> PageAddress:
        """Have the local page served, and return an address that opens it once."""
        response = _asked(
            lambda: self._stub.OpenPage(pb.OpenPageRequest(query=query), timeout=_ANSWER_SECONDS)
        )
        return PageAddress(url=response.url, seconds=response.seconds)

    def folders(self) -> Sequence[FolderState]:
        """Return the folders that are indexed, by path."""
        response = _asked(lambda: self._stub.ListFolders(pb.ListFoldersRequest(), timeout=_ANSWER_SECONDS))
        return tuple(map(index_states.folder_state, response.folders))

    def add_folder(self, path: str) -> FolderState:
        """Add a folder, given by its real absolute path; it is indexed from now on."""
        request = pb.AddFolderRequest(path=path)
        response = _asked(lambda: self._stub.AddFolder(request, timeout=_ANSWER_SECONDS))
        return index_states.folder_state(response.folder)

    def remove_folder(self, path: str) -> int:
        """Remove a folder, and return how many files were forgotten with it."""
        request = pb.RemoveFolderRequest(path=path)
        return _asked(lambda: self._stub.RemoveFolder(request, timeout=_WORK_SECONDS)).files

    def pause(self, *, seconds: int = 0) -> None:
        """Stop indexing for so long, or until `resume` if 0. Search goes on."""
        request = pb.PauseRequest(seconds=seconds)
        _asked(lambda: self._stub.Pause(request, timeout=_ANSWER_SECONDS))

    def resume(self) -> None:
        """End a pause."""
        _asked(lambda: self._stub.Resume(pb.ResumeRequest(), timeout=_ANSWER_SECONDS))

    def rescan(self, path: str = "") -> int:
        """Look at every file of a folder, or of all, again; return how many are new or changed."""
        request = pb.RescanRequest(path=path)
        return _asked(lambda: self._stub.Rescan(request, timeout=_WORK_SECONDS)).dirty

    def explain(self, path: str) -> Explanation:
        """Tell why a path is found or not."""
        request = pb.ExplainRequest(path=path)
        response = _asked(lambda: self._stub.Explain(request, timeout=_ANSWER_SECONDS))
        return Explanation(sentence=response.explanation, chunks=response.chunks)

    def forget(self, path: str) -> int:
        """Remove every trace of a file or folder from the index, and return how many files were forgotten."""
        request = pb.ForgetRequest(path=path)
        return _asked(lambda: self._stub.Forget(request, timeout=_WORK_SECONDS)).files

    def problems(self) -> Sequence[Problem]:
        """Return the files that could not be indexed, by path."""
        request = pb.ListProblemsRequest()
        response = _asked(lambda: self._stub.ListProblems(request, timeout=_ANSWER_SECONDS))
        return tuple(Problem(path=problem.path, reason=problem.reason) for problem in response.problems)

    def use_model(self, model: str) -> bool:
        """Change the model; return whether it is used from now on, False if its vectors have to be made first."""
        request = pb.UseModelRequest(model=model)
        return _asked(lambda: self._stub.UseModel(request, timeout=_WORK_SECONDS)).in_use


def _check_revision(state: AgentState) -> None:
    if state.contract_revision != CONTRACT_REVISION:
        raise AgentMismatch(
            f"The running agent speaks revision {state.contract_revision} of the contract, this program {CONTRACT_REVISION}:"
            " run `vectray stop`, then try again."
        )


def _asked(call: Callable[[], Answer]) -> Answer:
    with _agents_errors():
        return call()


@contextlib.contextmanager
def _agents_errors() -> Iterator[None]:
    """Raise what a failed call means. Nothing is tried again: what an agent that ended has done is not known here."""
    try:
        with translating():
            yield
    except LostConnection:
        raise AgentUnavailable("The agent has ended.") from None
    except DaemonUnavailable:
        raise AgentUnavailable("The agent does not answer.") from None
