"""The store against a few dictionaries that are told the same things."""

import tempfile
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.vectray_client.store.comparing import COMPARISONS, PLACES, WORDS
from tests.vectray_client.store.documents import MODEL, OTHER_MODEL, document, index_path, vector_of
from tests.vectray_client.store.remembered import File, Memory

from vectray_client.domain import Changes, Chunk, Document, FileState, Refusal, Verdict
from vectray_client.store.connected import RECIPE
from vectray_client.store.keys import vector_key
from vectray_client.store.records import Filter, Model
from vectray_client.store.store import Store, open_store

FOLDERS = st.sampled_from(["/d", "/d/in", "/d/in/most", "/d2"])
PATHS = st.sampled_from(PLACES)
DOCUMENTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), max_size=3).map(
    lambda texts: document(*texts)
)
STATES = st.builds(FileState, *[st.integers(0, 2**63 - 1)] * 3, st.integers(0, 2**64 - 1))
REFUSALS = st.builds(
    Refusal, verdict=st.sampled_from(Verdict), reason=st.sampled_from(["Damaged.", "Empty."])
)
MODELS = st.sampled_from([MODEL, OTHER_MODEL])
GRACE_NS = 10


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.resources = ExitStack()
        self.directory = Path(self.resources.enter_context(tempfile.TemporaryDirectory()))
        self.memory = Memory()

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
        self.memory.folders.add(folder)

    @rule(folder=FOLDERS)
    def remove_folder(self, folder: str) -> None:
        below = [path for path in PLACES if path.startswith(f"{folder}/")]
        self.memory.folders.discard(folder)
        gone = [path for path in below if not self.memory.owner(path)]
        assert self.store.remove_folder(folder) == len(self.memory.files.keys() & set(gone))
        self.memory.drop(gone)

    @rule(path=PATHS, content=DOCUMENTS, state=STATES, settled=st.booleans())
    def store_document(self, path: str, content: Document, state: FileState, settled: bool) -> None:
        assert self.store.store_document(path, state, settled=settled, document=content)
        self.hold(path, content, state, settled)

    @rule(path=PATHS, state=STATES, refusal=REFUSALS)
    def store_refusal(self, path: str, state: FileState, refusal: Refusal) -> None:
        assert self.store.store_refusal(path, state, settled=True, refusal=refusal)
        new = File(state=state, settled=True, recipe=self.memory.recipe, refusal=refusal)
        before = self.memory.files.get(path)
        is_kept = before is not None and refusal.verdict is Verdict.FAILED
        self.memory.files[path] = replace(new, content=before.content) if before and is_kept else new

    @precondition(lambda self: self.memory.folders)
    @rule(data=st.data(), state=STATES, has_moved=st.booleans())
    def note(self, data: st.DataObject, state: FileState, has_moved: bool) -> None:
        memory = self.memory
        folder = data.draw(st.sampled_from(sorted(memory.folders)))
        own = [path for path in PLACES if memory.owner(path) == folder]
        former = data.draw(st.sampled_from([path for path in own if path in memory.files] or [""]))
        path = data.draw(st.sampled_from([path for path in own if path != former] or [""]))
        if former and has_moved:
            state = memory.files[former].state._replace(ctime_ns=state.ctime_ns)
        dirty = {path: state} if path else {}
        noted = self.store.note(folder, Changes(dirty=dirty, gone=frozenset({former} - {""})))
        if path in memory.left_out:
            path, dirty = "", {}
        assert noted.dirty == len(dirty.keys() - memory.queue.keys())
        assert noted.renamed == (path != "" and memory.move(former, path, state))
        assert noted.removed == (former in memory.files)
        memory.drop([former])
        for path in dirty:
            self.enqueue(path, state)

    def enqueue(self, path: str, state: FileState) -> None:
        dirty = self.store.queued_file(path)
        assert dirty is not None
        assert dirty.state == state
        tickets = self.memory.tickets.setdefault(path, [])
        if self.memory.queue.get(path) == state:
            assert dirty.ticket == tickets[-1]
        else:
            assert dirty.ticket > max(max(former, default=0) for former in self.memory.tickets.values())
            tickets.append(dirty.ticket)
        self.memory.queue[path] = state

    @precondition(lambda self: self.memory.tickets)
    @rule(data=st.data(), content=DOCUMENTS, state=STATES)
    def store_with_ticket(self, data: st.DataObject, content: Document, state: FileState) -> None:
        path = data.draw(st.sampled_from(sorted(self.memory.tickets)))
        ticket = data.draw(st.sampled_from(self.memory.tickets[path]))
        is_wanted = path in self.memory.queue
        assert is_wanted == self.store.store_document(
            path, state, settled=True, document=content, ticket=ticket
        )
        if is_wanted:
            self.hold(path, content, state, settled=True)
        if is_wanted and ticket == self.memory.tickets[path][-1]:
            del self.memory.queue[path]

    @rule(path=PATHS, state=STATES, settled=st.booleans(), data=st.data())
    def store_known(self, path: str, state: FileState, settled: bool, data: st.DataObject) -> None:
        kept = [
            kept.content
            for (model, _), kept in self.memory.kept.items()
            if (model, kept.recipe) == (self.memory.model, self.memory.recipe)
        ]
        for content in [data.draw(st.sampled_from(kept))] if kept else []:
            assert self.store.has_document(content.sha256, content.file_type)
            assert self.store.store_known(
                path, state, settled=settled, sha256=content.sha256, file_type=content.file_type
            )
            self.hold(path, content, state, settled)

    def hold(self, path: str, content: Document, state: FileState, settled: bool) -> None:
        self.memory.keep(self.memory.model, content)
        self.memory.hold(path, File(state=state, settled=settled, recipe=self.memory.recipe, content=content))

    @rule(paths=st.sets(PATHS))
    def forget_files(self, paths: set[str]) -> None:
        assert self.store.forget_files(paths) == len(paths & self.memory.files.keys())
        self.memory.drop(paths)

    @rule(path=st.one_of(PATHS, FOLDERS))
    def forget_below(self, path: str) -> None:
        below = {each for each in PLACES if each == path or each.startswith(f"{path}/")}
        assert self.store.forget_below(path) == len(below & self.memory.files.keys())
        self.memory.drop(below)

    @rule(path=PATHS, stays_out=st.booleans())
    def leave_out(self, path: str, stays_out: bool) -> None:
        self.store.leave_out(path)
        self.memory.left_out.add(path)
        if not stays_out:
            assert self.store.take_in(path)
            assert not self.store.take_in(path)
            self.memory.left_out.discard(path)

    @rule(model=MODELS, limit=st.integers(1, 10))
    def embed(self, model: Model, limit: int) -> None:
        taken = self.store.take_waiting(limit, fingerprint=model.fingerprint)
        assert len({passage.text for passage in taken}) == len(taken)
        self.store.put_vectors(
            {passage.chunk_id: vector_of(f"{model.name} {passage.text}") for passage in taken},
            fingerprint=model.fingerprint,
        )
        self.memory.embedded.update((model, passage.text) for passage in taken)

    @rule()
    def refuse_passage(self) -> None:
        for taken in self.store.take_waiting(1):
            self.store.refuse_passage(taken.chunk_id, "Too strange.")
            passage = self.store.passages([taken.chunk_id])[taken.chunk_id][0]
            kept = self.memory.kept_of(self.memory.files[passage.path])
            assert kept is not None
            self.memory.kept[self.memory.model, kept.content.sha256] = replace(
                kept, refused=kept.refused | {passage.chunk.start}
            )

    @rule(model=MODELS)
    def set_model(self, model: Model) -> None:
        self.store.set_model(model)
        self.memory.model = model
        self.memory.next = None if self.memory.next == model else self.memory.next

    @rule(model=MODELS)
    def begin_next(self, model: Model) -> None:
        self.store.begin_next(model)
        self.memory.next = None if self.memory.model == model else model

    @rule()
    def flip(self) -> None:
        self.store.flip()
        self.memory.model, self.memory.next = self.memory.next or self.memory.model, None

    @rule()
    def read_for_next(self) -> None:
        model = self.memory.next
        if model is None:
            return
        missing = self.memory.missing(model)
        assert [dirty.path for dirty in self.store.files_without(model.fingerprint, 10)] == missing
        for content in [self.memory.files[path].content for path in missing[:1]]:
            assert content is not None
            self.store.add_document(content, fingerprint=model.fingerprint)
            self.memory.keep(model, content)

    @rule(recipe=st.sampled_from(["1", "2"]))
    def set_recipe(self, recipe: str) -> None:
        self.store.set_setting(RECIPE, recipe)
        self.memory.recipe = recipe

    @rule(later_ns=st.integers(0, GRACE_NS))
    def sweep(self, later_ns: int) -> None:
        self.memory.now_ns += later_ns
        before = len(self.memory.kept)
        self.memory.sweep(self.memory.now_ns, GRACE_NS)
        swept = self.store.sweep_documents(now_ns=self.memory.now_ns, grace_ns=GRACE_NS)
        assert swept == before - len(self.memory.kept)

    @rule()
    def sweep_vectors(self) -> None:
        of_use = self.store.vector_ids(Filter()).tolist()
        self.store.sweep_vectors()
        assert self.store.vector_ids(Filter()).tolist() == of_use
        kept = {
            (model, chunk.embedded_text)
            for (model, _), kept in self.memory.kept.items()
            for chunk in kept.content.chunks
        }
        left = {
            (model, text)
            for model, text in self.memory.embedded
            if self.store._vector_id(vector_key(model.fingerprint, text)) is not None
        }
        assert left <= kept
        self.memory.embedded = left

    @rule(path=PATHS, content=DOCUMENTS, state=STATES)
    def fail_halfway(self, path: str, content: Document, state: FileState) -> None:
        unstorable = replace(content, sha256="0", chunks=(Chunk(text="\ud83d", start=0, end=1),))
        with suppress(UnicodeEncodeError), self.store.transaction():
            self.store.store_document(path, state, settled=True, document=content)
            self.store.forget_files(list(self.memory.files))
            self.store.store_document(path, state, settled=True, document=unstorable)

    @invariant()
    def all_questions_are_answered_alike(self) -> None:
        for compare in COMPARISONS:
            compare(self.store, self.memory)


StoreMachine.TestCase.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)
TestStoreIsADictionary = StoreMachine.TestCase
