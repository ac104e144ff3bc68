"""What calls ask for, as the agent's own values: checked, because anybody of this user may call. Pure, but for links that are resolved."""

import os
from dataclasses import dataclass

from vectray.v1 import index_pb2 as pb
from vectray_client.domain import Fault, FileType
from vectray_client.nesting import outermost
from vectray_client.store.records import Filter

_DEFAULT_TOP = 10
_MOST_TOP = 1000
_MOST_QUERY_CHARACTERS = 10_000
"""More than any model's window holds."""
_MOST_WAIT_SECONDS = 30.0
_MOST_NEIGHBOURS = 1000
"""Passages before one, and after it, in one answer: some megabytes."""
_LAST = 2**63 - 1
"""The largest of SQLite's integers."""
_LATEST_MS = _LAST // 1_000_000
"""In the year 2262."""
_LONGEST_PAUSE_SECONDS = 366 * 86_400


class Unanswerable(Fault):
    """The arguments of a call make no sense; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A search, as it was asked."""

    words: str
    top: int
    where: Filter
    freshness_wait_seconds: float


def question(request: pb.SearchRequest) -> Question:
    """Return what a request asks.

    Raises:
        Unanswerable: nobody can answer that.

    """
    words = request.query.strip()
    if not words:
        raise Unanswerable("The query is empty.")
    if len(words) > _MOST_QUERY_CHARACTERS:
        raise Unanswerable(f"The query has more than {_MOST_QUERY_CHARACTERS} characters.")
    if request.top > _MOST_TOP:
        raise Unanswerable(f"At most {_MOST_TOP} documents are given.")
    if not (0 <= request.since_unix_ms <= _LATEST_MS and 0 <= request.until_unix_ms <= _LATEST_MS):
        raise Unanswerable("The time is none that a file can have.")
    return Question(
        words=words,
        top=request.top or _DEFAULT_TOP,
        where=_filter(request),
        freshness_wait_seconds=min(request.freshness_wait_ms / 1000, _MOST_WAIT_SECONDS),
    )


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


def real_path(path: str) -> str:
    """Return a folder's path as the index knows it: absolute, without links.

    Raises:
        Unanswerable: it is no absolute path.

    """
    return os.path.realpath(_absolute(path))


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
        folders=tuple(outermost({real_path(folder) for folder in request.folders})),
        file_types=tuple(dict.fromkeys(map(_file_type, request.types))),
        modified_since_ns=request.since_unix_ms * 1_000_000 or None,
        modified_before_ns=request.until_unix_ms * 1_000_000 or None,
        name=request.name,
    )


def _file_type(name: str) -> FileType:
    try:
        return FileType(name)
    except ValueError:
        raise Unanswerable(
            f"Files are never read as {name[:40]!r}; {', '.join(FileType)} are known."
        ) from None
