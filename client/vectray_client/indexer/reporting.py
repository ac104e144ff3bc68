"""Puts together what the stages know of themselves."""

import os

from vectray_client.domain import Fault
from vectray_client.indexer.census import Census
from vectray_client.indexer.embedding import Embedding
from vectray_client.indexer.estimate import Done, Rate
from vectray_client.indexer.generations import Generations
from vectray_client.indexer.intake import Intake
from vectray_client.indexer.pace import Pace
from vectray_client.indexer.pausing import Pauses
from vectray_client.indexer.scouting import Scouting
from vectray_client.indexer.share import Share
from vectray_client.indexer.state import Snapshot
from vectray_client.indexer.troubles import trouble_of
from vectray_client.sdk.index_states import FolderState
from vectray_client.store.errors import DiskFault

_EVERY_SECONDS = 0.1
"""Between two states: faster than anybody can read."""
_HELD = "The change of the model waits for the folders that are paused."


class Reporting:
    """Asks the stages, in the pipeline's thread."""

    def __init__(
        self,
        *,
        scouting: Scouting,
        intake: Intake,
        embedding: Embedding,
        generations: Generations,
    ) -> None:
        self._scouting = scouting
        self._intake = intake
        self._embedding = embedding
        self._generations = generations
        self._rate = Rate()
        self._share = Share()
        self._told_at = 0.0
        self._is_late = False

    def is_due(self, now: float) -> bool:
        """Whether a state may be told again. If not, it is due later."""
        self._is_late = now < self._told_at + _EVERY_SECONDS
        return not self._is_late

    def next_due(self) -> float | None:
        """When the next state may be told, if one is due."""
        return self._told_at + _EVERY_SECONDS if self._is_late else None

    def state(
        self,
        now: float,
        census: Census,
        *,
        is_counted: bool,
        pace: Pace,
        pauses: Pauses,
        fault: Fault | None,
    ) -> Snapshot:
        """Return the state; `is_counted` says that nothing was written since the census, `fault` why it cannot be."""
        self._told_at = now
        queued, waiting = sum(census.queued.values()), census.waiting
        due = self._due_files(census, pauses)
        current, coming = self._generations.current, self._generations.next
        pause = pauses.whole
        unread = self._intake.trouble if due else ""
        stopped = pace.reason if pace.is_stopped else unread
        return Snapshot(
            folders=tuple(self._folder(path, census, pauses) for path in sorted(census.files)),
            files=census.counts.files,
            chunks=census.counts.chunks,
            pending=queued + waiting,
            pending_vectors=waiting,
            problems=census.counts.problems,
            seconds_left=0.0 if pause else round(self._seconds_left(now, census, due)),
            is_paused=pause is not None,
            pause_seconds_left=round(pause.seconds_left or 0.0) if pause else 0.0,
            paused_reason=str(fault or (pause.reason if pause else stopped)),
            slowed_reason=self._slowed_reason(pace),
            model=current.name if current else "",
            next_model=coming.name if coming else "",
            next_model_share=self._generations.share,
            activity=self._activity(),
            is_scanning=any(map(self._scouting.is_scanning, census.files)),
            share=self._share.note(
                files=due,
                passages=census.due_passages,
                per_file=census.counts.chunks / max(1, census.counts.files),
            ),
            trouble=trouble_of(
                is_paused=pause is not None,
                is_disk_failing=isinstance(fault, DiskFault),
                is_disk_full=pace.is_stopped,
                cannot_read=bool(unread),
                model_seconds=self._model_seconds(now) if due or census.due_passages or coming else 0.0,
            ),
            is_hurried=pace.is_hurried,
            is_looking=self._scouting.is_busy or self._intake.is_busy or not is_counted,
            embedded=self._embedding.embedded,
            removed=self._scouting.removed,
            overflows=self._scouting.overflows,
        )

    def _folder(self, path: str, census: Census, pauses: Pauses) -> FolderState:
        lost_reason, pause = self._scouting.lost_reason(path), pauses.of(path)
        return FolderState(
            path=path,
            files=census.files[path],
            pending=census.queued.get(path, 0),
            paused_reason=lost_reason or (pause.reason if pause else ""),
            watch_reason=self._scouting.watch_reason(path),
            is_paused=not pauses.allow(path),
            is_lost=bool(lost_reason),
            is_scanning=self._scouting.is_scanning(path),
        )

    def _due_files(self, census: Census, pauses: Pauses) -> int:
        """How many files are to be read that can be. While all is paused, those count that could be read otherwise."""
        in_order = (path for path in self._scouting.in_order() if pauses.whole or pauses.allow(path))
        return sum(census.queued.get(path, 0) for path in in_order)

    def _slowed_reason(self, pace: Pace) -> str:
        held = _HELD if self._generations.is_held else ""
        return self._generations.trouble or self._embedding.trouble or pace.reason or held

    def _model_seconds(self, now: float) -> float:
        """For how long there have been no vectors for what waits."""
        began = (self._generations.failing_since, self._embedding.failing_since)
        return max((now - since for since in began if since is not None), default=0.0)

    def _seconds_left(self, now: float, census: Census, due: int) -> float:
        if not (due or census.due_passages):
            self._rate.forget()
            return 0.0
        done = Done(files=self._intake.files, cut=self._intake.passages, embedded=self._embedding.embedded)
        self._rate.note(now, done)
        return self._rate.seconds_left(files=due, passages=census.due_passages)

    def _activity(self) -> str:
        if self._intake.at_hand:
            return f"reading {os.path.basename(self._intake.at_hand)}"  # noqa: PTH119 - paths are strings here
        if self._embedding.is_busy:
            return "embedding"
        return "looking for changes" if self._scouting.is_busy else ""
