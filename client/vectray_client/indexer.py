"""Brings the index up to date with a folder: scan, read what may have changed, embed what is new, commit file by file.

One thread drives everything: reader processes work ahead of it, the daemon embeds what it was sent, and it commits what comes back.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace

from vectray_client.domain import Document, EmbeddingModel, FileState, Refusal, Verdict
from vectray_client.embed.embedder import Embedder, Key, Vector
from vectray_client.freshness import Scope, changes_of
from vectray_client.index.keys import vector_key
from vectray_client.index.records import Model
from vectray_client.index.store import Store
from vectray_client.read.options import ReadOptions
from vectray_client.read.pool import Readers
from vectray_client.sdk.errors import TextRefused
from vectray_client.watch.scanner import racy

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
        run = _Run(store, embedder.model().fingerprint, progress, report)
        with Readers(_read_options(embedder)) as readers:
            for key, answer in embedder.passages(run.texts(_read(readers, changes.dirty))):
                run.settle(key, answer)
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Unfinished:
    """A document of which some vectors are not there yet."""

    file: _File
    document: Document
    keys: tuple[Key, ...]
    missing: set[Key]


class _Run:
    """The documents between reading and commit."""

    def __init__(self, store: Store, fingerprint: str, progress: FolderProgress, report: Report) -> None:
        self.progress = progress
        self._store = store
        self._fingerprint = fingerprint
        self._report = report
        self._waiting: dict[Key, list[_Unfinished]] = {}
        self._fresh: dict[Key, Vector] = {}

    def texts(self, files: Iterator[_File]) -> Iterator[tuple[Key, str]]:
        """Take files; yield the texts that no vector is known for, each once."""
        for file in files:
            if isinstance(file.answer, Refusal):
                self._refuse(file, file.answer)
            elif self._is_known(file, file.answer):
                self._store.store_touched(file.path, file.state, settled=file.settled)
                self._note_file()
            else:
                yield from self._begin(file, file.answer)

    def settle(self, key: Key, answer: Vector | TextRefused) -> None:
        """Take the answer to one of the texts; commit the documents that were only waiting for it."""
        waiting = self._waiting.pop(key)
        self._note(replace(self.progress, embedded=self.progress.embedded + 1))
        if isinstance(answer, TextRefused):
            for unfinished in waiting:
                self._give_up(unfinished, answer)
            return
        self._fresh[key] = answer
        for unfinished in waiting:
            unfinished.missing.discard(key)
            if not unfinished.missing:
                self._commit(unfinished)
        if len(self._fresh) >= _KEPT_EARLY:
            self._store.add_vectors(self._fresh)
            self._fresh.clear()

    def _is_known(self, file: _File, document: Document) -> bool:
        known = self._store.known_file(file.path)
        return known is not None and known.sha256 == document.sha256

    def _begin(self, file: _File, document: Document) -> Iterator[tuple[Key, str]]:
        texts = {
            vector_key(self._fingerprint, chunk.embedded_text): chunk.embedded_text
            for chunk in document.chunks
        }
        keys = tuple(vector_key(self._fingerprint, chunk.embedded_text) for chunk in document.chunks)
        missing = texts.keys() - self._store.known_keys(texts) - self._fresh.keys()
        unfinished = _Unfinished(file=file, document=document, keys=keys, missing=missing)
        if not missing:
            self._commit(unfinished)
            return
        unasked = [key for key in texts if key in missing and key not in self._waiting]
        for key in missing:
            self._waiting.setdefault(key, []).append(unfinished)
        yield from ((key, texts[key]) for key in unasked)

    def _commit(self, unfinished: _Unfinished) -> None:
        file = unfinished.file
        self._store.store_document(
            file.path,
            file.state,
            settled=file.settled,
            document=unfinished.document,
            keys=unfinished.keys,
            new_vectors={key: self._fresh.pop(key) for key in set(unfinished.keys) if key in self._fresh},
        )
        self._note_file()

    def _give_up(self, unfinished: _Unfinished, error: TextRefused) -> None:
        for key in unfinished.missing & self._waiting.keys():
            self._waiting[key].remove(unfinished)
        reason = f"one of its passages cannot be embedded: {error}"
        self._refuse(unfinished.file, Refusal(verdict=Verdict.FAILED, reason=reason))

    def _refuse(self, file: _File, refusal: Refusal) -> None:
        self._store.store_refusal(file.path, file.state, settled=file.settled, refusal=refusal)
        self._note_file()

    def _note_file(self) -> None:
        self._note(replace(self.progress, files_done=self.progress.files_done + 1))

    def _note(self, progress: FolderProgress) -> None:
        self.progress = progress
        self._report(progress)
