"""What tests of the pipeline work with: a folder, an index, an embedder that counts, and a run until nothing waits."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.vectray_client.hashing_embedder import HashingEmbedder
from tests.vectray_client.index.documents import index_path
from tests.vectray_client.read.samples import write_tokenizer

from vectray_client.freshness import Scope
from vectray_client.index.records import EVERYTHING, Filter
from vectray_client.index.store import Store, open_store
from vectray_client.indexer.catching_up import Summary, bring_up_to_date
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.watch.rules import Rules

SCOPE = Scope(rules=Rules())


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An index that is open, and what it is filled with and from."""

    home: Path
    folder: Path
    store: Store
    embedder: HashingEmbedder

    def index(self, *folders: Path, model: str = "") -> Summary:
        """Bring the index up to date with some folders, or with the one."""
        self.embedder.given.clear()
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
def desk(home: Path) -> Iterator[Desk]:
    """A desk whose index and folder are kept in `home`."""
    folder = home / "folder"
    folder.mkdir(exist_ok=True)
    with open_store(index_path(home)) as store:
        yield Desk(home=home, folder=folder, store=store, embedder=HashingEmbedder(write_tokenizer(home)))


@contextmanager
def pipeline(at: Desk, room: ReadingRoom, **options: object) -> Iterator[Pipeline]:
    """A pipeline that has not run yet, for the thread that opened the desk."""
    made = Pipeline(
        at.store,
        at.embedder,  # type: ignore[arg-type] # as above
        room,
        index_file=index_path(at.home),
        scope=SCOPE,
        **options,  # type: ignore[arg-type] # the pipeline's own
    )
    with closing(made):
        yield made


def reading_room(embedder: HashingEmbedder) -> ReadingRoom:
    """Readers for the models of an embedder."""
    return ReadingRoom(embedder)  # type: ignore[arg-type] # as above


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
    return {text for path, text, *_ in _found(store, Filter(folder=str(folder)))}


def dump(store: Store) -> list[object]:
    """What the index says of every file, and where it finds every passage by its vector: equal for equal trees."""
    known = [(folder, sorted(store.known_files(folder))) for folder in store.folders()]
    refusals = [sorted(store.refusals(folder).items()) for folder in store.folders()]
    return [known, refusals, sorted(_found(store, EVERYTHING)), store.counts()]


def _found(store: Store, filter_: Filter) -> list[tuple[str, str, str, int, int]]:
    chunks = store.chunks_of_vectors(store.vector_ids(filter_).tolist(), filter_)
    found = store.passages([chunk for chunks_of_one in chunks.values() for chunk in chunks_of_one], filter_)
    return [
        (passage.path, passage.chunk.text, passage.chunk.heading, passage.chunk.start, passage.chunk.end)
        for passages in found.values()
        for passage in passages
    ]
