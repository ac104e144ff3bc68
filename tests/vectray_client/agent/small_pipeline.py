"""The pipeline's commands over a real store in a thread of its own, without its stages: nothing is watched, read or embedded."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from vectray_client.domain import Fault
from vectray_client.indexer.state import Snapshot
from vectray_client.indexer.waiters import Unseen
from vectray_client.sdk.index_states import FolderState
from vectray_client.store.store import Store, open_store


class SmallPipeline:
    """What is done to it is noted in `asked`; `tell` changes its state."""

    def __init__(self, index_file: Path) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.unseen_now: Unseen = {}
        self.on_look: Callable[[Store], object] = lambda _: None
        self._state = Snapshot(revision=1)
        self._changed = threading.Condition()
        self._thread = ThreadPoolExecutor(1)
        self._exits = ExitStack()
        self._store: Store = self._thread.submit(
            lambda: self._exits.enter_context(open_store(index_file))
        ).result()

    def close(self) -> None:
        """Give the store back."""
        self._thread.submit(self._exits.close).result()
        self._thread.shutdown()

    def call(self, work: Callable[[Store], Any]) -> "Future[Any]":
        """Do something with the store, and tell of the folders that it has then."""

        def then() -> Any:  # noqa: ANN401 - whatever the work answers
            try:
                return work(self._store)
            finally:
                self.tell(folders=tuple(FolderState(path=path) for path in self._store.folders()))

        return self._thread.submit(then)

    def rescan(self, folder: str | None = None) -> "Future[int]":
        """Finds three files, always."""
        return self._noting("rescan", folder, lambda _: 3)

    def look_now(self) -> "Future[Unseen]":
        """Do what a test wants done then."""

        def look(store: Store) -> Unseen:
            self.on_look(store)
            return self.unseen_now

        return self._noting("look", None, look)

    def unseen(self) -> "Future[Unseen]":
        """What a test says."""
        return self.call(lambda _: self.unseen_now)

    def use_model(self, name: str) -> "Future[bool]":
        """Knows one model."""

        def work(store: Store) -> bool:  # noqa: ARG001 - as all work
            if name != "known":
                raise Fault("There is no such model.")
            return False

        return self._noting("model", name, work)

    def state(self) -> Snapshot:
        """The state as it was told last."""
        return self._state

    def wait_change(self, revision: int, *, timeout_seconds: float) -> Snapshot:
        """As the real one."""
        with self._changed:
            self._changed.wait_for(lambda: self._state.revision > revision, timeout_seconds)
            return self._state

    def tell(self, **changes: Any) -> None:  # noqa: ANN401 - any of the state's fields
        """Change the state."""
        with self._changed:
            self._state = replace(self._state, revision=self._state.revision + 1, **changes)
            self._changed.notify_all()

    def _noting(self, name: str, argument: object, work: Callable[[Store], Any]) -> "Future[Any]":
        self.asked.append((name, argument))
        return self.call(work)
