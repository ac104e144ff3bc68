"""IndexService: each call is read, done by the one who can, and answered."""
# ruff: noqa: N802, ARG002 - names and arguments of RPCs are the contract's

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import grpc

from vectray.v1 import index_pb2 as pb
from vectray.v1 import index_pb2_grpc
from vectray_client.agent import asked, orders, wire
from vectray_client.agent.searching import Searching
from vectray_client.agent.status import TooManyWatchers
from vectray_client.agent.watching import watch
from vectray_client.explaining import explain, gather
from vectray_client.freshness import Scope, check_eligible
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.sdk.index_states import FolderState
from vectray_client.store.reading import open_reader

_MOST_SECONDS = 600.0
"""For what the pipeline has to go through the store for, where the caller does not say how long it waits."""
_PATIENCE_SECONDS = 2.0
"""For a question's vector, likewise: words are answered in milliseconds, and a cold model takes seconds."""
_LONGEST_PATIENCE_SECONDS = 30.0
_ANSWERING_SECONDS = 0.5
"""Of the time that a caller waits, kept for the answer itself."""
Answer = TypeVar("Answer")
Context = grpc.ServicerContext


class IndexService(index_pb2_grpc.IndexServiceServicer):
    """Answers from any thread. What changes something is done by the pipeline, in its own."""

    def __init__(
        self,
        pipeline: Pipeline,
        searching: Searching,
        *,
        index_file: Path,
        scope: Scope,
        discard_cache: Callable[[], object],
        most_watchers: int,
    ) -> None:
        self._pipeline = pipeline
        self._searching = searching
        self._index_file = index_file
        self._scope = scope
        self._discard_cache = discard_cache
        self._watchers = threading.BoundedSemaphore(most_watchers)

    def Search(self, request: pb.SearchRequest, context: Context) -> pb.SearchResponse:
        """Find passages."""
        question = asked.question(request)
        return wire.answer(self._searching.answer(question, patience_seconds=_patience_seconds(context)))

    def AddFolder(self, request: pb.AddFolderRequest, context: Context) -> pb.AddFolderResponse:
        """Index a folder from now on; what a person had forgotten of that very path is taken in again."""
        path = asked.real_path(request.path)
        check_eligible(path, self._scope)
        _done(self._pipeline.call(lambda store: orders.add_folder(store, path)), context)
        return pb.AddFolderResponse(folder=self._folder(path))

    def RemoveFolder(self, request: pb.RemoveFolderRequest, context: Context) -> pb.RemoveFolderResponse:
        """Forget a folder."""
        path = asked.real_path(request.path)
        order = partial(orders.remove_folder, folder=path, discard_cache=self._discard_cache)
        return pb.RemoveFolderResponse(files=_done(self._pipeline.call(order), context))

    def ListFolders(self, request: pb.ListFoldersRequest, context: Context) -> pb.ListFoldersResponse:
        """List the folders."""
        with open_reader(self._index_file) as reader:
            folders = reader.folders()
        return pb.ListFoldersResponse(folders=[self._folder(path) for path in folders])

    def Pause(self, request: pb.PauseRequest, context: Context) -> pb.PauseResponse:
        """Stop indexing."""
        _done(self._pipeline.pause(asked.pause_seconds(request)), context)
        return pb.PauseResponse()

    def Resume(self, request: pb.ResumeRequest, context: Context) -> pb.ResumeResponse:
        """Go on."""
        _done(self._pipeline.resume(), context)
        return pb.ResumeResponse()

    def Rescan(self, request: pb.RescanRequest, context: Context) -> pb.RescanResponse:
        """Look at a folder, or at all, again; what a person had forgotten of that very path is taken in again."""
        if not request.path:
            return pb.RescanResponse(dirty=_done(self._pipeline.rescan(), context))
        path = asked.path_itself(request.path)
        folders = _done(self._pipeline.call(lambda store: orders.take_anew(store, path)), context)
        dirty = sum(_done(self._pipeline.rescan(folder), context) for folder in folders)
        return pb.RescanResponse(dirty=dirty)

    def Explain(self, request: pb.ExplainRequest, context: Context) -> pb.ExplainResponse:
        """Tell why a path is found or not."""
        path = asked.path_itself(request.path)
        state = self._pipeline.state()
        reasons = {folder.path: folder.paused_reason for folder in state.folders}
        with open_reader(self._index_file) as reader:
            facts = gather(reader, path, self._scope, pause=state.paused_reason, folder_reasons=reasons)
        explanation = explain(facts)
        return pb.ExplainResponse(explanation=explanation.sentence, chunks=explanation.chunks)

    def Forget(self, request: pb.ForgetRequest, context: Context) -> pb.ForgetResponse:
        """Remove every trace of a path."""
        path = asked.path_itself(request.path)
        order = partial(orders.forget, path=path, discard_cache=self._discard_cache)
        return pb.ForgetResponse(files=_done(self._pipeline.call(order), context))

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

    def UseModel(self, request: pb.UseModelRequest, context: Context) -> pb.UseModelResponse:
        """Change the model."""
        if not request.model.strip():
            raise asked.Unanswerable("No model is named.")
        return pb.UseModelResponse(in_use=_done(self._pipeline.use_model(request.model.strip()), context))

    def Watch(
        self, request: pb.IndexServiceWatchRequest, context: Context
    ) -> Iterator[pb.IndexServiceWatchResponse]:
        """Tell the state, and again whenever it changes."""
        has_left = threading.Event()
        if not context.add_callback(has_left.set):
            return
        with self._watching():
            yield from map(wire.whole, watch(self._pipeline, has_left))

    def _folder(self, path: str) -> pb.Folder:
        """An indexed folder; of one that was just added the state does not tell yet."""
        states = (folder for folder in self._pipeline.state().folders if folder.path == path)
        return wire.folder(next(states, FolderState(path=path)))

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


def _done(order: "Future[Answer]", context: Context) -> Answer:
    """Wait for the pipeline as long as the caller does."""
    return order.result(context.time_remaining() or _MOST_SECONDS)
