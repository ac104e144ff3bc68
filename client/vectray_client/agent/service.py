"""IndexService: each call is read, answered by the one who can, and told as a message."""
# ruff: noqa: N802, ARG002 - names and arguments of RPCs are the contract's

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import grpc

from vectray.v1 import index_pb2 as pb
from vectray_client.agent import asked, wire
from vectray_client.agent.leafing import read_passages
from vectray_client.agent.recently import recent_documents
from vectray_client.agent.searching import Searching
from vectray_client.agent.status import TooManyWatchers
from vectray_client.agent.steering import Steering
from vectray_client.agent.surveys import Surveys
from vectray_client.agent.watching import watch
from vectray_client.explaining import explain, gather
from vectray_client.freshness import Scope
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.sdk.found import Map, PageAddress
from vectray_client.store.reading import open_reader

_PATIENCE_SECONDS = 2.0
"""For a question's vector, where the caller does not say how long it waits: words are answered in milliseconds, and a cold model takes seconds."""
_LONGEST_PATIENCE_SECONDS = 30.0
_ANSWERING_SECONDS = 0.5
"""Of the time that a caller waits, kept for the answer itself."""
Context = grpc.ServicerContext


class IndexService(Steering):
    """The other half answers, from any thread."""

    def __init__(
        self,
        pipeline: Pipeline,
        searching: Searching,
        *,
        index_file: Path,
        scope: Scope,
        discard_cache: Callable[[], object],
        most_watchers: int,
        surveys: Surveys,
        draw: Callable[[int], Map],
        open_page: Callable[[str, str], PageAddress],
        hurry: Callable[[], None],
    ) -> None:
        super().__init__(
            pipeline, index_file=index_file, scope=scope, discard_cache=discard_cache, hurry=hurry
        )
        self._searching = searching
        self._surveys = surveys
        self._draw = draw
        self._open_page = open_page
        self._watchers = threading.BoundedSemaphore(most_watchers)

    def Search(self, request: pb.SearchRequest, context: Context) -> pb.SearchResponse:
        """Find passages."""
        search = asked.search(request, now=datetime.now().astimezone(), indexed=self._folders)
        found = self._searching.answer(
            search, patience_seconds=_patience_seconds(context), is_wanted=context.is_active
        )
        return wire.answer(found)

    def Similar(self, request: pb.SimilarRequest, context: Context) -> pb.SimilarResponse:
        """Find documents that are about the same."""
        return pb.SimilarResponse(hits=map(wire.hit, self._searching.similar(asked.similar(request))))

    def ReadPassages(self, request: pb.ReadPassagesRequest, context: Context) -> pb.ReadPassagesResponse:
        """Read passages of an indexed document."""
        spot = asked.spot(request)
        with open_reader(self._index_file) as reader:
            return wire.reading(read_passages(reader, spot))

    def Map(self, request: pb.MapRequest, context: Context) -> pb.MapResponse:
        """Place the documents on a plane."""
        return wire.map_of(self._draw(asked.most_placed(request)))

    def SurveyFolder(
        self, request: pb.SurveyFolderRequest, context: Context
    ) -> Iterator[pb.SurveyFolderResponse]:
        """Look through a folder before it is added."""
        has_left = threading.Event()
        if context.add_callback(has_left.set):
            yield from map(wire.survey, self._surveys.look_through(asked.real_path(request.path), has_left))

    def ListRecent(self, request: pb.ListRecentRequest, context: Context) -> pb.ListRecentResponse:
        """List the documents that were changed last."""
        most = asked.most_recent(request)
        with open_reader(self._index_file) as reader:
            return wire.recent(recent_documents(reader, most=most, now_ns=time.time_ns()))

    def OpenPage(self, request: pb.OpenPageRequest, context: Context) -> pb.OpenPageResponse:
        """Serve the page."""
        return wire.page_address(self._open_page(request.query, request.view))

    def ListFolders(self, request: pb.ListFoldersRequest, context: Context) -> pb.ListFoldersResponse:
        """List the folders."""
        return pb.ListFoldersResponse(folders=[self._folder(path) for path in self._folders()])

    def Explain(self, request: pb.ExplainRequest, context: Context) -> pb.ExplainResponse:
        """Tell why a path is found or not."""
        path = asked.path_itself(request.path)
        state = self._pipeline.state()
        reasons = {folder.path: folder.paused_reason for folder in state.folders if folder.is_lost}
        pauses = {folder.path: folder.paused_reason for folder in state.folders if folder.is_paused}
        with open_reader(self._index_file) as reader:
            facts = gather(
                reader,
                path,
                self._scope,
                pause=state.paused_reason,
                folder_reasons=reasons,
                folder_pauses=pauses,
            )
        explanation = explain(facts)
        return pb.ExplainResponse(explanation=explanation.sentence, chunks=explanation.chunks)

    def ListProblems(self, request: pb.ListProblemsRequest, context: Context) -> pb.ListProblemsResponse:
        """List the files that could not be indexed."""
        with open_reader(self._index_file) as reader:
            problems = reader.problems()
        return pb.ListProblemsResponse(
            problems=[
                pb.ListProblemsResponse.Problem(path=path, reason=refusal.reason)
                for path, refusal in problems
            ]
        )

    def Watch(
        self, request: pb.IndexServiceWatchRequest, context: Context
    ) -> Iterator[pb.IndexServiceWatchResponse]:
        """Tell the state, and again whenever it changes."""
        has_left = threading.Event()
        if not context.add_callback(has_left.set):
            return
        with self._watching():
            yield from map(wire.whole, watch(self._pipeline, has_left))

    def _folders(self) -> Sequence[str]:
        """The indexed folders; the state does not tell them before the pipeline has begun."""
        with open_reader(self._index_file) as reader:
            return reader.folders()

    @contextmanager
    def _watching(self) -> Iterator[None]:
        if not self._watchers.acquire(blocking=False):
            raise TooManyWatchers("Too many programs watch the index at once.")
        try:
            yield
        finally:
            self._watchers.release()


def _patience_seconds(context: Context) -> float:
    """How long a question's vector may take: as long as the caller waits, who says so by the call's deadline."""
    left: float | None = context.time_remaining()
    if left is None:
        return _PATIENCE_SECONDS
    return min(max(0.0, left - _ANSWERING_SECONDS), _LONGEST_PATIENCE_SECONDS)
