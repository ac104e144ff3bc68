"""Whether the store answers as a few dictionaries do that were told the same things."""

from collections.abc import Callable
from typing import Final

from tests.vectray_client.store.documents import is_left_out, vector_of
from tests.vectray_client.store.remembered import Memory

from vectray_client.store.records import Model
from vectray_client.store.store import Store

PLACES: Final = ["/d/a", "/d/in/b", "/d/in/most/c", "/d/inner", "/d2/e", "/nowhere/f"]
WORDS: Final = ["alpha", "beta", "gamma", "机器", "学习", "学", "Größe"]


def vector_by(model: Model, text: str) -> bytes:
    """What the index keeps of a text that this model embedded."""
    return vector_of(f"{model.name} {text}").astype("<f2").tobytes()


def each_folder_knows_its_files(store: Store, memory: Memory) -> None:
    """Folders, and what scans are told of the files in them."""
    assert set(store.folders()) == memory.folders
    for folder in memory.folders:
        known = {
            path: memory.known(file) for path, file in memory.files.items() if memory.owner(path) == folder
        }
        assert store.known_files(folder) == known
        assert store.known_states(folder) == {
            path: file.state if file.settled else None for path, file in known.items()
        }


def each_folder_has_its_queue(store: Store, memory: Memory) -> None:
    """Files to be read, under the folder that each belongs to."""
    queued = {
        dirty.path: (folder, dirty.state, dirty.ticket)
        for folder in memory.folders
        for dirty in store.queue(folder, 10)
    }
    assert queued == {
        path: (memory.owner(path), state, memory.tickets[path][-1]) for path, state in memory.queue.items()
    }
    assert sum(store.queued().values()) == len(queued)


def each_word_finds_its_passages(store: Store, memory: Memory) -> None:
    """Words find the passages of files, and nothing else."""
    for word in WORDS[:5]:
        hits = store.keyword_search(f'"{word}"', 1_000)
        passages = store.passages([chunk_id for chunk_id, _ in hits])
        assert len(passages) == len(hits)
        assert memory.found(word) == sorted(
            (passage.path, passage.chunk.text) for copies in passages.values() for passage in copies
        )


def each_passage_has_the_vector_of_its_text(store: Store, memory: Memory) -> None:
    """Vectors lead to the passages that they were made of."""
    model = memory.model
    ids, data = store.vectors_after(0, model.fingerprint)
    width = len(data) // max(1, len(ids))
    vectors = {vector: data[width * n : width * (n + 1)] for n, vector in enumerate(ids.tolist())}
    for vector, chunk_ids in store.chunks_of_vectors(list(vectors)).items():
        for passage, *_ in store.passages(chunk_ids).values():
            assert vectors[vector] == vector_by(model, passage.chunk.embedded_text)


def what_was_never_embedded_waits(store: Store, memory: Memory) -> None:
    """What should be found by meaning and cannot be is still to be done."""
    waiting = [passage.text for passage in store.waiting(1_000)]
    assert memory.awaited() <= set(waiting)
    assert store.waiting_passages() == len(waiting)
    assert store.waiting_documents() <= len(waiting)


def the_counts_add_up(store: Store, memory: Memory) -> None:
    """Numbers, problems, and what is left out."""
    assert store.counts() == memory.counts()
    assert [path for path, _ in store.problems()] == memory.problems()
    assert memory.left_out == {path for path in PLACES if is_left_out(store, path)}


COMPARISONS: Final[list[Callable[[Store, Memory], None]]] = [
    each_folder_knows_its_files,
    each_folder_has_its_queue,
    each_word_finds_its_passages,
    each_passage_has_the_vector_of_its_text,
    what_was_never_embedded_waits,
    the_counts_add_up,
]
