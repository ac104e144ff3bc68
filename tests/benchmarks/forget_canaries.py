"""Forgetting 1,000 files whose names and texts hold a word like no other, and looking for these words in every byte that is left.

    python -m tests.benchmarks.forget_canaries [--canaries 1000] [--others 1000] [--rounds 3]

The index alone, without the agent: files come in any order, wait, are edited, renamed, swept and copied between models, so that pages are
divided, joined and used again. All canaries lie in one directory, which is forgotten in one call. "before" counts the canaries that
deletion alone, with `secure_delete`, left behind: what the call is for.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

import numpy as np
from tests.benchmarks.figures import row

from vectray_client.agent import orders
from vectray_client.domain import Changes, Chunk, Document, FileState, FileType
from vectray_client.store.records import Model
from vectray_client.store.store import Store, open_store

DIMENSIONS = 384
MODELS = [Model(name=name, fingerprint=name, dimensions=DIMENSIONS) for name in ("one", "another")]
SECRET = "/home/somebody/secret"
OTHERS = "/home/somebody/others"


def document(word: str, chance: random.Random) -> Document:
    """A few passages of some hundred characters, each with the word."""
    texts = [
        f"{word} {' '.join(chance.choices(['mine', 'gas', '金丝雀', '矿井'], k=chance.randrange(5, 200)))} {word}"
        for _ in range(chance.randrange(1, 6))
    ]
    chunks = tuple(Chunk(text=text, start=0, end=len(text), heading=word) for text in texts)
    return Document(file_type=FileType.TEXT, sha256=chance.randbytes(32).hex(), title=word, chunks=chunks)


def live(store: Store, path: str, word: str, chance: random.Random) -> None:
    """What happens to a file."""
    state = FileState(1, chance.getrandbits(60), 1, chance.getrandbits(60))
    first = f"{path}.draft"
    store.note("/home/somebody", Changes(dirty={first: state}))
    content = document(word, chance)
    store.store_document(first, state, settled=True, document=content)
    store.note("/home/somebody", Changes(dirty={path: state}, gone=frozenset({first})))
    if chance.random() < 0.5:
        store.store_document(path, state, settled=True, document=document(f"{word} edited", chance))
    vectors = np.random.default_rng(1).standard_normal((50, DIMENSIONS)).astype(np.float32)
    for waiting, vector in zip(store.waiting_of(path), vectors, strict=False):
        store.put_vectors({waiting.chunk_id: vector / np.linalg.norm(vector)})
    if chance.random() < 0.1:
        store.set_model(chance.choice(MODELS))
    if chance.random() < 0.05:
        store.sweep_documents(now_ns=0, grace_ns=0)
        store.sweep_vectors()


def found_in(directory: Path, words: list[str]) -> int:
    """How many of the words stand in some file, but for their beginnings, which FTS5 leaves out at times."""
    content = b"".join(file.read_bytes() for file in directory.iterdir())
    return sum(word[6:].encode() in content for word in words)


def once(seed: int, *, canaries: int, others: int) -> None:
    """Prints a row."""
    chance = random.Random(seed)
    words = [chance.randbytes(12).hex() for _ in range(canaries + others)]
    secret, kept = words[:canaries], words[canaries:]
    paths = {word: f"{SECRET}/{word}" for word in secret} | {word: f"{OTHERS}/{word}" for word in kept}
    chance.shuffle(words)
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "index.sqlite") as store:
        store.set_model(MODELS[0])
        store.add_folder("/home/somebody")
        for word in words:
            with store.transaction():
                live(store, paths[word], word, chance)
        store.forget_below(SECRET)
        store.sweep_documents(now_ns=2**62, grace_ns=0)
        store.sweep_vectors()
        store.empty_log()
        before = found_in(Path(folder), secret)
        began = time.perf_counter()
        orders.forget(store, SECRET, discard_cache=lambda: None)
        seconds = time.perf_counter() - began
        left, others_found = found_in(Path(folder), secret), found_in(Path(folder), kept)
        print(
            row(
                seed,
                canaries,
                before,
                left,
                f"{others_found} of {others}",
                f"{seconds:.2f}",
            )
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("canaries", 1_000), ("others", 1_000), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    print(row("round", "canaries", "before", "left", "others", "seconds"))
    print(row(*["---:"] * 6))
    for seed in range(asked.rounds):
        once(seed, canaries=asked.canaries, others=asked.others)


if __name__ == "__main__":
    main()
