"""Brings the index up to date with a folder: scan, read what may have changed, embed what is new, commit file by file.

One thread drives everything: reader processes work ahead of it, the daemon embeds what it was sent, and it commits what comes back.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace

from vectray_client.domain import Document, EmbeddingModel, FileState, Refusal
from vectray_client.embed.embedder import Embedder, Vector
from vectray_client.freshness import Scope, changes_of
from vectray_client.index.records import Model
from vectray_client.index.store import Store
from vectray_client.read.options import ReadOptions
from vectray_client.read.pool import Readers
from vectray_client.sdk.errors import TextRefused
from vectray_client.watch.states import racy

MAX_PASSAGE_TOKENS = 400
"""A passage is what a person reads as an answer; and one vector has to stand for all of it."""
_READ_AHEAD = 4
"""Documents that readers may be ahead of the model; each is held in memory whole."""
_KEPT_EARLY = 64
"""Vectors of unfinished documents that are worth a commit of their own, so that a kill does not cost them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderProgress:
    """How far a folder is."""

    folder: str
    files_done: int = 0
    files_total: int = 0
    """Files that are new or may have changed."""
    embedded: int = 0
    """Passages that were sent to the model."""
    removed: int = 0
    """Files that are gone."""


Report = Callable[[FolderProgress], None]


def index_folder(
    store: Store, embedder: Embedder, folder: str, scope: Scope, report: Report
) -> FolderProgress:
    """Bring the index up to date with `folder`, an absolute path that the store knows; return what it came to.

    Whatever ends this early, every file is in the index whole: as it is now, or as it was.

    Raises:
        FolderMissing, NotAFolder: it cannot be looked at; nothing is changed then.
        ReadersFailed, TokenizerUnusable: no file can be read at all.
        VectrayClientError: the daemon was lost and could not be brought back, or does not have the model.

    """
    changes = changes_of(store, folder, scope)
    if changes.dirty and adopt(store, embedder.model()):
        changes = changes_of(store, folder, scope)  # to another model every file is new
    progress = FolderProgress(folder=folder, files_total=len(changes.dirty))
    report(progress)
    if changes.dirty:
        run = _Run(store, progress, report)
        with Readers(_read_options(embedder)) as readers:
            for chunk_id, answer in embedder.passages(run.texts(_read(readers, changes.dirty))):
                run.settle(chunk_id, answer)
        run.flush()
        store.take_waiting(1)
        progress = run.progress
    # Last: until then a moved file's passages are known under its old name, and cost nothing under the new one.
    removed = store.forget_files(changes.gone)
    store.store_unreachable(folder, changes.refused)
    store.sweep_vectors_in_excess()
    return replace(progress, removed=removed)


def adopt(store: Store, model: EmbeddingModel) -> bool:
    """Make `model` the one that the index is searched and extended with; return whether it was another.

    What was embedded with the other one is kept, and is of use again should that one come back.
    """
    known = store.model()
    if known and known.fingerprint == model.fingerprint:
        return False
    store.set_model(Model(name=model.name, fingerprint=model.fingerprint, dimensions=model.dimensions))
    return True


def _read_options(embedder: Embedder) -> ReadOptions:
    return ReadOptions(
        tokenizer_path=str(embedder.tokenizer_file()),
        max_tokens=min(MAX_PASSAGE_TOKENS, embedder.model().max_passage_tokens),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file and what reading it gave."""

    path: str
    state: FileState
    settled: bool
    answer: Document | Refusal


def _read(readers: Readers, dirty: Mapping[str, FileState]) -> Iterator[_File]:
    """Read files, the newest first: what somebody has just written is what they look for next."""
    ahead: deque[tuple[str, FileState, bool, Future[Document | Refusal]]] = deque()
    for path, state in sorted(dirty.items(), key=lambda item: item[1].mtime_ns, reverse=True):
        settled = not racy(state, time.time_ns())  # as of before it is opened
        ahead.append((path, state, settled, readers.submit(path, size=state.size)))
        if len(ahead) > _READ_AHEAD:
            yield _result(*ahead.popleft())
    while ahead:
        yield _result(*ahead.popleft())


def _result(path: str, state: FileState, settled: bool, answer: Future[Document | Refusal]) -> _File:  # noqa: FBT001 - a tuple's fields
    return _File(path=path, state=state, settled=settled, answer=answer.result())


class _Run:
    """The documents between reading and commit."""

    def __init__(self, store: Store, progress: FolderProgress, report: Report) -> None:
        self.progress = progress
        self._store = store
        self._report = report
        self._fresh: dict[int, Vector] = {}

    def texts(self, files: Iterator[_File]) -> Iterator[tuple[int, str]]:
        """Take files; yield the passages that no vector is known for, each text once."""
        for file in files:
            if isinstance(file.answer, Refusal):
                self._store.store_refusal(file.path, file.state, settled=file.settled, refusal=file.answer)
            else:
                self._store.store_document(file.path, file.state, settled=file.settled, document=file.answer)
            self._note(replace(self.progress, files_done=self.progress.files_done + 1))
        given: set[int] = set()
        while passages := self._store.take_waiting(_KEPT_EARLY, skip=given):
            given.update(passage.chunk_id for passage in passages)
            yield from ((passage.chunk_id, passage.text) for passage in passages)

    def settle(self, chunk_id: int, answer: Vector | TextRefused) -> None:
        """Take the answer to one of the texts."""
        self._note(replace(self.progress, embedded=self.progress.embedded + 1))
        if isinstance(answer, TextRefused):
            self._store.refuse_passage(chunk_id, str(answer))
        else:
            self._fresh[chunk_id] = answer
        if len(self._fresh) >= _KEPT_EARLY:
            self.flush()

    def flush(self) -> None:
        """Store what was embedded; copies of a text get its vector too."""
        self._store.put_vectors(self._fresh)
        self._fresh.clear()

    def _note(self, progress: FolderProgress) -> None:
        self.progress = progress
        self._report(progress)
