"""Says where in the watched folders somebody should look, and when: as things happen, and all of it now and then."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from vectray_client.nesting import lies_in
from vectray_client.watch.place import Place
from vectray_client.watch.rules import Rules
from vectray_client.watch.watched_folder import Timing, WatchedFolder, WatchHealth

_JUMP_SECONDS: Final = 10.0
"""A clock that is set right moves less, and to look at everything once too often does no harm."""


class Watcher:
    """Watches folders. Used by one thread, which calls `due` when it was woken and when `next_due` says so.

    What is handed out may be nothing: only a look can tell. What is not handed out has not changed, as far as the system can
    tell; where it cannot, all of the folder is handed out every now and then.
    """

    def __init__(
        self,
        wake: Callable[[], None],
        *,
        rules: Rules,
        apart: AbstractSet[str] = frozenset(),
        timing: Timing | None = None,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """`wake` is called from other threads when `due` may have something; `apart` are directories that are never watched."""
        self._wake = wake
        self._rules = rules
        self._apart = apart
        self._timing = timing or Timing()
        self._wall_clock = wall_clock
        self._folders: dict[str, WatchedFolder] = {}
        self._lead: float | None = None

    def watch(self, folder: str) -> None:
        """Watches a folder, a real path, from the next `due` on, which hands all of it out soon after. Twice is as good as once."""
        if folder not in self._folders:
            self._folders[folder] = WatchedFolder(
                folder,
                wake=self._wake,
                admits=lambda path: self._admits(folder, path),
                timing=self._timing,
            )
            self._wake()

    def unwatch(self, folder: str) -> None:
        """Watches a folder no more; a watched folder around it takes over."""
        watched = self._folders.pop(folder, None)
        if watched:
            watched.close()
            for around in self._folders.values():
                if lies_in(folder, around.path):
                    around.miss()

    def due(self, now: float, *, is_awaited: bool = False) -> Mapping[str, Sequence[Place]]:
        """Hands out, by folder, the places to look at by now (seconds of a steady clock), deletions last; if somebody waits
        for what was hinted at, also those that change so often that they would rest.

        May take as long as a walk through the directories of a folder: when that is new, or has been lost track of.
        """
        self._notice_sleep(now)
        due = {folder: watched.due(now, is_awaited=is_awaited) for folder, watched in self._folders.items()}
        return {folder: places for folder, places in due.items() if places}

    def has_heard_all(self) -> bool:
        """Whether everything that happened before this call was heard, in every folder, for sure."""
        return all(watched.has_heard_all() for watched in self._folders.values())

    def unseen(self, now: float) -> Mapping[str, Sequence[str]]:
        """What may have changed and was not handed out, as paths by folder, the last hint first. In no other folder is there anything."""
        self._notice_sleep(now)
        unseen = {folder: watched.unseen(now) for folder, watched in self._folders.items()}
        return {folder: paths for folder, paths in unseen.items() if paths}

    def next_due(self) -> float:
        """When `due` should be called next, if nothing wakes before."""
        return min((watched.next_due() for watched in self._folders.values()), default=float("inf"))

    def health(self, folder: str) -> WatchHealth:
        """How well a watched folder is watched. KeyError for any other."""
        return self._folders[folder].health()

    def close(self) -> None:
        """Watches nothing more, and ends all threads."""
        for folder in tuple(self._folders):
            self._folders.pop(folder).close()

    def _notice_sleep(self, now: float) -> None:
        """The steady clock stands still while the machine sleeps, and another system may have written to its disks meanwhile."""
        lead = self._wall_clock() - now
        if self._lead is not None and abs(lead - self._lead) > _JUMP_SECONDS:
            for watched in self._folders.values():
                watched.miss()
        self._lead = lead

    def _admits(self, folder: str, path: str) -> bool:
        """Whether anything at a path in a folder could be one of its files, as far as can be told without looking."""
        bare = path.rstrip("/")
        if bare in self._apart or (bare in self._folders and bare != folder):
            return False
        relative = path[len(os.path.join(folder, "")) :]  # noqa: PTH118 - paths are strings here
        return not self._rules.ignores(relative, os.path.basename(bare))  # noqa: PTH119 - as above
