"""The calls that change something: each is done by the pipeline, in its own thread, and answered once it is committed."""
# ruff: noqa: N802 - names and arguments of RPCs are the contract's

import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

import grpc

from vectray.v1 import index_pb2 as pb
from vectray.v1 import index_pb2_grpc
from vectray_client.agent import asked, orders, wire
from vectray_client.freshness import Scope, check_eligible
from vectray_client.indexer.pausing import setting_for
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.sdk.index_states import FolderState

_MOST_SECONDS = 600.0
"""For what the pipeline has to go through the store for, where the caller does not say how long it waits."""
Answer = TypeVar("Answer")
Context = grpc.ServicerContext


class Steering(index_pb2_grpc.IndexServiceServicer):
    """The half of the service that takes orders, from any thread."""

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        index_file: Path,
        scope: Scope,
        discard_cache: Callable[[], object],
        hurry: Callable[[], None],
    ) -> None:
        self._pipeline = pipeline
        self._index_file = index_file
        self._scope = scope
        self._discard_cache = discard_cache
        self._hurry = hurry

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

    def Pause(self, request: pb.PauseRequest, context: Context) -> pb.PauseResponse:
        """Stop indexing, of all or of a folder."""
        setting = setting_for(asked.pause_seconds(request), unix_now=time.time())
        order = partial(orders.pause, folder=asked.folder_or_all(request.path), setting=setting)
        _done(self._pipeline.call(order), context)
        return pb.PauseResponse()

    def Resume(self, request: pb.ResumeRequest, context: Context) -> pb.ResumeResponse:
        """Go on."""
        if request.anyway:
            self._hurry()
        order = partial(orders.resume, folder=asked.folder_or_all(request.path), unix_now=time.time())
        _done(self._pipeline.call(order), context)
        return pb.ResumeResponse()

    def Rescan(self, request: pb.RescanRequest, context: Context) -> pb.RescanResponse:
        """Look at a folder, or at all, again; what a person had forgotten of that very path is taken in again."""
        if not request.path:
            return pb.RescanResponse(dirty=_done(self._pipeline.rescan(), context))
        path = asked.path_itself(request.path)
        folders = _done(self._pipeline.call(lambda store: orders.take_anew(store, path)), context)
        dirty = sum(_done(self._pipeline.rescan(folder), context) for folder in folders)
        return pb.RescanResponse(dirty=dirty)

    def Forget(self, request: pb.ForgetRequest, context: Context) -> pb.ForgetResponse:
        """Remove every trace of a path."""
        path = asked.path_itself(request.path)
        order = partial(orders.forget, path=path, discard_cache=self._discard_cache)
        return pb.ForgetResponse(files=_done(self._pipeline.call(order), context))

    def UseModel(self, request: pb.UseModelRequest, context: Context) -> pb.UseModelResponse:
        """Change the model."""
        if not request.model.strip():
            raise asked.Unanswerable("No model is named.")
        return pb.UseModelResponse(in_use=_done(self._pipeline.use_model(request.model.strip()), context))

    def _folder(self, path: str) -> pb.Folder:
        """An indexed folder; of one that was just added the state does not tell yet."""
        states = (folder for folder in self._pipeline.state().folders if folder.path == path)
        return wire.folder(next(states, FolderState(path=path)))


def _done(order: "Future[Answer]", context: Context) -> Answer:
    """Wait for the pipeline as long as the caller does."""
    return order.result(context.time_remaining() or _MOST_SECONDS)
