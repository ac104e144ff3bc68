"""What tests of the pipeline work with: a folder, an index, an embedder that counts, and a run until nothing waits."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Thread

from tests.vectray_client.hashing_embedder import HashingEmbedder
from tests.vectray_client.read.samples import write_tokenizer
from tests.vectray_client.store.documents import index_path

from vectray_client.agent import orders
from vectray_client.freshness import Scope
from vectray_client.indexer.catching_up import Summary, bring_up_to_date
from vectray_client.indexer.pausing import setting_for
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.indexer.state import Snapshot
from vectray_client.store.records import Filter
from vectray_client.store.store import Store, open_store
from vectray_client.watch.rules import Rules
from vectray_client.watch.watched_folder import Timing
from vectray_client.watch.watcher import Watcher

SCOPE = Scope(rules=Rules())
QUICK = Timing(check_seconds=0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An index that is open, and what it is filled with and from."""

    home: Path
    folder: Path
    store: Store
    embedder: HashingEmbedder
    room: ReadingRoom

    def index(self, *, model: str = "") -> Snapshot:
        """Look at all of the folder, and work until nothing waits."""
        self.embedder.given.clear()
        self.store.add_folder(str(self.folder))
        with pipeline(self, is_patient=False) as opened:
            asked = [opened.rescan(), *([opened.use_model(model)] if model else [])]
            opened.run(until_idle=True)
            for answer in asked:
                answer.result()
            return opened.state()

    def catch_up(self, *folders: Path, model: str = "") -> Summary:
        """Bring the index up to date with some folders, or with the one, as a command does."""
        paths = [str(folder) for folder in folders or (self.folder,)]
        for path in paths:
            self.store.add_folder(path)
        return bring_up_to_date(
            self.store,
            self.embedder,  # type: ignore[arg-type] # as much of an embedder as is needed
            index_file=index_path(self.home),
            folders=paths,
            scope=SCOPE,
            model=model,
        )

    def texts(self) -> set[str]:
        """Every passage that the index holds of the folder and that has a vector."""
        return texts_of(self.store, self.folder)


@contextmanager
def desk(home: Path, room: ReadingRoom) -> Iterator[Desk]:
    """A desk whose index and folder are kept in `home`; `room` is shared, because readers take half a second to start."""
    folder = home / "folder"
    folder.mkdir(exist_ok=True)
    with open_store(index_path(home)) as store:
        embedder = HashingEmbedder(write_tokenizer(home))
        yield Desk(home=home, folder=folder, store=store, embedder=embedder, room=room)


@contextmanager
def pipeline(at: Desk, **options: object) -> Iterator[Pipeline]:
    """A pipeline that has not run yet, for the thread that opened the desk."""
    made = Pipeline(
        at.store,
        at.embedder,  # type: ignore[arg-type] # as above
        at.room,
        index_file=index_path(at.home),
        scope=SCOPE,
        **options,  # type: ignore[arg-type] # the pipeline's own
    )
    with closing(made):
        yield made


@contextmanager
def reading_room(home: Path) -> Iterator[ReadingRoom]:
    """Readers for the models of any hashing embedder."""
    embedder = HashingEmbedder(write_tokenizer(home))
    with closing(ReadingRoom(embedder)) as room:  # type: ignore[arg-type] # as above
        yield room


@contextmanager
def watching(
    home: Path, room: ReadingRoom, embedder: HashingEmbedder, **options: object
) -> Iterator[Pipeline]:
    """A pipeline that runs in a thread of its own and watches, as the agent's does."""
    made: Future[Pipeline] = Future()

    def run() -> None:
        with desk(home, room) as at:
            rules = partial(Watcher, rules=SCOPE.rules, timing=QUICK)
            with pipeline(replace(at, embedder=embedder), make_watcher=rules, **options) as opened:
                made.set_result(opened)
                opened.run()

    thread = Thread(target=run)
    thread.start()
    running = made.result(10)
    try:
        yield running
    finally:
        running.stop()
        thread.join()


def pause(pipeline: Pipeline, folder: Path | str = "", *, seconds: float | None = None) -> None:
    """Pause a folder, or all, as the agent does."""
    setting = setting_for(seconds, unix_now=time.time())
    pipeline.call(partial(orders.pause, folder=str(folder), setting=setting)).result(10)


def resume(pipeline: Pipeline, folder: Path | str = "") -> None:
    """Go on with a folder, or with all, likewise."""
    pipeline.call(partial(orders.resume, folder=str(folder), unix_now=time.time())).result(10)


def wait_state(pipeline: Pipeline, holds: Callable[[Snapshot], bool], *, seconds: float = 20.0) -> Snapshot:
    """Wait for a state; TimeoutError if it does not come."""
    until, state = time.monotonic() + seconds, pipeline.state()
    while not holds(state):
        if time.monotonic() > until:
            raise TimeoutError(repr(state))
        state = pipeline.wait_change(state.revision, timeout_seconds=0.5)
    return state


def passage(topic: str) -> str:
    """A section of its own: long enough not to be merged with its neighbours."""
    return f"# About {topic}\n\n" + " ".join(f"{topic}{n}" for n in range(40)) + "\n\n"


def document(*topics: str) -> str:
    """A text with one passage a topic."""
    return "".join(map(passage, topics))


def write(folder: Path, name: str, *topics: str) -> Path:
    """A document with one passage a topic."""
    path = folder / name
    path.write_text(document(*topics))
    return path


def texts_of(store: Store, folder: Path) -> set[str]:
    """Every passage that the index holds of a folder and that has a vector."""
    return {text for path, text, *_ in _found(store, Filter(folders=(str(folder),)))}


def _found(store: Store, filter_: Filter) -> list[tuple[str, str, str, int, int]]:
    chunks = store.chunks_of_vectors(store.vector_ids(filter_).tolist(), filter_)
    found = store.passages([chunk for chunks_of_one in chunks.values() for chunk in chunks_of_one], filter_)
    return [
        (passage.path, passage.chunk.text, passage.chunk.heading, passage.chunk.start, passage.chunk.end)
        for passages in found.values()
        for passage in passages
    ]
