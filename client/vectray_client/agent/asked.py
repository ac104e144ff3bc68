"""What calls ask for, as the agent's own values: checked, because anybody of this user may call. Pure, but for links that are resolved."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vectray.v1 import index_pb2 as pb
from vectray_client.domain import Fault, FileType
from vectray_client.nesting import lies_in, outermost
from vectray_client.searcher.question import Question, question_of
from vectray_client.store.records import EVERYTHING, Filter

_DEFAULT_TOP = 10
_MOST_TOP = 1000
_MOST_MORE = 100
_NOWHERE = (os.devnull,)
"""A folder below which there is nothing."""
_MOST_WAIT_SECONDS = 30.0
_MOST_NEIGHBOURS = 1000
"""Passages before one, and after it, in one answer: some megabytes."""
_PLACED = 2_000
_MOST_PLACED = 10_000
_LAST = 2**63 - 1
"""The largest of SQLite's integers."""
_LATEST_MS = _LAST // 1_000_000
"""In the year 2262."""
_LONGEST_PAUSE_SECONDS = 366 * 86_400


class Unanswerable(Fault):
    """The arguments of a call make no sense; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search, as it was asked."""

    question: Question
    where: Filter
    """What the question itself and the call's fields leave together."""
    top: int
    more_passages: int
    words_only: bool
    rerank: bool
    freshness_wait_seconds: float
    excerpt_wait_seconds: float


def search(request: pb.SearchRequest, *, now: datetime, indexed: Callable[[], Sequence[str]]) -> Search:
    """Return what a request asks. `now`, with its time zone, is what the question's days are counted from.

    `indexed` returns the indexed folders; it is called where the question names one.

    Raises:
        Unanswerable: nobody can answer that.
        QuestionTooLong: nobody means all of that.

    """
    if request.more_passages > _MOST_MORE:
        raise Unanswerable(f"At most {_MOST_MORE} further passages of a document are given.")
    if not (0 <= request.since_unix_ms <= _LATEST_MS and 0 <= request.until_unix_ms <= _LATEST_MS):
        raise Unanswerable("The time is none that a file can have.")
    question = question_of(request.query, now=now)
    where = narrowed(_filter(request), question, [_folder_meant(said, indexed) for said in question.folders])
    if not request.query.strip() and where == EVERYTHING:
        raise Unanswerable("The query is empty.")
    return Search(
        question=question,
        where=where,
        top=_top(request.top),
        more_passages=request.more_passages,
        words_only=request.words_only,
        rerank=request.rerank,
        freshness_wait_seconds=min(request.freshness_wait_ms / 1000, _MOST_WAIT_SECONDS),
        excerpt_wait_seconds=min(request.excerpt_wait_ms / 1000, _MOST_WAIT_SECONDS),
    )


def narrowed(where: Filter, question: Question, folders: Sequence[str]) -> Filter:
    """Return what a filter and a question's own filters both leave; `folders` are those that the question names. Pure."""
    both_folders = _both(where.folders, folders)
    file_types = tuple(
        file_type
        for file_type in where.file_types or question.file_types
        if not question.file_types or file_type in question.file_types
    )
    is_nowhere = both_folders is None or (not file_types and bool(question.file_types))
    since = [time for time in (where.modified_since_ns, question.since_ns) if time is not None]
    before = [time for time in (where.modified_before_ns, question.before_ns) if time is not None]
    return Filter(
        folders=_NOWHERE if is_nowhere else tuple(both_folders or ()),
        file_types=file_types,
        modified_since_ns=max(since, default=None),
        modified_before_ns=min(before, default=None),
        name=question.name or where.name,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A search for documents like one, as it was asked."""

    path: str
    where: Filter
    top: int


def similar(request: pb.SimilarRequest) -> Similar:
    """Return what a request asks.

    Raises:
        Unanswerable: nobody can answer that.

    """
    where = Filter(folders=_folders(request.folders), file_types=_file_types(request.types))
    return Similar(path=path_itself(request.path), where=where, top=_top(request.top))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A character of a document, and how many passages around it are meant."""

    path: str
    at: int
    before: int
    after: int


def spot(request: pb.ReadPassagesRequest) -> Spot:
    """Return what a request wants to read.

    Raises:
        Unanswerable: the path is not absolute, or that is too much at once.

    """
    if max(request.before, request.after) > _MOST_NEIGHBOURS:
        raise Unanswerable(f"At most {_MOST_NEIGHBOURS} passages on each side are read at once.")
    return Spot(
        path=path_itself(request.path), at=min(request.at, _LAST), before=request.before, after=request.after
    )


def most_placed(request: pb.MapRequest) -> int:
    """Return how many documents a map is to have at most.

    Raises:
        Unanswerable: nobody could make them out.

    """
    if request.most > _MOST_PLACED:
        raise Unanswerable(f"At most {_MOST_PLACED:,} documents are placed on a map.")
    return request.most or _PLACED


def most_recent(request: pb.ListRecentRequest) -> int:
    """Return how many documents are wanted at most.

    Raises:
        Unanswerable: nobody would read them.

    """
    return _top(request.most)


def real_path(path: str) -> str:
    """Return a folder's path as the index knows it: absolute, without links.

    Raises:
        Unanswerable: it is no absolute path.

    """
    return os.path.realpath(_absolute(path))


def folder_or_all(path: str) -> str:
    """Return a folder's path as the index knows it, empty for all of the index where none is named.

    Raises:
        Unanswerable: it is no absolute path.

    """
    return real_path(path) if path else ""


def path_itself(path: str) -> str:
    """Return the path of a file or folder, of which the last part may be a link: that one is meant then, not what it leads to.

    Raises:
        Unanswerable: it is no absolute path.

    """
    directory, name = os.path.split(_absolute(path).rstrip(os.sep) or os.sep)
    return os.path.join(os.path.realpath(directory), name)  # noqa: PTH118 - paths are strings here, compared as such


def pause_seconds(request: pb.PauseRequest) -> float | None:
    """Return how long a pause is to be, None for one without an end.

    Raises:
        Unanswerable: it is longer than a year.

    """
    if request.seconds > _LONGEST_PAUSE_SECONDS:
        raise Unanswerable("A pause lasts a year at most; 0 means until it is resumed.")
    return request.seconds or None


def _absolute(path: str) -> str:
    if not path.startswith(os.sep) or "\0" in path:
        raise Unanswerable("The path is not absolute.")
    return os.path.normpath(path)


def _filter(request: pb.SearchRequest) -> Filter:
    return Filter(
        folders=_folders(request.folders),
        file_types=_file_types(request.types),
        modified_since_ns=request.since_unix_ms * 1_000_000 or None,
        modified_before_ns=request.until_unix_ms * 1_000_000 or None,
        name=request.name,
    )


def _top(asked: int) -> int:
    if asked > _MOST_TOP:
        raise Unanswerable(f"At most {_MOST_TOP} documents are given.")
    return asked or _DEFAULT_TOP


def _folders(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(outermost({real_path(path) for path in paths}))


def _file_types(names: Iterable[str]) -> tuple[FileType, ...]:
    return tuple(dict.fromkeys(map(_file_type, names)))


def _both(folders: Sequence[str], others: Sequence[str]) -> list[str] | None:
    """What lies in one of some folders and in one of others, where none is everything; None if there is no such place."""
    if not (folders and others):
        return outermost([*folders, *others])
    inner = [
        max(one, other, key=len)
        for one in folders
        for other in others
        if lies_in(one, other) or lies_in(other, one)
    ]
    return outermost(inner) or None


def _folder_meant(said: str, indexed: Callable[[], Sequence[str]]) -> str:
    """The folder that a person means in a question: by its path, from their home, or by its name among the indexed ones."""
    path = os.path.expanduser(said)  # noqa: PTH111 - paths are strings here
    if path.startswith(os.sep):
        return real_path(path)
    first, _, rest = path.partition(os.sep)
    for folder in indexed():
        if os.path.basename(folder).casefold() == first.casefold():  # noqa: PTH119 - as above
            return os.path.normpath(os.path.join(folder, rest))  # noqa: PTH118 - as above
    raise Unanswerable(f"No indexed folder is called {first[:100]!r}.")


def _file_type(name: str) -> FileType:
    try:
        return FileType(name)
    except ValueError:
        raise Unanswerable(
            f"Files are never read as {name[:40]!r}; {', '.join(FileType)} are known."
        ) from None
