"""The stages side by side: what each may begin now, when there is something to begin again, and whether nothing is left."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from vectray_client.domain import EmbeddingModel, Fault
from vectray_client.embed.embedder import Embedder
from vectray_client.freshness import Scope
from vectray_client.indexer.census import Counting, Moment
from vectray_client.indexer.embedding import Embedding
from vectray_client.indexer.generations import Generations
from vectray_client.indexer.inbox import Inbox
from vectray_client.indexer.intake import Intake
from vectray_client.indexer.pace import Pace
from vectray_client.indexer.pausing import kept_pauses
from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.indexer.reporting import Reporting
from vectray_client.indexer.scouting import Scouting
from vectray_client.indexer.state import Snapshot
from vectray_client.indexer.tidying import Tidying
from vectray_client.store.reading import open_reader
from vectray_client.store.store import Store
from vectray_client.watch.watcher import Watcher


class Stages:
    """Everything that works for the index, in the pipeline's thread or seen from it."""

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        embedder: Embedder,
        room: ReadingRoom,
        *,
        index_file: Path,
        scope: Scope,
        watcher: Watcher | None,
        complain: Callable[[Exception], None],
    ) -> None:
        """`complain` hears of what goes wrong and is no file's fault, each time."""
        open_index = partial(open_reader, index_file)
        self._store = store
        self._room = room
        self._embedding = Embedding(store, inbox, embedder, complain)
        self._intake = Intake(
            store,
            inbox,
            room,
            tell_saved=self._embedding.hurry,
            look_at=self._look_at,
            may_read=self._may_read,
            complain=complain,
        )
        self.generations = Generations(store, inbox, embedder, room, complain=complain)
        self.scouting = Scouting(
            store, inbox, open_index, scope=scope, watcher=watcher, tell_saved=self._intake.hurry
        )
        self._known = self.generations.current
        self.pauses = kept_pauses(store, unix_now=time.time())
        """What the person has paused."""
        self._counting = Counting(inbox, open_index)
        self._tidying = Tidying(store, now=time.monotonic())
        self._reporting = Reporting(
            scouting=self.scouting,
            intake=self._intake,
            embedding=self._embedding,
            generations=self.generations,
        )

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way and nothing waits that could be done now."""
        stages = (self.scouting, self._intake, self._embedding, self.generations)
        if any(stage.is_busy for stage in stages):
            return False
        queued = self._store.queued()
        to_read = sum(queued.get(folder, 0) for folder in self._in_order())
        return to_read <= self._intake.restless and not self._store.waiting(1, apart=self.pauses.apart)

    def advance(self, now: float, pace: Pace) -> None:
        """Begin all that may be begun."""
        self._look_at_pauses()
        apart = self.pauses.apart
        may_work = not (self.pauses.whole or pace.is_stopped)
        known = self._known
        self.scouting.advance(now)
        self.generations.advance(
            now,
            is_needed=bool(self._store.queued()) if known is None else self._is_outdated(known),
            may_read=may_work and not self._intake.is_busy,
            apart=apart,
        )
        self._known = self.generations.current
        if self._known != known:
            self.scouting.doubt_all()  # what was saved last may have no passages for the other model yet
        if may_work and (current := self._known):
            self._intake.advance(now, current, self._in_order())
            self._embedding.advance(now, pace, self.generations.models, apart=apart)
        if not (self._intake.is_busy or self._embedding.is_busy):
            self._tidying.advance(now)
        self._room.close_idle(now)
        self._counting.advance(now, self._moment())

    def seconds_to_next(self, now: float, *, most: float) -> float:
        """Return how long there is nothing to begin, as far as is known; called right after `advance` with the same time."""
        pause_left = self.pauses.seconds_to_next
        dues = (
            None if pause_left is None else now + pause_left,
            self.scouting.next_due(),
            self._intake.next_due(),
            self._embedding.next_due(),
            self.generations.next_due(),
            self._counting.next_due(self._moment()),
            self._room.next_due(),
            self._reporting.next_due(),
            now + most,
        )
        # What was due by now has been begun, or waits for something else.
        return min(due - now for due in dues if due is not None and due > now)

    def count_at_once(self) -> None:
        """Let the first report be as true as later ones. A million passages take a quarter of a second."""
        self._counting.count_at_once(self._moment())

    def is_report_due(self, now: float) -> bool:
        """Whether a state may be told again; if not, it is due soon."""
        return self._reporting.is_due(now)

    def report(self, now: float, pace: Pace, *, fault: Fault | None) -> Snapshot:
        """Return the state of everything; `fault` is why the last commit failed."""
        is_counted = self._counting.is_current(self._moment())
        return self._reporting.state(
            now, self._counting.census, is_counted=is_counted, pace=pace, pauses=self.pauses, fault=fault
        )

    def close(self) -> None:
        """End all threads, in the middle of whatever they do. Nothing that was committed is lost."""
        for part in (self.scouting, self._intake, self._embedding, self.generations, self._counting):
            part.close()

    def _look_at_pauses(self) -> None:
        former, self.pauses = self.pauses, kept_pauses(self._store, unix_now=time.time())
        if self.pauses.places - former.places:
            self._room.close()  # what is being read waits again

    def _in_order(self) -> list[str]:
        """The folders whose files may be read."""
        return [folder for folder in self.scouting.in_order() if self._may_read(folder)]

    def _may_read(self, path: str) -> bool:
        return self.pauses.allow(path)

    def _moment(self) -> Moment:
        return self._store.changes, self.pauses.apart

    def _look_at(self, path: str) -> None:
        self.scouting.doubt(path)

    def _is_outdated(self, model: EmbeddingModel) -> bool:
        return model.fingerprint in self._embedding.outdated and self.generations.next is None
