"""A writer that is killed while it writes, for the index that it leaves."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.vectray_client.index.documents import index_path

from vectray_client.index.opening import reading_connection
from vectray_client.index.store import Store, open_store

# Replaces, forgets and sweeps without end. All passages of a document carry its generation and how many they are.
WRITE_FOR_EVER = """
import itertools, random, sys
from pathlib import Path
from tests.vectray_client.index.documents import MODEL, document, put
from vectray_client.index.store import open_store
seed, path = int(sys.argv[1]), Path(sys.argv[2])
choose = random.Random(seed)
with open_store(path) as store:
    store.set_model(MODEL)
    print("writing", flush=True)
    for generation in itertools.count():
        count = choose.randrange(1, 40)
        texts = [f"generation{seed}x{generation} passage {n} of {count}" for n in range(count)]
        put(store, f"/d/{choose.randrange(5)}", document(*texts))
        if choose.random() < 0.1:
            store.forget_files([f"/d/{choose.randrange(5)}"])
            store.sweep_vectors()
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


def texts_by_path(store: Store) -> dict[str, list[str]]:
    """The stored passages of each document, in their order."""
    rows = store._connection.execute(
        "SELECT path, text FROM files JOIN chunks ON chunks.file = files.id ORDER BY path, ordinal"
    )
    texts: dict[str, list[str]] = {}
    for path, text in rows:
        texts.setdefault(path, []).append(text)
    return texts


def assert_only_whole_documents(store: Store) -> None:
    """Compares each document with what its own first passage says about it."""
    documents = texts_by_path(store)
    assert set(documents) == set(store.known_files("/d"))
    for texts in documents.values():
        generation = texts[0].split()[0]
        assert texts == [f"{generation} passage {n} of {len(texts)}" for n in range(len(texts))]
        hits = store.keyword_search(f'"{generation}"', 1_000)
        found = store.passages([chunk_id for chunk_id, _ in hits])
        assert sorted(passage.chunk.text for passage in found.values()) == sorted(texts)
        assert len(found) == len(hits)


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_whole_documents(tmp_path: Path) -> None:
    """After kill -9 each document is there with all its passages, keywords and vectors, or not at all."""
    choose = random.Random(1)  # noqa: S311 - for a spread of moments, not for secrets
    path = index_path(tmp_path)
    for seed in range(6):
        kill_a_writer(path, seed, after_seconds=choose.uniform(0, 0.3))
        with reading_connection(path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        with open_store(path) as store:
            assert_only_whole_documents(store)
