"""Puts together what the stages know of themselves."""

import os

from vectray_client.indexer.census import Census
from vectray_client.indexer.embedding import Embedding
from vectray_client.indexer.estimate import Done, Rate
from vectray_client.indexer.generations import Generations
from vectray_client.indexer.intake import Intake
from vectray_client.indexer.pace import Pace
from vectray_client.indexer.pausing import Pause
from vectray_client.indexer.scouting import Scouting
from vectray_client.indexer.state import Snapshot
from vectray_client.sdk.index_states import FolderState

_EVERY_SECONDS = 0.1
"""Between two states: faster than anybody can read."""


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
        self, now: float, census: Census, *, is_counted: bool, pace: Pace, pause: Pause | None
    ) -> Snapshot:
        """Return the state; `is_counted` says that nothing was written since the census."""
        self._told_at = now
        queued, waiting = sum(census.queued.values()), census.waiting
        current, coming = self._generations.current, self._generations.next
        return Snapshot(
            folders=tuple(self._folder(path, census) for path in sorted(census.files)),
            files=census.counts.files,
            chunks=census.counts.chunks,
            pending=queued + waiting,
            pending_vectors=waiting,
            problems=census.counts.problems,
            seconds_left=0.0 if pause else round(self._seconds_left(now, census)),
            is_paused=pause is not None,
            pause_seconds_left=round(pause.seconds_left or 0.0) if pause else 0.0,
            paused_reason=self._paused_reason(pace, pause),
            slowed_reason=self._generations.trouble or self._embedding.trouble or pace.reason,
            model=current.name if current else "",
            next_model=coming.name if coming else "",
            next_model_share=self._generations.share,
            activity=self._activity(),
            is_looking=self._scouting.is_busy or self._intake.is_busy or not is_counted,
            embedded=self._embedding.embedded,
            removed=self._scouting.removed,
            overflows=self._scouting.overflows,
        )

    def _folder(self, path: str, census: Census) -> FolderState:
        return FolderState(
            path=path,
            files=census.files[path],
            pending=census.queued.get(path, 0),
            paused_reason=self._scouting.lost_reason(path),
            watch_reason=self._scouting.watch_reason(path),
        )

    def _paused_reason(self, pace: Pace, pause: Pause | None) -> str:
        if pause:
            return pause.reason
        return pace.reason if pace.is_stopped else self._intake.trouble

    def _seconds_left(self, now: float, census: Census) -> float:
        queued = sum(census.queued.values())
        if not (queued or census.waiting):
            self._rate.forget()
            return 0.0
        done = Done(files=self._intake.files, cut=self._intake.passages, embedded=self._embedding.embedded)
        self._rate.note(now, done)
        return self._rate.seconds_left(files=queued, passages=census.passages)

    def _activity(self) -> str:
        if self._intake.at_hand:
            return f"reading {os.path.basename(self._intake.at_hand)}"  # noqa: PTH119 - paths are strings here
        if self._embedding.is_busy:
            return "embedding"
        return "looking for changes" if self._scouting.is_busy else ""
