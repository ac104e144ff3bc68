"""The one writer of the index: takes what others bring to its inbox, commits it, and says what is to be done next."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

from vectray_client.domain import EmbeddingModel
from vectray_client.embed.embedder import Embedder
from vectray_client.freshness import Scope
from vectray_client.index.reading import open_reader
from vectray_client.index.store import Store
from vectray_client.indexer.census import Counting
from vectray_client.indexer.embedding import Embedding
from vectray_client.indexer.generations import Generations
from vectray_client.indexer.inbox import Inbox, Work
from vectray_client.indexer.intake import Intake
from vectray_client.indexer.pace import FULL_SPEED, Pace
from vectray_client.indexer.pausing import PAUSED, Pause, pause_in, setting_for
from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.indexer.reporting import Reporting
from vectray_client.indexer.scouting import Scouting
from vectray_client.indexer.snapshots import Snapshots
from vectray_client.indexer.state import IndexState
from vectray_client.indexer.tidying import Tidying
from vectray_client.read.recipe import RECIPE
from vectray_client.watch.watcher import Watcher

Answer = TypeVar("Answer")

_GROUP_SECONDS = 0.05
"""The longest that a result waits for others to share its commit, which costs a millisecond of the disk."""
_PULSE_SECONDS = 5.0
"""The longest sleep: pace and pause are looked at again."""
_SETTLE_SECONDS = 0.25
"""Until a save that was made is a place to look at: the system's events, and the watcher's quiet period."""


class Pipeline:
    """Owns the store in the thread that made it and calls `run`. All commands may be given from any thread."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        room: ReadingRoom,
        *,
        index_file: Path,
        scope: Scope,
        make_watcher: Callable[[Callable[[], None]], Watcher] | None = None,
        pace: Callable[[], Pace] = lambda: FULL_SPEED,
        tell: Callable[[IndexState], None] = lambda _: None,
        is_patient: bool = True,
    ) -> None:
        """`index_file` is the store's, to be read by other threads.

        `make_watcher` gets what wakes the pipeline; without one, folders are looked at only when asked.

        `tell` hears of every new state, in the pipeline's thread. What goes wrong and is no file's fault is tried again later, or raised by
        `run` where nobody is patient.
        """
        open_index = partial(open_reader, index_file)
        self._store = store
        self._inbox = Inbox()
        self._pace = pace
        self._tell_state = tell
        self._is_patient = is_patient
        self._failure: Exception | None = None
        self._room = room
        self._embedding = Embedding(store, self._inbox, embedder, self._complain)
        self._intake = Intake(
            store,
            self._inbox,
            self._room,
            tell_saved=self._embedding.hurry,
            look_at=self._doubt,
            complain=self._complain,
        )
        self._generations = Generations(store, self._inbox, embedder, self._room, complain=self._complain)
        watcher = make_watcher(self.wake) if make_watcher else None
        self._scouting = Scouting(
            store, self._inbox, open_index, scope=scope, watcher=watcher, tell_saved=self._intake.hurry
        )
        self._counting = Counting(self._inbox, open_index)
        self._tidying = Tidying(store, now=time.monotonic())
        self._snapshots = Snapshots()
        self._reporting = Reporting(
            scouting=self._scouting,
            intake=self._intake,
            embedding=self._embedding,
            generations=self._generations,
        )
        self._is_stopped = False
        self._pause: Pause | None = None
        store.set_setting("recipe", RECIPE)
        for folder in store.folders():
            self._scouting.take_on(folder)

    def run(self, *, until_idle: bool = False) -> None:
        """Work until `stop` is called, or until nothing waits or the person has paused. May be called again after the latter.

        Raises:
            VectrayClientError, Fault: what went wrong, where nobody is patient.

        """
        while not self._is_stopped:
            now = time.monotonic()
            self._advance(now)
            if until_idle and (self._pause or self._is_idle()):
                break
            self._settle(self._sleep_seconds(now))
            if self._failure and not self._is_patient:
                raise self._failure
        self._publish(time.monotonic())

    def close(self) -> None:
        """End all threads, in the middle of whatever they do. Nothing that was committed is lost."""
        for part in (
            self._scouting,
            self._intake,
            self._embedding,
            self._generations,
            self._counting,
        ):
            part.close()

    def stop(self) -> None:
        """Make `run` return soon. May be called by a signal handler."""

        def work() -> None:
            self._is_stopped = True

        self._inbox.post(work)

    def wake(self) -> None:
        """Have `run` look whether there is something to do."""
        self._inbox.post(lambda: None)

    def call(self, work: Callable[[Store], Answer]) -> "Future[Answer]":
        """Do something with the store, in its thread and outside any transaction; the future is done once it is committed."""
        future: Future[Answer] = Future()

        def do() -> None:
            try:
                future.set_result(work(self._store))
            except Exception as error:  # noqa: BLE001 - it is raised by whoever asked
                future.set_exception(error)

        self._inbox.post(do, is_alone=True)
        return future

    def add_folder(self, path: str) -> "Future[None]":
        """Index a folder from now on; `path` is real and eligible (`freshness.check_eligible`)."""

        def work(store: Store) -> None:
            store.add_folder(path)
            self._scouting.take_on(path)

        return self.call(work)

    def remove_folder(self, path: str) -> "Future[int]":
        """Forget a folder; answers how many files went."""

        def work(store: Store) -> int:
            self._scouting.let_go(path)
            return store.remove_folder(path)

        return self.call(work)

    def rescan(self, folder: str | None = None) -> "Future[int]":
        """Look at all folders again, or at one; answers how many files were found new or changed.

        The future raises FolderMissing or NotAFolder where one cannot be looked at.
        """
        answer: Future[int] = Future()
        self._inbox.post(lambda: self._scouting.ask([folder] if folder else self._store.folders(), answer))
        return answer

    def look_now(self) -> "Future[None]":
        """Look at what was hinted at and not yet looked at; done once every save made before this call is noted, or was no change."""
        answer: Future[None] = Future()
        due_at = time.monotonic() + _SETTLE_SECONDS
        self._inbox.post(lambda: self._scouting.tell_when_quiet(answer, due_at=due_at))
        return answer

    def pause(self, seconds: float | None = None) -> "Future[None]":
        """Stop reading and embedding, for a while or until `resume`. Outlives this process."""
        return self.call(lambda store: store.set_setting(PAUSED, setting_for(seconds, unix_now=time.time())))

    def resume(self) -> "Future[None]":
        """End a pause."""
        return self.call(lambda store: store.set_setting(PAUSED, ""))

    def use_model(self, name: str) -> "Future[bool]":
        """Change the model; answers whether it is in use at once, because nothing has to be made for it.

        The future raises VectrayClientError if the daemon cannot be reached or does not have the model.
        """
        answer: Future[bool] = Future()
        self._inbox.post(lambda: self._generations.use(name, answer))
        return answer

    @property
    def pause_reason(self) -> str:
        """Why `run` does nothing, if a person has paused it; empty if it is not paused."""
        return self._pause.reason if self._pause else ""

    def state(self) -> IndexState:
        """Return the newest snapshot: about half a second old while something is being done."""
        return self._snapshots.newest

    def wait_change(self, revision: int, *, timeout_seconds: float) -> IndexState:
        """Return the newest snapshot, as soon as its revision is larger or the time is over."""
        return self._snapshots.wait_change(revision, timeout_seconds=timeout_seconds)

    def _advance(self, now: float) -> None:
        """Begin all that may be begun."""
        pace = self._pace()
        self._look_at_pause()
        may_work = not (self._pause or pace.is_stopped)
        self._scouting.advance(now)
        current = self._generations.current
        self._generations.advance(
            now,
            is_needed=bool(self._store.queued()) if current is None else self._is_outdated(current),
            may_read=may_work and not self._intake.is_busy,
        )
        if may_work and current:
            self._intake.advance(now, current, self._scouting.in_order())
            self._embedding.advance(now, pace, self._generations.models)
        if not (self._intake.is_busy or self._embedding.is_busy):
            self._tidying.advance(now)
        self._room.close_idle(now)
        self._counting.advance(now, changes=self._store.changes)
        if self._reporting.is_due(now):
            self._publish(now)

    def _is_outdated(self, model: EmbeddingModel) -> bool:
        return model.fingerprint in self._embedding.outdated and self._generations.next is None

    def _look_at_pause(self) -> None:
        pause = pause_in(self._store.setting(PAUSED), unix_now=time.time())
        if pause and not self._pause:
            self._room.close()
        self._pause = pause

    def _doubt(self, path: str) -> None:
        self._scouting.doubt(path)

    def _complain(self, error: Exception) -> None:
        self._failure = error

    def _publish(self, now: float) -> None:
        former, store = self._snapshots.newest, self._store
        census, is_counted = self._counting.census, self._counting.is_current(store.changes)
        state = self._reporting.state(
            now, census, is_counted=is_counted, pace=self._pace(), pause=self._pause
        )
        self._snapshots.publish(state)
        if self._snapshots.newest is not former:
            self._tell_state(self._snapshots.newest)

    def _sleep_seconds(self, now: float) -> float:
        dues = (
            self._scouting.next_due(),
            self._intake.next_due(),
            self._embedding.next_due(),
            self._generations.next_due(),
            self._counting.next_due(changes=self._store.changes),
            self._room.next_due(),
            self._reporting.next_due(),
            now + _PULSE_SECONDS,
        )
        # What was due by now has been begun, or waits for something else.
        return min(due - now for due in dues if due is not None and due > now)

    def _settle(self, timeout_seconds: float) -> None:
        """Wait for something to arrive; commit it, and what arrives close behind it, together."""
        first = self._inbox.wait(timeout_seconds)
        if first is None:
            return
        alone = self._settle_group(first)
        self._inbox.note_commit()
        if alone:
            alone()

    def _settle_group(self, first: tuple[Work, bool]) -> Work | None:
        """Do work in one transaction until there is no more, or something that has to be done by itself, which is returned."""
        until = time.monotonic() + _GROUP_SECONDS
        arrived: tuple[Work, bool] | None = first
        with self._store.transaction():
            while arrived is not None:
                work, is_alone = arrived
                if is_alone:
                    return work
                work()
                arrived = self._inbox.wait(0) if time.monotonic() < until else None
        return None

    def _is_idle(self) -> bool:
        stages = (self._scouting, self._intake, self._embedding, self._generations)
        if not self._inbox.is_empty or any(stage.is_busy for stage in stages):
            return False
        queued = self._store.queued()
        to_read = sum(queued.get(folder, 0) for folder in self._scouting.in_order())
        return to_read <= self._intake.restless and not self._store.waiting(1)
