"""Takes files from the queue: recognises known contents by their bytes, has the others read, and stores what came of it."""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import partial

from vectray_client.domain import Document, EmbeddingModel, Fault, Refusal
from vectray_client.indexer.inbox import Crew, Inbox
from vectray_client.indexer.ordering import next_files
from vectray_client.indexer.reading_room import Answers, ReadingRoom
from vectray_client.indexer.retrying import Trials
from vectray_client.read.digest import Digest, digest
from vectray_client.read.pool import Task
from vectray_client.read.refusals import failed
from vectray_client.store.records import Dirty
from vectray_client.store.store import Store
from vectray_client.watch.backoff import Backoff
from vectray_client.watch.states import racy

_MOST_FILES = 256
_MOST_BYTES = 64_000_000
"""Files between queue and store, and what they may come to together: readers hand over whole documents."""
_BATCH_FILES = 32
_HOT = Backoff(first_seconds=0.5, longest_seconds=60.0)
"""For files that change while they are read. Most are in the middle of being copied, and whole a moment later."""
_COOL_SECONDS = 120.0
"""After this a file that did not come up again is gone, or done."""
_PATIENCE = 5
_DELAYS = Backoff(first_seconds=1.0, longest_seconds=60.0)

Content = tuple[str, str]
"""SHA-256 and type: what a document belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file of the queue whose bytes are known."""

    dirty: Dirty
    digest: Digest
    settled: bool
    """As of before it was opened."""

    @property
    def content(self) -> Content:
        return self.digest.sha256, self.digest.file_type


class Intake:
    """Works the queue off. Everything but digests and readers happens in the pipeline's thread."""

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        room: ReadingRoom,
        *,
        tell_saved: Callable[[str], None],
        look_at: Callable[[str], None],
        may_read: Callable[[str], bool],
        complain: Callable[[Exception], None],
    ) -> None:
        """`tell_saved` hears of documents that somebody may wait for, `look_at` of files that are not what they were, and `complain` of what is
        no file's fault; `may_read` tells which files are not paused by now.
        """
        self._store = store
        self._inbox = inbox
        self._room = room
        self._tell_saved = tell_saved
        self._look_at = look_at
        self._may_read = may_read
        self._complain = complain
        self._crew = Crew(inbox, threads=1, name="digests")
        self._busy: dict[str, int] = {}
        self._hot: dict[str, Trials] = {}
        self._saved: set[str] = set()
        self._reading: dict[Content, list[_File]] = {}
        self._trials = Trials(_DELAYS)
        self.files = 0
        """Files done, whatever came of them."""
        self.passages = 0
        """That reading gave."""
        self.trouble = ""
        """Why nothing can be read at the moment, in one sentence."""

    @property
    def is_busy(self) -> bool:
        """Whether files are between queue and store."""
        return bool(self._busy)

    @property
    def restless(self) -> int:
        """How many files of the queue did not hold still for a quarter of a minute."""
        return sum(trials.failures > _PATIENCE for trials in self._hot.values())

    @property
    def at_hand(self) -> str:
        """One of the files that are being worked on; empty if there is none."""
        return next(iter(self._busy), "")

    def hurry(self, paths: Collection[str]) -> None:
        """Somebody has just saved these files."""
        self._saved.update(paths)
        self._trials.hurry(time.monotonic())

    def advance(self, now: float, model: EmbeddingModel, folders: Collection[str]) -> None:
        """Take what there is room for from the queues of these folders."""
        if now < self._trials.due_at or len(self._busy) > _MOST_FILES - _BATCH_FILES:
            return
        self._hot = {
            path: trials for path, trials in self._hot.items() if now < trials.due_at + _COOL_SECONDS
        }
        resting = {path for path, trials in self._hot.items() if now < trials.due_at}
        skip = self._busy.keys() | resting
        queues = {folder: self._store.queue(folder, _BATCH_FILES, skip=skip) for folder in folders}
        chosen: list[Dirty] = []
        for dirty in next_files(queues, now_ns=time.time_ns(), limit=_BATCH_FILES):
            if self._busy and sum(self._busy.values()) + dirty.state.size > _MOST_BYTES:
                break
            self._busy[dirty.path] = dirty.state.size
            chosen.append(dirty)
        if chosen:
            began_ns = time.time_ns()
            self._crew.do(
                lambda: [digest(dirty.path) for dirty in chosen],
                lambda future: self._take_digests(chosen, began_ns, model, future),
            )

    def next_due(self) -> float | None:
        """When something that has to wait may be tried again; None if nothing has to."""
        waits = [trials.due_at for trials in self._hot.values()]
        if self._trials.are_failing:
            waits.append(self._trials.due_at)
        return min(waits, default=None)

    def close(self) -> None:
        """Take nothing more."""
        self._crew.close()

    def _take_digests(
        self,
        chosen: Sequence[Dirty],
        began_ns: int,
        model: EmbeddingModel,
        future: "Future[list[Digest | Refusal]]",
    ) -> None:
        unknown = []
        for dirty, found in zip(chosen, future.result(), strict=True):
            if not self._may_read(dirty.path):
                del self._busy[dirty.path]
                continue
            if isinstance(found, Refusal):
                self._refuse(dirty, found, settled=not racy(dirty.state, began_ns))
                continue
            file = _File(dirty=dirty, digest=found, settled=not racy(found.state, began_ns))
            if self._store.has_document(*file.content):
                self._store_known(file)
            elif reason := self._store.quarantined(found.sha256):
                self._refuse(dirty, failed(reason), settled=file.settled)
            elif file.content in self._reading:
                self._reading[file.content].append(file)
            else:
                self._reading[file.content] = [file]
                unknown.append(file)
        if unknown:
            tasks = [Task(path=file.dirty.path, size=file.digest.state.size) for file in unknown]
            answers = self._room.read(tasks, model=model, now=time.monotonic())
            self._inbox.post_answer(answers, lambda future: self._take_answers(unknown, model, future))

    def _take_answers(self, files: Sequence[_File], model: EmbeddingModel, future: "Future[Answers]") -> None:
        try:
            answers = future.result()
        except CancelledError:  # a pause, or the end
            answers = None
        except Fault as fault:
            answers = None
            self._trials.fail(time.monotonic())
            self.trouble = str(fault)
            self._complain(fault)
        if answers is None:
            self._release(files)
            return
        self._trials.succeed()
        self.trouble = ""
        for file, answer in zip(files, answers, strict=True):
            # One by one, because the words of a long document take their time, and nobody else is to wait for all of them.
            same = self._reading.pop(file.content)
            self._inbox.post(partial(self._store_answer, same, answer, model))

    def _release(self, files: Sequence[_File]) -> None:
        for file in files:
            for same in self._reading.pop(file.content):
                self._busy.pop(same.dirty.path)

    def _store_answer(self, same: Sequence[_File], answer: Document | Refusal, model: EmbeddingModel) -> None:
        """Store what reading the first of some files of equal bytes gave."""
        first = same[0]
        if isinstance(answer, Refusal):
            is_held = [self._refuse(file.dirty, answer, settled=file.settled) for file in same]
            if answer.is_poison and any(is_held):
                self._store.quarantine(first.digest.sha256, answer.reason)
        elif not self._is_current(model):
            for file in same:
                del self._busy[file.dirty.path]
        elif (answer.sha256, answer.file_type) != first.content:
            for file in same:
                self._try_later(file.dirty)
        else:
            self.passages += len(answer.chunks)
            for file in same:
                # With each file, because those before it may have been forgotten meanwhile: nothing is kept that nobody wants.
                self._store.store_document(
                    file.dirty.path,
                    file.digest.state,
                    settled=file.settled,
                    document=answer,
                    ticket=file.dirty.ticket,
                    fingerprint=model.fingerprint,
                )
                self._finish(file.dirty.path)

    def _is_current(self, model: EmbeddingModel) -> bool:
        """Whether what was read for a model is wanted. Else the files stay in the queue, to be read for the one it was changed to."""
        current = self._store.model()
        return current is not None and current.fingerprint == model.fingerprint

    def _store_known(self, file: _File) -> None:
        path = file.dirty.path
        self._store.store_known(
            path,
            file.digest.state,
            settled=file.settled,
            sha256=file.digest.sha256,
            file_type=file.digest.file_type,
            ticket=file.dirty.ticket,
        )
        self._finish(path)

    def _refuse(self, dirty: Dirty, refusal: Refusal, *, settled: bool) -> bool:
        """Return whether that stands in the index now."""
        if refusal.is_transient:
            self._try_later(dirty)
            return False
        is_stored = self._store.store_refusal(
            dirty.path, dirty.state, settled=settled, refusal=refusal, ticket=dirty.ticket
        )
        self._finish(dirty.path)
        return is_stored

    def _try_later(self, dirty: Dirty) -> None:
        """Leave a file in the queue that will not hold still, or is gone."""
        self._busy.pop(dirty.path)
        self._look_at(dirty.path)
        self._hot.setdefault(dirty.path, Trials(_HOT)).fail(time.monotonic())

    def _finish(self, path: str) -> None:
        self.files += 1
        if path in self._saved:
            self._tell_saved(path)
        del self._busy[path]
        self._saved.discard(path)
        self._hot.pop(path, None)
