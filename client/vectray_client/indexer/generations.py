"""Which model the index is made for, and how it comes to another: beside the old one, until the new one has everything."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future

from vectray_client.domain import Document, EmbeddingModel, Fault
from vectray_client.embed.embedder import Embedder
from vectray_client.indexer.inbox import Crew, Inbox
from vectray_client.indexer.reading_room import Answers, ReadingRoom
from vectray_client.indexer.retrying import Trials
from vectray_client.read.pool import Task
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.store.records import Dirty, Model
from vectray_client.store.store import Store
from vectray_client.watch.backoff import Backoff

WANTED: str = "wanted"
"""The setting that holds the name of the model that the person chose; empty for the daemon's default."""
FORMER: str = "former"
"""The setting that holds the fingerprint of the model before this one, and the Unix seconds until which it is kept."""
_KEPT_SECONDS = 7 * 24 * 3600
_BATCH_FILES = 32
_DELAYS = Backoff(first_seconds=1.0, longest_seconds=30.0)


class Generations:
    """Knows the models. Everything but the daemon's and the readers' part happens in the pipeline's thread."""

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        embedder: Embedder,
        room: ReadingRoom,
        *,
        complain: Callable[[Exception], None],
    ) -> None:
        """`complain` hears of what goes wrong, each time."""
        self._store = store
        self._inbox = inbox
        self._embedder = embedder
        self._room = room
        self._complain = complain
        self._crew = Crew(inbox, threads=1, name="generations")
        self._trials = Trials(_DELAYS)
        self._is_asking = False
        self._is_reading = False
        self._read_to = ""
        """Files up to this path have been read for the next model, or cannot be."""
        self._left_at_start = 0
        self._read = 0
        self._apart: Sequence[str] = ()
        """Folders that are left alone."""
        self.is_held = False
        """Whether all of the next model is made but what is left alone."""
        self.current: EmbeddingModel | None = self._known(store.model())
        self.next: EmbeddingModel | None = self._known(store.next_model())
        self.trouble = ""
        """Why the model cannot be told, or files not be read for the next one, in one sentence."""
        self.failing_since: float | None = None
        """Since when that is so."""

    @property
    def models(self) -> Sequence[EmbeddingModel]:
        """Those that need vectors, the current one first."""
        return [model for model in (self.current, self.next) if model]

    @property
    def is_busy(self) -> bool:
        """Whether the daemon is being asked, or a next model is not complete."""
        is_incomplete = not self.is_held and self._store.next_model() is not None
        return self._is_asking or self._is_reading or is_incomplete

    @property
    def share(self) -> float:
        """What of the next model's passages is made, 0 to 1."""
        return min(1.0, self._read / self._left_at_start) if self._left_at_start else 0.0

    def next_due(self) -> float | None:
        """When the daemon is to be asked again; None if it need not be."""
        return self._trials.due_at if self._trials.are_failing else None

    def use(self, name: str, answer: "Future[bool]") -> None:
        """Change to a model; `answer` gets whether it is in use at once."""
        self._ask(name, answer)

    def advance(self, now: float, *, is_needed: bool, may_read: bool, apart: Sequence[str]) -> None:
        """Ask for a model that is needed and not known, or is no longer what it was; go on with the next one if there is time to.

        Files in the folders `apart` are not read. The index changes over once it has theirs, too: else they would be found no more.
        """
        name = self._name_to_ask(is_needed=is_needed)
        if now < self._trials.due_at:
            return
        if name is not None:
            if not self._is_asking:
                self._ask(name, None)
        elif self.next and may_read and not self._is_reading:
            if apart != self._apart:
                self._apart, self._read_to = apart, ""
            self._go_on(self.next, now)

    def close(self) -> None:
        """Ask and read nothing more."""
        self._crew.close()

    def _name_to_ask(self, *, is_needed: bool) -> str | None:
        """The name of a model that has to be asked for, empty for the daemon's default; None if all is known."""
        wanted, coming = self._store.setting(WANTED), self._store.next_model()
        if wanted and wanted not in [model.name for model in (self.current, self.next) if model]:
            return wanted
        if coming and not self.next:
            return coming.name
        known = self._store.model()
        return (known.name if known else "") if is_needed else None

    def _known(self, model: Model | None) -> EmbeddingModel | None:
        return self._embedder.known_model(model.fingerprint) if model else None

    def _ask(self, name: str, answer: "Future[bool] | None") -> None:
        self._is_asking = True
        self._crew.do(lambda: self._embedder.model(name), lambda future: self._take_model(future, answer))

    def _take_model(self, future: "Future[EmbeddingModel]", answer: "Future[bool] | None") -> None:
        self._is_asking = False
        try:
            model = future.result()
        except (VectrayClientError, OSError) as error:
            self._fail(error)
            if answer:
                answer.set_exception(error)
            else:
                self._complain(error)
            return
        self._succeed()
        if answer:
            self._store.set_setting(WANTED, model.name)
        is_in_use = self._adopt(model)
        if answer:
            answer.set_result(is_in_use)

    def _adopt(self, model: EmbeddingModel) -> bool:
        """Use a model, or begin to make its passages; return whether it is used."""
        known = self._store.model()
        row = Model(name=model.name, fingerprint=model.fingerprint, dimensions=model.dimensions)
        if known is None or known.fingerprint == model.fingerprint:
            self._store.set_model(row)
            self._store.drop_next()
            self.current, self.next = model, None
            return True
        self.current = self.current or self._known(known)
        if self.next != model:
            self._store.begin_next(row)
            self.next, self._read_to, self._read = model, "", 0
            self._left_at_start = len(self._store.files_without(model.fingerprint, 1_000_000))
        return not self._left_at_start and self._flip_if_complete(model)

    def _go_on(self, model: EmbeddingModel, now: float) -> None:
        files = self._store.files_without(
            model.fingerprint, _BATCH_FILES, after=self._read_to, apart=self._apart
        )
        is_all_read = not files
        self.is_held = (
            is_all_read
            and bool(self._apart)
            and not self._store.waiting(1, fingerprint=model.fingerprint, apart=self._apart)
        )
        if is_all_read:
            if not self._apart:
                self._flip_if_complete(model)
            return
        self._is_reading = True
        tasks = [Task(path=file.path, size=file.state.size) for file in files]
        answers = self._room.read(tasks, model=model, now=now)
        self._inbox.post_answer(answers, lambda future: self._take_documents(files, model, future))

    def _take_documents(
        self, files: Sequence[Dirty], model: EmbeddingModel, future: "Future[Answers]"
    ) -> None:
        self._is_reading = False
        try:
            answers = future.result()
        except CancelledError:
            return
        except Fault as fault:
            self._fail(fault)
            self._complain(fault)
            return
        self._succeed()
        for answer in answers:
            # A file may have been forgotten while it was read.
            if isinstance(answer, Document) and self._store.is_held(answer.sha256, answer.file_type):
                self._store.add_document(answer, fingerprint=model.fingerprint)
        self._read_to = files[-1].path
        self._read += len(files)

    def _fail(self, error: Exception) -> None:
        now = time.monotonic()
        self._trials.fail(now)
        self.trouble, self.failing_since = str(error), self.failing_since or now

    def _succeed(self) -> None:
        self._trials.succeed()
        self.trouble, self.failing_since = "", None

    def _flip_if_complete(self, model: EmbeddingModel) -> bool:
        """Use the next model if none of its passages is without a vector. Files that cannot be read hold nothing up."""
        if self._store.waiting(1, fingerprint=model.fingerprint):
            return False
        former = self._store.model()
        with self._store.transaction():
            self._store.flip()
            if former:
                until = int(time.time()) + _KEPT_SECONDS
                self._store.set_setting(FORMER, f"{former.fingerprint} {until}")
        self.current, self.next = model, None
        self._read_to, self._left_at_start, self._read = "", 0, 0
        self.is_held = False
        return True
