"""Looks at folders, where it was hinted that something changed and everywhere from time to time, and notes what is found."""

import os
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import replace

from vectray_client.domain import Changes, Fault, Refusal
from vectray_client.freshness import Look, Scope, look_at
from vectray_client.indexer.inbox import Crew, Inbox
from vectray_client.indexer.waiters import Unseen, Waiters
from vectray_client.indexer.ward import Tell, Ward
from vectray_client.nesting import lies_in
from vectray_client.store.reading import Reader
from vectray_client.store.records import Noted
from vectray_client.store.store import Store
from vectray_client.watch.place import Place
from vectray_client.watch.watcher import Watcher

_SAVES = 16
"""More changes at once are nobody's saves: a branch was switched, an archive unpacked."""
_SUSPECTS = 32
"""More files that are not what they were taken for are no chance: a directory was renamed or emptied under the queue."""
OpenReader = Callable[[], AbstractContextManager[Reader]]


class Scouting:
    """Decides where to look next, and takes what was found into the store. Only the looking happens in another thread."""

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        open_reader: OpenReader,
        *,
        scope: Scope,
        watcher: Watcher | None,
        tell_saved: Callable[[Sequence[str]], None],
    ) -> None:
        """Without a `watcher`, folders are looked at only when asked. `tell_saved` hears of files that somebody seems to have just saved."""
        self._store = store
        self._inbox = inbox
        self._open_reader = open_reader
        self._scope = scope
        self._watcher = watcher
        self._tell_saved = tell_saved
        self._crew = Crew(inbox, threads=1, name="scouting")
        self._wards: dict[str, Ward] = {}
        self._waiters = Waiters()
        self.removed = 0
        """Files forgotten because they are gone."""

    @property
    def is_busy(self) -> bool:
        """Whether a folder is being looked at, or is to be at once."""
        return any(ward.is_under_way or ward.places or ward.asked for ward in self._wards.values())

    def in_order(self) -> list[str]:
        """The folders whose files can be read, and whose queues are worth it: many of their files being gone, all is looked at first."""
        return [
            folder
            for folder, ward in self._wards.items()
            if not ward.lost_reason and ward.suspects <= _SUSPECTS
        ]

    def lost_reason(self, folder: str) -> str:
        """Why a folder cannot be looked at; empty if it can."""
        ward = self._wards.get(folder)
        return ward.lost_reason if ward else ""

    def is_scanning(self, folder: str) -> bool:
        """Whether it is being looked through."""
        ward = self._wards.get(folder)
        return ward is not None and ward.is_under_way and ward.is_far

    def watch_reason(self, folder: str) -> str:
        """Why changes in a folder are not noticed at once; empty if they are."""
        return self._watcher.health(folder).reason if self._watcher and folder in self._wards else ""

    @property
    def overflows(self) -> int:
        """How often the system lost track of changes in the folders that are looked after."""
        watcher = self._watcher
        return sum(watcher.health(folder).overflows for folder in self._wards) if watcher else 0

    def look_after(self, folders: Collection[str]) -> None:
        """Look after these folders from now on, and no others. With a watcher that begins now, so that nothing is missed between the two."""
        for folder in self._wards.keys() - set(folders):
            if self._watcher:
                self._watcher.unwatch(folder)
            for tell in self._wards.pop(folder).asked:
                tell(0)
        for folder in folders:
            if folder not in self._wards:
                self._wards[folder] = Ward()
                if self._watcher:
                    self._watcher.watch(folder)

    def ask(self, folders: Sequence[str], answer: "Future[int]") -> None:
        """Look at all of some folders; `answer` gets how many files were new or changed, or why one could not be looked at."""
        found: list[int | Fault] = []

        def tell(result: int | Fault) -> None:
            found.append(result)
            if len(found) == len(wards):
                self._inbox.after_commit(lambda: _settle(answer, found))

        wards = [self._wards[folder] for folder in folders if folder in self._wards]
        for ward in wards:
            ward.asked.append(tell)
        if not wards:
            answer.set_result(0)

    def doubt(self, path: str) -> None:
        """Look at a file again that was found, and is not what it was."""
        holders = [folder for folder in self._store.holders(path) if folder in self._wards]
        if holders:
            ward = self._wards[holders[-1]]
            ward.suspects += 1
            is_chance = ward.suspects <= _SUSPECTS
            ward.places[Place(path=path) if is_chance else Place(path=holders[-1], is_tree=True)] = None

    def doubt_all(self) -> None:
        """Look at everything again."""
        for folder, ward in self._wards.items():
            ward.places[Place(path=folder, is_tree=True)] = None

    def tell_when_quiet(self, answer: "Future[Unseen]", *, due_at: float) -> None:
        """Settle `answer` once all that has happened by now was looked at, with what could not be.

        What happened is waited for until it was heard, where that can be told, or until `due_at`. A folder that is not heard is looked
        at as a whole.
        """
        self._waiters.add(answer, due_at=due_at)

    def unseen(self, now: float) -> Unseen:
        """Tell where something may have changed by now that was not looked at."""
        heard = self._watcher.unseen(now) if self._watcher else {folder: [folder] for folder in self._wards}
        return {**heard, **self._unseen_wards()}

    def advance(self, now: float) -> None:
        """Begin the looks that are due."""
        is_awaited = self._serve_waiters(now)
        hints = self._watcher.due(now, is_awaited=is_awaited) if self._watcher else {}
        for folder, places in hints.items():
            if folder in self._wards:
                self._wards[folder].places.update(dict.fromkeys(places))
        for folder, ward in self._wards.items():
            if ward.is_under_way:
                continue
            is_lost = self._watcher is not None and ward.trials.are_failing and ward.trials.due_at <= now
            if ward.asked or is_lost or Place(path=folder, is_tree=True) in ward.places:
                self._look(folder, ward, [])
            elif ward.places:
                self._look(folder, ward, list(ward.places))
        if not self.is_busy:
            self._waiters.tell(self._unseen_wards())

    def next_due(self) -> float | None:
        """When there is something to begin; None if that is not known."""
        lost = [ward.trials.due_at for ward in self._wards.values() if ward.trials.are_failing]
        hinted = [self._watcher.next_due()] if self._watcher else []
        awaited = self._waiters.next_due()
        return min([*lost, *hinted, *([] if awaited is None else [awaited])], default=None)

    def close(self) -> None:
        """Begin nothing more, and watch no more."""
        self._crew.close()
        if self._watcher:
            self._watcher.close()

    def _look(self, folder: str, ward: Ward, places: Sequence[Place]) -> None:
        """Look at some places, or at all of the folder if there are none."""
        ward.is_under_way = True
        ward.is_far = not places or any(place.is_tree for place in places)
        ward.places.clear()
        asked: list[Tell] = []
        if not places:
            asked, ward.asked = ward.asked, []
        self._crew.do(
            lambda: self._found(folder, places),
            lambda future: self._take(folder, ward, places, future, asked),
        )

    def _found(self, folder: str, places: Sequence[Place]) -> Look:
        with self._open_reader() as reader:
            return look_at(reader, folder, self._scope, places=places)

    def _take(
        self,
        folder: str,
        ward: Ward,
        places: Sequence[Place],
        future: "Future[Look]",
        asked: Sequence[Tell],
    ) -> None:
        ward.is_under_way = False
        if self._wards.get(folder) is not ward:  # it was let go meanwhile
            for tell in asked:
                tell(0)
            return
        try:
            look = future.result()
        except Fault as fault:
            ward.lost_reason = str(fault)
            ward.trials.fail(time.monotonic())
            for tell in asked:
                tell(fault)
            return
        if not places or ward.suspects <= _SUSPECTS:
            ward.suspects = 0
        self._note(folder, ward, places, look)
        for tell in asked:
            tell(len(look.changes.dirty))

    def _note(self, folder: str, ward: Ward, places: Sequence[Place], look: Look) -> None:
        # A file that is there and yet gone is ignored by now, or was put back during the look. Two looks tell which.
        present = frozenset(path for path in look.changes.gone if _is_there(path))
        ward.doubted, doubted = present - ward.doubted, present - ward.doubted
        if doubted:
            ward.places.update(dict.fromkeys(places or [Place(path=folder, is_tree=True)]))
        ward.lost_reason = ""
        ward.trials.succeed()
        self._store.set_folder_identity(folder, look.identity)
        self._store.remember_mounts(look.mounts)
        changes = replace(look.changes, gone=look.changes.gone - doubted)
        noted = _note_at(self._store, folder, places, changes)
        self.removed += noted.removed
        if len(look.changes.dirty) <= _SAVES:
            self._tell_saved(list(look.changes.dirty))

    def _serve_waiters(self, now: float) -> bool:
        """Whether somebody waits for what was hinted at so far. They wait for a look at all of what is not heard."""
        watcher = self._watcher
        if not self._waiters.serve(now, watcher.has_heard_all if watcher else lambda: False):
            return False
        for folder, ward in self._wards.items():
            if not (ward.asked or (watcher and watcher.health(folder).is_live)):
                ward.asked.append(lambda _: None)
        return True

    def _unseen_wards(self) -> Unseen:
        return {
            folder: [place.path for place in ward.places] or [folder]
            for folder, ward in self._wards.items()
            if ward.lost_reason or ward.is_under_way or ward.places or ward.asked
        }


def _note_at(store: Store, folder: str, places: Sequence[Place], changes: Changes) -> Noted:
    """Note what a look at some places found, or at all of the folder if there are none."""
    if not places:
        return store.note(folder, changes)
    first, *others = places
    for place in others:
        store.store_unreachable(folder, _refused_in(place, changes), place=place.path)
    return store.note(folder, replace(changes, refused=_refused_in(first, changes)), place=first.path)


def _refused_in(place: Place, changes: Changes) -> dict[str, Refusal]:
    return {path: refusal for path, refusal in changes.refused.items() if lies_in(path, place.path)}


def _settle(answer: "Future[int]", found: Sequence[int | Fault]) -> None:
    for result in found:
        if isinstance(result, Fault):
            answer.set_exception(result)
            return
    answer.set_result(sum(result for result in found if isinstance(result, int)))


def _is_there(path: str) -> bool:
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True
