"""A writer that is killed while it writes, for the index that it leaves."""

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import index_path, vector_of

from vectray_client.store.connected import MENDED
from vectray_client.store.store import Store, open_store

# All that changes an index, without end. The passages of a document carry its generation and how many they are.
WRITE_FOR_EVER = """
import itertools, random, sys
from pathlib import Path
from tests.vectray_client.store.documents import MODEL, OTHER_MODEL, STATE, document, vector_of
from vectray_client.agent import orders
from vectray_client.domain import Changes
from vectray_client.store.store import open_store

seed, path = int(sys.argv[1]), Path(sys.argv[2])
choose = random.Random(seed)
places = [f"/d/{number}" for number in range(8)]


def read(store):
    store.note("/d", Changes(dirty={choose.choice(places): STATE._replace(mtime_ns=generation)}))
    for dirty in store.queue("/d", 5):
        count = choose.randrange(1, 40)
        name = f"generation{seed}x{generation}x{dirty.ticket}"
        content = document(*(f"{name} passage {n} of {count}" for n in range(count)))
        store.store_document(dirty.path, dirty.state, settled=True, document=content, ticket=dirty.ticket)
        if (model := store.next_model()) is not None:
            store.add_document(content, fingerprint=model.fingerprint)


def embed(store):
    for model in store.models():
        taken = store.take_waiting(16, fingerprint=model.fingerprint)
        vectors = {passage.chunk_id: vector_of(passage.text) for passage in taken}
        store.put_vectors(vectors, fingerprint=model.fingerprint)


def move(store):
    former, place = choose.sample(places, 2)
    known = store.known_file(former)
    if known is not None:
        store.note("/d", Changes(dirty={place: known.state}, gone=frozenset({former})))


def change_models(store):
    store.flip()
    store.begin_next(choose.choice([MODEL, OTHER_MODEL]))


def sweep(store):
    store.sweep_documents(now_ns=generation, grace_ns=10)
    store.sweep_vectors()


def forget(store):
    place = choose.choice(places)
    orders.forget(store, place, discard_cache=int)
    store.take_in(place)


with open_store(path) as store:
    store.set_model(MODEL)
    store.add_folder("/d")
    print("writing", flush=True)
    for generation in itertools.count():
        (act,) = choose.choices([read, embed, move, change_models, sweep, forget], [8, 8, 2, 1, 2, 1])
        act(store)
"""


def kill_a_writer(path: Path, seed: int, *, after_seconds: float) -> None:
    """Lets a process write for some time, then gives it no chance to stop."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, "."])}
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_FOR_EVER, str(seed), path], stdout=subprocess.PIPE, env=environment
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        time.sleep(after_seconds)
        assert writer.poll() is None
        writer.kill()


def passages_by_path(store: Store) -> dict[str, list[tuple[str, str | None]]]:
    """What can be found of each file: texts in their order, with the hashes of their vectors."""
    passages: dict[str, list[tuple[str, str | None]]] = {}
    path = ""
    for line in store.dump():
        kind, *values = json.loads(line)
        if kind == "file":
            path = values[0]
        elif kind == "passage":
            passages.setdefault(path, []).append((values[6], values[-1]))
    return passages


def assert_only_whole_documents(store: Store) -> None:
    """Compares each document with what its own first passage says about it, and each vector with its text."""
    for passages in passages_by_path(store).values():
        texts = [text for text, _ in passages]
        generation = texts[0].split()[0]
        assert texts == [f"{generation} passage {n} of {len(texts)}" for n in range(len(texts))]
        hits = store.keyword_search(f'"{generation}"', 1_000)
        found = store.passages([chunk_id for chunk_id, _ in hits])
        assert sorted(passages[0].chunk.text for passages in found.values()) == sorted(texts)
        for text, vector_hash in passages:
            vector = vector_of(f"Top\n{text}").astype("<f2").tobytes()
            assert vector_hash in (None, hashlib.sha256(vector).hexdigest())


def assert_nothing_is_left_over(store: Store) -> None:
    """No page, reference or number contradicts another."""
    assert store.setting(MENDED) == ""
    ask = store._connection.execute
    assert ask("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert ask("PRAGMA foreign_key_check").fetchall() == []
    counted = ask("SELECT ifnull(sum(passages), 0), ifnull(sum(waiting), 0) FROM documents").fetchall()
    assert counted == ask("SELECT count(*), ifnull(sum(vector IS NULL), 0) FROM chunks").fetchall()


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_whole_documents(tmp_path: Path) -> None:
    """After kill -9 each document is there with all its passages and keywords, or not at all; a vector is its text's, or not there."""
    choose = random.Random(1)  # noqa: S311 - for a spread of moments, not for secrets
    path = index_path(tmp_path)
    for seed in range(8):
        kill_a_writer(path, seed, after_seconds=choose.uniform(0, 0.5))
        with open_store(path) as store:
            assert_nothing_is_left_over(store)
            assert_only_whole_documents(store)
