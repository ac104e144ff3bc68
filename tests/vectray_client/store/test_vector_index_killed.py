"""A process that is killed while it builds its cache, for what the next one finds."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import MODEL, index_path, vector_of

from vectray_client.store.keys import vector_key
from vectray_client.store.store import Store, open_store
from vectray_client.store.vector_index import VectorIndex
from vectray_client.store.vector_layout import Sizes

SIZES = Sizes(compressed=500, full=2000)
PORTION = 300

# Adds vectors and joins blocks without end, and now and then builds all anew.
BUILD_FOR_EVER = """
import itertools, random, sys
from pathlib import Path
from tests.vectray_client.store.test_vector_index_killed import SIZES, add
from vectray_client.store.store import open_store
from vectray_client.store.vector_index import VectorIndex
choose = random.Random(int(sys.argv[1]))
with open_store(Path(sys.argv[2])) as store:
    index = VectorIndex.open(store, Path(sys.argv[3]), sizes=SIZES)
    print("building", flush=True)
    for number in itertools.count():
        add(store, sys.argv[1], number)
        index.catch_up(store)
        if choose.random() < 0.1:
            index.discard_cache()
"""


def add(store: Store, name: str, number: int) -> None:
    """Stores a portion of vectors, other ones each time."""
    texts = [f"{name} {number} {n}" for n in range(PORTION)]
    store.add_vectors({vector_key(MODEL.fingerprint, text): vector_of(text) for text in texts})


@pytest.mark.slow
def test_a_kill_at_any_moment_costs_no_vector(tmp_path: Path) -> None:
    """Whatever a killed process left of its cache, the next one has all vectors once, as the store has them, and no litter."""
    choose = random.Random(1)  # noqa: S311 - for a spread of moments, not for secrets
    path, cache = index_path(tmp_path), tmp_path / "vectors"
    with open_store(path) as store:
        store.set_model(MODEL)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, "."])}
    for seed in range(8):
        command = [sys.executable, "-c", BUILD_FOR_EVER, str(seed), path, cache]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as builder:
            assert builder.stdout is not None
            assert builder.stdout.readline() == b"building\n"
            time.sleep(choose.uniform(0, 0.5))
            assert builder.poll() is None
            builder.kill()
        with open_store(path) as store:
            index = VectorIndex.open(store, cache, sizes=SIZES)
            index.catch_up(store)
            ids = store.vectors_after(0, MODEL.fingerprint)[0].tolist()
            found = index.search(vector_of("any"), len(ids) + 1, fingerprint=MODEL.fingerprint)
            assert sorted(found_id for found_id, _ in found) == ids
            assert not list(cache.glob("*.part"))
