"""The one writer of the index: takes what others bring to its inbox, commits it, and says what is to be done next."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from vectray_client.index.store import Store
from vectray_client.indexer.state import IndexState

Answer = TypeVar("Answer")


class Pipeline:
    """Owns the store in the thread that calls `run`. Everything else may be called from any thread, signal handlers included."""

    def run(self, *, until_idle: bool = False) -> None:
        """Work until `stop` is called, or until nothing waits."""
        raise NotImplementedError

    def stop(self) -> None:
        """Make `run` return; nothing that was committed is lost, nothing half done is kept."""
        raise NotImplementedError

    def call(self, work: Callable[[Store], Answer]) -> "Future[Answer]":
        """Do something with the store, in its thread and outside any transaction. The future is done once it is committed."""
        raise NotImplementedError

    def add_folder(self, path: str) -> "Future[None]":
        """Index a folder from now on; `path` is real and eligible (`freshness.check_eligible`)."""
        raise NotImplementedError

    def remove_folder(self, path: str) -> "Future[int]":
        """Forget a folder; answers how many files went."""
        raise NotImplementedError

    def rescan(self, folder: str | None = None) -> "Future[int]":
        """Look at everything again, or at one folder; answers how many files were found new or changed."""
        raise NotImplementedError

    def look_now(self) -> "Future[None]":
        """Look at what was hinted at and not yet looked at; done once every save made before this call is in the queue or no change."""
        raise NotImplementedError

    def pause(self, seconds: float | None = None) -> "Future[None]":
        """Stop reading and embedding, for a while or until `resume`. Outlives this process."""
        raise NotImplementedError

    def resume(self) -> "Future[None]":
        """End a pause."""
        raise NotImplementedError

    def use_model(self, name: str) -> "Future[bool]":
        """Change the model; answers whether it is in use at once, because all its vectors are there.

        The future raises VectrayClientError if the daemon cannot be reached or does not have the model.
        """
        raise NotImplementedError

    def state(self) -> IndexState:
        """Return the newest snapshot: at most half a second old while something is being done."""
        raise NotImplementedError

    def wait_change(self, revision: int, *, timeout_seconds: float) -> IndexState:
        """Return the newest snapshot, as soon as its revision is larger or the time is over."""
        raise NotImplementedError
