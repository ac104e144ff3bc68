"""Turns many hints about a folder into few places to look at, and says when. Pure: the clock is passed in.

The limits and the order are those of Syncthing's aggregator: many hints in one directory become the directory, many in
all become the folder, what lies below a directory that is already noted only refreshes it, and deletions come last, so
that a move is seen as a new file before it is seen as a missing one.
"""

import os
from collections import Counter
from dataclasses import dataclass

from vectray_client.nesting import lies_in
from vectray_client.watch.backoff import FILES, TREES, Backoff, Heat, heat_after_look
from vectray_client.watch.place import Hint, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When, and how much at a time."""

    quiet_seconds: float = 0.15
    """How long nothing more may happen to a place before it is looked at. An editor is done with its temporary files in
    some hundredths of a second; a small note must be found half a second after it was saved."""
    longest_wait_seconds: float = 2.0
    """How long a place that gives no rest is waited for. A guess."""
    most_in_directory: int = 128
    most_in_folder: int = 512
    files: Backoff = FILES
    trees: Backoff = TREES

    def backoff_of(self, place: Place) -> Backoff:
        """How a place cools down."""
        return self.trees if place.is_tree else self.files


@dataclass(slots=True, kw_only=True)
class _Waiting:
    """A place that nobody has looked at since the hint."""

    place: Place
    first: float
    last: float
    is_removal: bool


class Aggregator:
    """What has to be looked at in one folder. Times are seconds of one steady clock."""

    def __init__(self, folder: str, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._waiting: dict[str, _Waiting] = {}
        self._in_directory: Counter[str] = Counter()
        self._heat: dict[Place, Heat] = {}

    def add(self, hint: Hint, *, now: float) -> None:
        """Notes a hint about the folder or something below it."""
        covering = self._covering(hint.path)
        if covering and (covering.place.is_tree or not hint.is_tree):
            covering.last = now
            covering.is_removal &= hint.is_removal
            return
        self._put(Place(path=hint.path, is_tree=hint.is_tree), is_removal=hint.is_removal, now=now)
        directory = os.path.dirname(hint.path)  # noqa: PTH120 - paths are strings here
        if self._in_directory[directory] > self._limits.most_in_directory:
            self._put(Place(path=directory, is_tree=True), is_removal=hint.is_removal, now=now)
        if len(self._waiting) > self._limits.most_in_folder:
            self._put(Place(path=self._folder, is_tree=True), is_removal=hint.is_removal, now=now)

    def take_due(self, now: float, *, is_awaited: bool = False) -> list[Place]:
        """Hands out the places that have waited long enough, or all if somebody waits for them, deletions last; they wait no more."""
        due = [waiting for waiting in self._waiting.values() if is_awaited or self._due_at(waiting) <= now]
        due.sort(key=lambda waiting: waiting.is_removal)
        self._heat = {place: heat for place, heat in self._heat.items() if not heat.is_forgotten(now)}
        for waiting in due:
            self._remove(waiting.place.path)
            self._heat[waiting.place] = heat_after_look(
                self._heat.get(waiting.place),
                changed_at=waiting.first,
                now=now,
                limits=self._limits.backoff_of(waiting.place),
            )
        return [waiting.place for waiting in due]

    def waiting(self) -> list[str]:
        """The paths that were hinted at and not handed out, the last hint first."""
        newest = sorted(self._waiting.values(), key=lambda waiting: waiting.last, reverse=True)
        return [waiting.place.path for waiting in newest]

    def next_due(self) -> float | None:
        """When there will be something to hand out; None if nothing waits."""
        return min(map(self._due_at, self._waiting.values()), default=None)

    def _due_at(self, waiting: _Waiting) -> float:
        longest = waiting.first + self._limits.longest_wait_seconds
        quiet = min(waiting.last + self._limits.quiet_seconds, longest)
        heat = None if waiting.is_removal else self._heat.get(waiting.place)  # to forget a file costs nothing
        if heat is None or heat.is_forgotten(waiting.first):
            return quiet
        calm = waiting.last + self._limits.backoff_of(waiting.place).calm_seconds
        return max(quiet, min(heat.rests_until, calm))

    def _covering(self, path: str) -> _Waiting | None:
        """What waits for the path, or for a tree that it lies in."""
        waiting = self._waiting.get(path)
        if waiting:
            return waiting
        while path != self._folder and (parent := os.path.dirname(path)) != path:  # noqa: PTH120 - paths are strings here
            path = parent
            waiting = self._waiting.get(path)
            if waiting and waiting.place.is_tree:
                return waiting
        return None

    def _put(self, place: Place, *, is_removal: bool, now: float) -> None:
        """Lets a place wait, in place of all that waits below it."""
        absorbed = self._below(place) if place.is_tree else []
        for waiting in absorbed:
            self._remove(waiting.place.path)
        self._in_directory[os.path.dirname(place.path)] += 1  # noqa: PTH120 - as above
        self._waiting[place.path] = _Waiting(
            place=place,
            first=min((waiting.first for waiting in absorbed), default=now),
            last=now,
            is_removal=is_removal and all(waiting.is_removal for waiting in absorbed),
        )

    def _below(self, tree: Place) -> list[_Waiting]:
        """What waits for the path of a tree, or for something in it."""
        return [waiting for path, waiting in self._waiting.items() if lies_in(path, tree.path)]

    def _remove(self, path: str) -> None:
        directory = os.path.dirname(path)  # noqa: PTH120 - as above
        del self._waiting[path]
        self._in_directory[directory] -= 1
        if not self._in_directory[directory]:
            del self._in_directory[directory]
