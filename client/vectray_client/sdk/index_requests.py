"""What programs ask of the index, as calls of the contract: what is sent, how the answer is read, and how long it is waited for.

Pure; both clients of the agent use it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypedDict, TypeVar, Unpack

from google.protobuf.message import Message

from vectray.v1 import index_pb2 as pb
from vectray_client.domain import Hit
from vectray_client.sdk import found, index_states
from vectray_client.sdk.found import Found, Map, PageAddress, Reading, RecentDocument
from vectray_client.sdk.index_states import Explanation, FolderState, Problem

ANSWER_SECONDS = 10.0
"""For what the agent only has to look up, or to note."""
_SEARCH_SECONDS = 60.0
"""For a search: a model that has to be loaded for it takes seconds."""
_WORK_SECONDS = 600.0
"""For what the agent has to go through the store for: a large folder to be forgotten, every file to be looked at."""
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[Answer]):
    """One call of the contract."""

    method: str
    """Its name."""
    request: Message
    read: Callable[[Any], Answer]
    """Makes a value of the response; its type goes with the method, which gRPC's own types do not tell."""
    timeout_seconds: float = ANSWER_SECONDS


class SearchWords(TypedDict, total=False):
    """The options of `search`, all of which may be left out."""

    top: int
    """Documents to give; 10 without it."""
    folders: Sequence[str]
    """Only below these, absolute paths; none for everywhere."""
    types: Sequence[str]
    """Only of these, as `FileType` names them; none for all."""
    name: str
    """Part of the file's name, whatever its case, accents and width."""
    since_unix_ms: int
    """Changed at or after this; 0 for any."""
    until_unix_ms: int
    """Changed before this; 0 for any."""
    more_passages: int
    """Further passages of each document at most."""
    words_only: bool
    """Do not look for meaning: for answers while somebody types."""
    rerank: bool
    """Have a reranking model put the best in order."""
    freshness_wait_seconds: float
    """For saves made before the call to be indexed, at most."""
    excerpt_wait_seconds: float
    """For each passage's sentence that is nearest in meaning, at most; 0 to choose excerpts by words."""
    timeout_seconds: float
    """For the answer; 60 without it."""


def check_words(words: Mapping[str, object]) -> None:
    """Refuse options that `search` does not have.

    Raises:
        TypeError: it has no such option.

    """
    for name in words.keys() - SearchWords.__annotations__.keys():
        raise TypeError(f"search() has no option {name!r}; it has {', '.join(SearchWords.__annotations__)}.")


def search(query: str, **words: Unpack[SearchWords]) -> Call[Found]:
    """Ask a question; raises what `check_words` does."""
    check_words(words)
    return Call(
        method="Search",
        request=search_request(query, words),
        read=found.found,
        timeout_seconds=words.get("timeout_seconds", _SEARCH_SECONDS),
    )


def search_request(query: str, words: SearchWords) -> pb.SearchRequest:
    """Return a question as a message."""
    return pb.SearchRequest(
        query=query,
        top=words.get("top", 0),
        folders=words.get("folders", ()),
        types=words.get("types", ()),
        name=words.get("name", ""),
        since_unix_ms=words.get("since_unix_ms", 0),
        until_unix_ms=words.get("until_unix_ms", 0),
        more_passages=words.get("more_passages", 0),
        words_only=words.get("words_only", False),
        rerank=words.get("rerank", False),
        freshness_wait_ms=round(words.get("freshness_wait_seconds", 0.0) * 1000),
        excerpt_wait_ms=round(words.get("excerpt_wait_seconds", 0.0) * 1000),
    )


def similar(path: str, *, top: int, folders: Sequence[str], types: Sequence[str]) -> Call[Sequence[Hit]]:
    """Ask for documents that are about the same."""
    request = pb.SimilarRequest(path=path, top=top, folders=folders, types=types)
    return Call(method="Similar", request=request, read=lambda response: found.hits(response.hits))


def read_passages(path: str, *, at: int, before: int, after: int) -> Call[Reading]:
    """Ask for passages of one document."""
    request = pb.ReadPassagesRequest(path=path, at=at, before=before, after=after)
    return Call(method="ReadPassages", request=request, read=found.reading)


def map_of(*, most: int) -> Call[Map]:
    """Ask for the map."""
    return Call(
        method="Map", request=pb.MapRequest(most=most), read=found.map_of, timeout_seconds=_WORK_SECONDS
    )


def open_page(query: str, *, view: str) -> Call[PageAddress]:
    """Ask for the page."""
    request = pb.OpenPageRequest(query=query, view=view)
    return Call(method="OpenPage", request=request, read=found.page_address)


def recent(*, most: int) -> Call[Sequence[RecentDocument]]:
    """Ask for the documents that were changed last."""
    return Call(method="ListRecent", request=pb.ListRecentRequest(most=most), read=found.recent)


def folders() -> Call[Sequence[FolderState]]:
    """Ask for all folders."""
    return Call(
        method="ListFolders",
        request=pb.ListFoldersRequest(),
        read=lambda response: tuple(map(index_states.folder_state, response.folders)),
    )


def add_folder(path: str) -> Call[FolderState]:
    """Add a folder."""
    return Call(
        method="AddFolder",
        request=pb.AddFolderRequest(path=path),
        read=lambda response: index_states.folder_state(response.folder),
    )


def remove_folder(path: str) -> Call[int]:
    """Remove a folder."""
    return _work("RemoveFolder", pb.RemoveFolderRequest(path=path), lambda response: response.files)


def pause(path: str, *, seconds: int) -> Call[None]:
    """Stop indexing."""
    return Call(method="Pause", request=pb.PauseRequest(path=path, seconds=seconds), read=_nothing)


def resume(path: str, *, anyway: bool) -> Call[None]:
    """Go on."""
    return Call(method="Resume", request=pb.ResumeRequest(path=path, anyway=anyway), read=_nothing)


def rescan(path: str) -> Call[int]:
    """Have files looked at again."""
    return _work("Rescan", pb.RescanRequest(path=path), lambda response: response.dirty)


def explain(path: str) -> Call[Explanation]:
    """Ask why a path is found or not."""
    return Call(method="Explain", request=pb.ExplainRequest(path=path), read=index_states.explanation)


def forget(path: str) -> Call[int]:
    """Have a path forgotten."""
    return _work("Forget", pb.ForgetRequest(path=path), lambda response: response.files)


def problems() -> Call[Sequence[Problem]]:
    """Ask for what could not be indexed."""
    return Call(
        method="ListProblems",
        request=pb.ListProblemsRequest(),
        read=lambda response: tuple(map(index_states.problem, response.problems)),
    )


def use_model(model: str) -> Call[bool]:
    """Change the model."""
    return _work("UseModel", pb.UseModelRequest(model=model), lambda response: response.in_use)


def _work(method: str, request: Message, read: Callable[[Any], Answer]) -> Call[Answer]:
    return Call(method=method, request=request, read=read, timeout_seconds=_WORK_SECONDS)


def _nothing(_: object) -> None:
    return None
