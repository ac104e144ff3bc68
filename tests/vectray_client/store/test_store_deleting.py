import hashlib
import random
from pathlib import Path

from tests.vectray_client.store.documents import (
    STATE,
    document,
    found_texts,
    index_path,
    is_left_out,
    put,
    vector_of,
)

from vectray_client.agent import orders
from vectray_client.domain import Changes
from vectray_client.store.reading import open_reader
from vectray_client.store.records import Filter
from vectray_client.store.store import Store


def test_a_deleted_content_that_comes_back_costs_nothing(store: Store) -> None:
    """What is gone is found no more, and is whole again at once, under any name."""
    content = document("lost")
    put(store, "/d/a", content)
    assert store.forget_files(["/d/a", "/d/unheard-of"]) == 1
    assert (found_texts(store, "lost"), store.vector_ids(Filter()).tolist()) == ([], [])
    assert store.has_document(content.sha256, content.file_type)
    store.store_known("/d/b", STATE, settled=True, sha256=content.sha256, file_type=content.file_type)
    assert found_texts(store, "lost") == ["lost"]
    assert store.take_waiting(1) == []


def test_contents_are_swept_when_no_file_has_held_them_for_long(store: Store) -> None:
    """Grace begins when a sweep first sees that a content is unused, and ends with its first new file."""
    lost, kept = document("lost"), document("kept")
    put(store, "/d/a", lost)
    put(store, "/d/b", kept)
    store.forget_files(["/d/a", "/d/b"])
    assert store.sweep_documents(now_ns=1_000, grace_ns=100) == 0
    put(store, "/d/b", kept)
    assert store.sweep_documents(now_ns=1_099, grace_ns=100) == 0
    assert store.sweep_documents(now_ns=1_100, grace_ns=100) == 1
    assert not store.has_document(lost.sha256, lost.file_type)
    assert store.keyword_search('"lost"', 10) == []
    store.forget_files(["/d/b"])
    assert store.sweep_documents(now_ns=1_100, grace_ns=100) == 0


def test_vectors_outlive_their_passages_until_they_are_swept(store: Store) -> None:
    """A text that comes back in another document costs nothing; sweeping keeps what is in use."""
    put(store, "/d/a", document("lost"))
    put(store, "/d/b", document("kept"))
    store.forget_files(["/d/a"])
    store.sweep_documents(now_ns=0, grace_ns=0)
    put(store, "/d/c", document("lost", "more"))
    assert store.sweep_vectors() == 0
    store.forget_files(["/d/c"])
    store.sweep_documents(now_ns=0, grace_ns=0)
    assert store.sweep_vectors() == 2
    assert store.counts().vectors == 1


def test_words_are_merged_until_there_is_nothing_to_merge(store: Store) -> None:
    """What was stored file by file lies together in the end, is found as before, and is left alone from then on."""
    for number in range(12):
        put(store, f"/d/{number}", document(f"tide {number}"))
    before = found_texts(store, "tide")
    steps = 0
    while store.merge_some_words():
        steps += 1
        assert steps < 100
    parts = store._connection.execute("SELECT count(DISTINCT segid) FROM keywords_idx").fetchone()[0]
    assert (steps > 0, parts < 4) == (True, True)
    assert (found_texts(store, "tide"), len(before)) == (before, 12)
    assert not store.merge_some_words()


def test_vectors_are_swept_once_many_are_unused(store: Store) -> None:
    """What a day of moving and undoing leaves behind stays at hand; what has piled up does not."""
    put(store, "/d/a", document("kept"))
    store.add_vectors({bytes([n]) * 32: vector_of("few") for n in range(100)})
    assert not store.has_vectors_in_excess()
    store.add_vectors({n.to_bytes(32): vector_of("many") for n in range(1000)})
    assert store.has_vectors_in_excess()


def test_vectors_are_swept_a_few_at_a_time(store: Store) -> None:
    """So that nobody's save ever waits for all of them; those in use stay."""
    put(store, "/d/a", document("kept"))
    store.add_vectors({n.to_bytes(32): vector_of("many") for n in range(6000)})
    after, counts = 0, []
    while (last := store.sweep_some_vectors(after=after)) is not None:
        after = last
        counts.append(store.counts().vectors)
    assert counts == [1002, 1]


def test_ids_are_never_used_twice(store: Store) -> None:
    """A result that is on its way never turns into another passage."""
    put(store, "/d/a", document("first"))
    ((old_chunk, _),) = store.keyword_search('"first"', 1)
    (old_vector,) = store.vector_ids(Filter())
    store.forget_files(["/d/a"])
    store.sweep_documents(now_ns=0, grace_ns=0)
    store.sweep_vectors()
    put(store, "/d/a", document("second"))
    ((new_chunk, _),) = store.keyword_search('"second"', 1)
    assert new_chunk > old_chunk
    assert store.vector_ids(Filter()) > old_vector
    assert store.passages([old_chunk]) == {}


def canary(number: int) -> str:
    """A word like no other, from the first letter on: FTS5 writes only what a word does not share with the one before."""
    return hashlib.sha256(bytes([number])).hexdigest()[:20]


def canaries_in(directory: Path) -> set[int]:
    """Which of them stand in any file, at least in part."""
    content = b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())
    return {number for number in range(200) if canary(number)[6:].encode() in content}


def live(store: Store, number: int, *, chance: random.Random) -> None:
    """A file with a canary in its name and its text comes, waits, is edited, and is swept at times."""
    path = f"/d/{number % 2}/{canary(number)}"
    for _ in range(chance.randrange(1, 3)):
        text = f"{canary(number)} 金丝雀 {'in the mine ' * chance.randrange(200)}"
        store.note("/d", Changes(dirty={path: STATE}))
        put(store, path, document(text, f"{text} again"))
    if chance.random() < 0.05:
        store.sweep_documents(now_ns=0, grace_ns=0)


def test_what_was_forgotten_leaves_no_trace(store: Store, tmp_path: Path) -> None:
    """No byte of a forgotten name or text can be found in any file of the index; all others are untouched."""
    # A history after which deletion alone leaves two canaries behind.
    chance = random.Random(16)  # noqa: S311 - not for secrets
    numbers = list(range(200))
    chance.shuffle(numbers)
    for number in numbers:
        with store.transaction():
            live(store, number, chance=chance)
    kept = {path: known for path, known in store.known_files("/d").items() if path.startswith("/d/1/")}
    assert orders.forget(store, "/d/0", discard_cache=int) == 100
    assert canaries_in(tmp_path) == set(range(1, 200, 2))
    assert store.known_files("/d") == kept
    assert is_left_out(store, "/d/0")
    put(store, "/d/1/new", document("new"))
    assert found_texts(store, "new") == ["new"]


def test_what_broke_readers_is_forgotten_too(store: Store) -> None:
    """Not even the hash of a content stays that is in no file any more."""
    store.quarantine("c0ffee", "It is poison.")
    store.forget("/d/a")
    assert store.quarantined("c0ffee") is None


def test_scrubbing_tells_when_a_reader_kept_it_from_finishing(store: Store, tmp_path: Path) -> None:
    """A promise that could not be kept is not made."""
    put(store, "/d/a", document("text"))
    store._connection.execute("PRAGMA busy_timeout = 10")
    with open_reader(index_path(tmp_path)) as reader, reader.snapshot():
        assert reader.counts().files == 1
        put(store, "/d/b", document("text"))
        assert not store.scrub()
    assert store.scrub()
