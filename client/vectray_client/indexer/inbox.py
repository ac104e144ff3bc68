"""Where everything arrives that the pipeline's thread is to do: results of other threads, commands, wake-ups."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

Answer = TypeVar("Answer")
Work = Callable[[], None]


class Inbox:
    """Takes work from any thread, and from signal handlers; gives it to one."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[Work, bool]] = SimpleQueue()
        self._after_commit: list[Work] = []

    def post(self, work: Work, *, is_alone: bool = False) -> None:
        """Have something done. What is to be alone is done outside a transaction; all else shares one with its neighbours."""
        self._queue.put((work, is_alone))

    def post_answer(self, future: "Future[Answer]", take: "Callable[[Future[Answer]], None]") -> None:
        """Have `take` called with a future once that is done."""
        future.add_done_callback(lambda done: self.post(lambda: take(done)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has arrived."""
        return self._queue.empty()

    def wait(self, timeout_seconds: float | None) -> tuple[Work, bool] | None:
        """Return the next piece of work and whether it is to be alone; None if none arrives in time."""
        try:
            return self._queue.get(timeout=timeout_seconds)
        except Empty:
            return None

    def after_commit(self, work: Work) -> None:
        """Have something done once what is being done is committed; only for work that came from here, in its own thread."""
        self._after_commit.append(work)

    def note_commit(self) -> None:
        """Do what was waiting for the commit."""
        waiting, self._after_commit = self._after_commit, []
        for work in waiting:
            work()


class Crew:
    """A few threads that work for a stage; what they come to is taken in the pipeline's thread.

    They hold up nobody's end: a call that hangs ends with the process.
    """

    def __init__(self, inbox: Inbox, *, threads: int, name: str) -> None:
        self._inbox = inbox
        self._jobs: SimpleQueue[Work | None] = SimpleQueue()
        self._threads = threads
        for number in range(threads):
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True).start()

    def do(self, work: Callable[[], Answer], take: "Callable[[Future[Answer]], None]") -> None:
        """Have `work` done by one of the threads, and `take` called with its future in the pipeline's thread."""
        future: Future[Answer] = Future()
        self._inbox.post_answer(future, take)
        self._jobs.put(lambda: _settle(future, work))

    def close(self) -> None:
        """Begin nothing more. What is under way comes to its end, and nobody waits for it."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def _settle(future: "Future[Answer]", work: Callable[[], Answer]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it is raised again by whoever takes the future
        future.set_exception(error)
