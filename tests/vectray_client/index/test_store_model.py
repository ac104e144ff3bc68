"""The store against a dictionary that is told the same things."""

import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.vectray_client.index.documents import (
    MODEL,
    OTHER_MODEL,
    STATE,
    document,
    index_path,
    put,
    vector_of,
)

from vectray_client.domain import Document, FileState, KnownFile, Refusal, Verdict
from vectray_client.index.errors import UnknownVector
from vectray_client.index.keys import vector_key
from vectray_client.index.records import Filter, Model
from vectray_client.index.store import Store, open_store

FOLDERS = st.sampled_from(["/d", "/d/in", "/d/in/most", "/d2"])
PATHS = st.sampled_from(["/d/a", "/d/in/b", "/d/in/most/c", "/d/inner", "/d2/e", "/nowhere/f"])
WORDS = ["alpha", "beta", "gamma", "机器", "学习", "学", "Größe"]
DOCUMENTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), max_size=3).map(
    lambda texts: document(*texts)
)
STATES = st.builds(FileState, *[st.integers(0, 2**63 - 1)] * 3, st.integers(0, 2**64 - 1))
REFUSALS = st.builds(
    Refusal, verdict=st.sampled_from(Verdict), reason=st.sampled_from(["Damaged.", "Empty."])
)


@dataclass(frozen=True)
class Remembered:
    """A file as a dictionary remembers it."""

    state: FileState
    settled: bool
    content: Document | None = None
    model: Model | None = None
    refusal: Refusal | None = None

    def known(self, current: Model) -> KnownFile:
        is_current = self.model in (None, current)
        return KnownFile(
            state=self.state,
            sha256=self.content.sha256 if self.content and is_current else "",
            refusal=self.refusal,
            settled=self.settled and is_current,
        )


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.resources = ExitStack()
        self.directory = Path(self.resources.enter_context(tempfile.TemporaryDirectory()))
        self.files: dict[str, Remembered] = {}
        self.folders: set[str] = set()
        self.model = MODEL

    def open(self) -> None:
        self.opened = ExitStack()
        self.store: Store = self.opened.enter_context(open_store(index_path(self.directory)))

    def teardown(self) -> None:
        self.opened.close()
        self.resources.close()

    @initialize()
    def begin(self) -> None:
        self.open()
        self.store.set_model(MODEL)

    @rule()
    def reopen(self) -> None:
        self.opened.close()
        self.open()

    @rule(folder=FOLDERS)
    def add_folder(self, folder: str) -> None:
        self.store.add_folder(folder)
        self.folders.add(folder)

    @rule(folder=FOLDERS)
    def remove_folder(self, folder: str) -> None:
        self.store.remove_folder(folder)
        self.folders.discard(folder)
        for path in [path for path in self.files if path.startswith(f"{folder}/") and not self.owner(path)]:
            del self.files[path]

    @rule(path=PATHS, content=DOCUMENTS, state=STATES, settled=st.booleans())
    def store_document(self, path: str, content: Document, state: FileState, settled: bool) -> None:
        put(self.store, path, content, state=state, settled=settled, model=self.model)
        self.files[path] = Remembered(state, settled, content, self.model)

    @rule(path=PATHS, state=STATES, refusal=REFUSALS)
    def store_refusal(self, path: str, state: FileState, refusal: Refusal) -> None:
        self.store.store_refusal(path, state, settled=True, refusal=refusal)
        before = self.files.get(path)
        if before is None or refusal.verdict is Verdict.SKIPPED:
            before = Remembered(state, settled=True)
        self.files[path] = replace(before, state=state, settled=True, refusal=refusal)

    @rule(path=PATHS, state=STATES, settled=st.booleans())
    def store_touched(self, path: str, state: FileState, settled: bool) -> None:
        if path in self.files:
            self.store.store_touched(path, state, settled=settled)
            self.files[path] = replace(self.files[path], state=state, settled=settled, refusal=None)

    @rule(paths=st.sets(PATHS))
    def forget(self, paths: set[str]) -> None:
        assert self.store.forget_files(paths) == len(paths & self.files.keys())
        for path in paths:
            self.files.pop(path, None)

    @rule(model=st.sampled_from([MODEL, OTHER_MODEL]))
    def set_model(self, model: Model) -> None:
        self.store.set_model(model)
        self.model = model

    @rule()
    def sweep(self) -> None:
        self.store.sweep_vectors()
        assert len(self.store.vector_ids(Filter())) == len(
            {
                vector_key(remembered.model.fingerprint, chunk.embedded_text)
                for remembered in self.files.values()
                if remembered.content and remembered.model
                for chunk in remembered.content.chunks
            }
        )

    @rule(path=PATHS, content=DOCUMENTS)
    def fail_halfway(self, path: str, content: Document) -> None:
        unknown = b"?" * 32
        with suppress(UnknownVector), self.store.transaction():
            put(self.store, path, content, model=self.model)
            self.store.forget_files(list(self.files))
            self.store.store_document(
                path, STATE, settled=True, document=document("bad"), keys=[unknown], new_vectors={}
            )

    def owner(self, path: str) -> str | None:
        return max(
            (folder for folder in self.folders if path.startswith(f"{folder}/")), key=len, default=None
        )

    @invariant()
    def each_folder_knows_its_files(self) -> None:
        assert set(self.store.folders()) == self.folders
        for folder in self.folders:
            assert self.store.known_files(folder) == {
                path: remembered.known(self.model)
                for path, remembered in self.files.items()
                if self.owner(path) == folder
            }

    @invariant()
    def each_word_finds_its_passages(self) -> None:
        for word in WORDS[:5]:
            hits = self.store.keyword_search(f'"{word}"', 1_000)
            found = sorted(
                (passage.path, passage.chunk.text)
                for passage in self.store.passages([chunk_id for chunk_id, _ in hits]).values()
            )
            assert found == sorted(
                (path, chunk.text)
                for path, remembered in self.files.items()
                if remembered.content
                for chunk in remembered.content.chunks
                if word in chunk.text.split()
            )
            assert len(found) == len(hits)

    @invariant()
    def each_passage_has_the_vector_of_its_text(self) -> None:
        for model in (MODEL, OTHER_MODEL):
            ids, data = self.store.vectors_after(0, model.fingerprint)
            width = len(data) // max(1, len(ids))
            vectors = {vector: data[width * n : width * (n + 1)] for n, vector in enumerate(ids.tolist())}
            for vector, chunk_ids in self.store.chunks_of_vectors(list(vectors)).items():
                for passage in self.store.passages(chunk_ids).values():
                    assert vectors[vector] == vector_of(passage.chunk.embedded_text).astype("<f2").tobytes()

    @invariant()
    def the_counts_add_up(self) -> None:
        counts = self.store.counts()
        contents = [remembered.content for remembered in self.files.values() if remembered.content]
        refusals = {path: file.refusal for path, file in self.files.items() if file.refusal}
        failed = sorted(path for path, refusal in refusals.items() if refusal.verdict is Verdict.FAILED)
        assert counts.files == len(contents)
        assert counts.chunks == sum(len(content.chunks) for content in contents)
        assert counts.problems == len(failed)
        assert counts.skipped == len(refusals) - len(failed)
        assert self.store.problems() == [(path, refusals[path]) for path in failed]


StoreMachine.TestCase.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
TestStoreIsADictionary = StoreMachine.TestCase
