"""The one writer of the index: takes what others bring to its inbox, commits it, and says what is to be done next."""

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from vectray_client.domain import Fault
from vectray_client.embed.embedder import Embedder
from vectray_client.freshness import Scope
from vectray_client.indexer.inbox import Inbox, Work
from vectray_client.indexer.pace import FULL_SPEED, Pace
from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.indexer.retrying import Trials
from vectray_client.indexer.snapshots import Snapshots
from vectray_client.indexer.stages import Stages
from vectray_client.indexer.state import Snapshot
from vectray_client.indexer.waiters import Unseen
from vectray_client.read.recipe import RECIPE
from vectray_client.sdk.index_states import Trouble
from vectray_client.store.errors import DiskFault, IndexBusy, told_as_faults
from vectray_client.store.store import Store
from vectray_client.watch.backoff import Backoff
from vectray_client.watch.watcher import Watcher

Answer = TypeVar("Answer")

_GROUP_SECONDS = 0.05
"""The longest that a result waits for others to share its commit, which costs a millisecond of the disk."""
_PULSE_SECONDS = 5.0
"""The longest sleep: pace and pause are looked at again."""
_FAULT_DELAYS = Backoff(first_seconds=1.0, longest_seconds=60.0)
"""Between two tries to write to a disk that was full, or failing."""
_SETTLE_SECONDS = 0.25
"""Until a save that was made should have been heard, where the system does not tell whether it has more to say."""


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
        tell: Callable[[Snapshot], None] = lambda _: None,
        is_patient: bool = True,
    ) -> None:
        """`index_file` is the store's, to be read by other threads.

        `make_watcher` gets what wakes the pipeline; without one, folders are looked at only when asked.

        `tell` hears of every new state, in the pipeline's thread. What goes wrong and is no file's fault is tried again later, or raised by
        `run` where nobody is patient.
        """
        self._store = store
        self._pace = pace
        self._tell = tell
        self._is_patient = is_patient
        self._inbox = Inbox()
        self._snapshots = Snapshots()
        self._failure: Exception | None = None
        self._is_stopped = False
        self._fault: Fault | None = None
        """Why the last commit failed; None once there was another."""
        self._orders: set[Future[Any]] = set()
        """Those that the stages have not settled yet."""
        self._trials = Trials(_FAULT_DELAYS)
        store.set_setting("recipe", RECIPE)

        def make_stages() -> Stages:
            return Stages(
                store,
                self._inbox,
                embedder,
                room,
                index_file=index_file,
                scope=scope,
                watcher=make_watcher(self.wake) if make_watcher else None,
                complain=self._complain,
            )

        self._make_stages = make_stages
        self._stages = self._begin()
        self._stages.count_at_once()
        self._publish(time.monotonic())

    def run(self, *, until_idle: bool = False) -> None:
        """Work until `stop` is called, or until nothing waits or the person has paused. May be called again after the latter.

        Raises:
            VectrayClientError, Fault: what went wrong, where nobody is patient.

        """
        is_over = False
        while not (self._is_stopped or is_over):
            try:
                with told_as_faults(sqlite3.Error):
                    is_over = self._step(until_idle=until_idle)
            except (DiskFault, IndexBusy) as fault:
                if not self._is_patient:
                    raise
                self._begin_again(fault)
        self._publish(time.monotonic())

    def _step(self, *, until_idle: bool) -> bool:
        """Begin what may be begun, and take what arrives next; return whether nothing waits, for whom that is the end."""
        now = time.monotonic()
        if now < self._trials.due_at:
            self._settle(min(self._trials.due_at - now, _PULSE_SECONDS))
            return False
        self._advance(now)
        if until_idle and (self._stages.pauses.whole or (self._inbox.is_empty and self._stages.is_idle)):
            return True
        self._settle(self._stages.seconds_to_next(now, most=_PULSE_SECONDS))
        if self._failure and not self._is_patient:
            raise self._failure
        return False

    def _begin(self) -> Stages:
        stages = self._make_stages()
        stages.scouting.look_after(self._store.folders())
        return stages

    def _begin_again(self, fault: Fault) -> None:
        """Do as after a kill, because what was taken back is not known to the stages, and wait a little."""
        self._fault = fault
        self._trials.fail(time.monotonic())
        self._stages.close()
        former, self._inbox = self._inbox, Inbox()
        for order in list(self._orders):
            order.set_exception(fault)
        self._stages = self._begin()
        while (waiting := former.wait(0)) is not None:
            work, is_alone = waiting
            if is_alone:
                self._inbox.post(work, is_alone=True)
        trouble = Trouble.DISK if isinstance(fault, DiskFault) else Trouble.NONE
        self._snapshots.publish(replace(self._snapshots.newest, paused_reason=str(fault), trouble=trouble))

    def close(self) -> None:
        """End all threads, in the middle of whatever they do. Nothing that was committed is lost."""
        self._stages.close()

    def stop(self) -> None:
        """Make `run` return soon. May be called by a signal handler."""
        self._is_stopped = True
        self.wake()

    def wake(self) -> None:
        """Have `run` look whether there is something to do."""
        self._inbox.post(lambda: None)

    def call(self, work: Callable[[Store], Answer]) -> "Future[Answer]":
        """Do something with the store, in its thread and outside any transaction; the future is done once it is committed.

        Folders that are added so are looked after from then on, others no more.
        """
        future: Future[Answer] = Future()

        def do() -> None:
            try:
                try:
                    answer = work(self._store)
                finally:
                    self._stages.scouting.look_after(self._store.folders())
            except Exception as error:  # noqa: BLE001 - it is raised by whoever asked
                future.set_exception(error)
            else:
                future.set_result(answer)

        self._inbox.post(do, is_alone=True)
        return future

    def rescan(self, folder: str | None = None) -> "Future[int]":
        """Look at all folders again, or at one; answers how many files were found new or changed.

        The future raises FolderMissing or NotAFolder where one cannot be looked at.
        """
        answer: Future[int] = self._new_order()
        self._inbox.post(
            lambda: self._stages.scouting.ask([folder] if folder else self._store.folders(), answer)
        )
        return answer

    def look_now(self) -> "Future[Unseen]":
        """Look at what was hinted at and not yet looked at; done once every save made before this call is noted, or was no change.

        Answers with the folders that could not be looked at.
        """
        answer: Future[Unseen] = self._new_order()
        due_at = time.monotonic() + _SETTLE_SECONDS
        self._inbox.post(lambda: self._stages.scouting.tell_when_quiet(answer, due_at=due_at))
        return answer

    def unseen(self) -> "Future[Unseen]":
        """Tell where saves made before this call may not be noted yet; those elsewhere are in the store once the future is done."""
        answer: Future[Unseen] = self._new_order()

        def tell() -> None:
            unseen = self._stages.scouting.unseen(time.monotonic())
            self._inbox.after_commit(lambda: answer.set_result(unseen))

        self._inbox.post(tell)
        return answer

    def use_model(self, name: str) -> "Future[bool]":
        """Change the model; answers whether it is in use at once, because nothing has to be made for it.

        The future raises VectrayClientError if the daemon cannot be reached or does not have the model.
        """
        answer: Future[bool] = self._new_order()
        self._inbox.post(lambda: self._stages.generations.use(name, answer))
        return answer

    def _new_order(self) -> "Future[Any]":
        order: Future[Any] = Future()
        self._orders.add(order)
        order.add_done_callback(self._orders.discard)
        return order

    def pause_reason(self, folder: str) -> str:
        """Why nothing of a folder is read, if a person has paused it, or all; empty if it is not paused."""
        return self._stages.pauses.reason(folder)

    def state(self) -> Snapshot:
        """Return the newest snapshot: about half a second old while something is being done."""
        return self._snapshots.newest

    def wait_change(self, revision: int, *, timeout_seconds: float) -> Snapshot:
        """Return the newest snapshot, as soon as its revision is larger or the time is over."""
        return self._snapshots.wait_change(revision, timeout_seconds=timeout_seconds)

    def _advance(self, now: float) -> None:
        self._stages.advance(now, self._pace())
        if self._fault and self._stages.is_idle:
            self._fault = None  # what could not be stored is not to be stored any more
        if self._stages.is_report_due(now):
            self._publish(now)

    def _complain(self, error: Exception) -> None:
        self._failure = error

    def _publish(self, now: float) -> None:
        former = self._snapshots.newest
        self._snapshots.publish(self._stages.report(now, self._pace(), fault=self._fault))
        if self._snapshots.newest is not former:
            self._tell(self._snapshots.newest)

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
        until, changes = time.monotonic() + _GROUP_SECONDS, self._store.changes
        arrived: tuple[Work, bool] | None = first
        with self._store.transaction():
            while arrived is not None:
                work, is_alone = arrived
                if is_alone:
                    return work
                work()
                arrived = self._inbox.wait(0) if time.monotonic() < until else None
        if self._store.changes > changes:
            self._trials.succeed()
            self._fault = None
        return None
