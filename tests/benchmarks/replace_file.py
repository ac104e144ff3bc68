"""Replacing one file of 20 passages in a large index: durable, its words and vectors included, the store's part alone.

    python -m tests.benchmarks.replace_file [--chunks 1000000] [--rounds 100] [--keep FOLDER]

Texts are synthetic, English and Chinese mixed, some 600 characters a passage; vectors have 384 dimensions. "replaced" is one
transaction, as the pipeline's: the document, its keywords and the file's row, made durable (`synchronous = FULL`). "embedded" is the
second: the vectors of its 20 passages. A quarter of the passages stay as they were and keep their vectors. The index is built anew in a
temporary folder (minutes for a million), or kept in FOLDER and used again.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

import numpy as np
from tests.benchmarks.figures import percentile, row

from vectray_client.domain import Chunk, Document, FileState, FileType
from vectray_client.store.records import Model
from vectray_client.store.store import Store, open_store
from vectray_client.store.writing import keyword_tokens

DIMENSIONS = 384
CHUNKS = 20
MODEL = Model(name="synthetic", fingerprint="synthetic", dimensions=DIMENSIONS)
_CHANCE = random.Random(1)
# A few words that are everywhere and many that are rare.
_ENGLISH = ["".join(_CHANCE.choices("aeionrstlmdcup", k=_CHANCE.randrange(3, 10))) for _ in range(20_000)]
_HAN = [chr(_CHANCE.randrange(0x4E00, 0x9000)) for _ in range(3_000)]
_WEIGHTS = list(accumulate(1 / (rank + 3) for rank in range(20_000)))


def passage(number: int) -> str:
    """Some 600 characters that are the same for the same number."""
    chance = random.Random(number)
    words = chance.choices(_ENGLISH, cum_weights=_WEIGHTS, k=60)
    han = "".join(chance.choices(_HAN, cum_weights=_WEIGHTS[:3_000], k=150))
    return f"{' '.join(words[:30])}。{han}。{' '.join(words[30:])} {number}"


def document(first: int) -> Document:
    """A document of the passages that begin with this number."""
    texts = [passage(number) for number in range(first, first + CHUNKS)]
    chunks = tuple(
        Chunk(
            text=text,
            start=1000 * ordinal,
            end=1000 * ordinal + len(text),
            heading="Heading",
            line=ordinal + 1,
        )
        for ordinal, text in enumerate(texts)
    )
    return Document(
        file_type=FileType.TEXT, sha256=sha256("".join(texts).encode()).hexdigest(), title="", chunks=chunks
    )


def put(store: Store, path: str, content: Document) -> None:
    """The pipeline's first transaction."""
    state = FileState(10_000, time.time_ns(), time.time_ns(), 1)
    store.store_document(path, state, settled=True, document=content)


def embed(store: Store, path: str, chance: np.random.Generator) -> None:
    """The pipeline's second transaction."""
    waiting = store.waiting_of(path)
    vectors = chance.standard_normal((len(waiting), DIMENSIONS)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store.put_vectors({each.chunk_id: vector for each, vector in zip(waiting, vectors, strict=True)})


def path_of(number: int) -> str:
    """The path of one of the files."""
    return f"/home/somebody/documents/{number % 100}/{number}.txt"


def build(store: Store, files: int, chance: np.random.Generator) -> None:
    """Fills the index, fifty files a commit."""
    store.set_model(MODEL)
    store.add_folder("/home/somebody/documents")
    for start in range(store.counts().files, files, 50):
        with store.transaction():
            for number in range(start, min(files, start + 50)):
                put(store, path_of(number), document(number * CHUNKS))
                embed(store, path_of(number), chance)


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """How long it takes, by the clock and of the processor."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - clock) * 1000, (time.process_time() - cpu) * 1000


def measure(store: Store, path: Path, *, files: int, rounds: int, chance: np.random.Generator) -> None:
    """Replaces files all over the index and prints what it took."""
    choose = random.Random(time.time_ns())
    taken: dict[str, list[tuple[float, float]]] = {"replaced": [], "embedded": []}
    for _ in range(rounds):
        number = choose.randrange(files)
        new = document(choose.randrange(2**40, 2**50))
        kept = document(((number + 1) % files) * CHUNKS).chunks[: CHUNKS // 4]
        content = replace(new, chunks=(*new.chunks[: -len(kept)], *kept))
        taken["replaced"].append(milliseconds(partial(put, store, path_of(number), content)))
        taken["embedded"].append(milliseconds(partial(embed, store, path_of(number), chance)))
    texts = [passage(choose.randrange(2**40, 2**50)) for _ in range(1_000)]
    _, tokenised = milliseconds(lambda: [keyword_tokens("Heading", text) for text in texts])
    log = path.with_name(f"{path.name}-wal")
    print(row("what", "p50 ms", "p95 ms", "max ms", "CPU ms, median"))
    print(row("---", "---:", "---:", "---:", "---:"))
    for name, times in taken.items():
        clock, cpu = [each[0] for each in times], [each[1] for each in times]
        print(
            row(
                name,
                f"{percentile(clock, 0.5):.1f}",
                f"{percentile(clock, 0.95):.1f}",
                f"{max(clock):.1f}",
                f"{percentile(cpu, 0.5):.1f}",
            )
        )
    print(
        row(
            "counts()", f"{milliseconds(store.counts)[0]:.1f}", "", "", f"{milliseconds(store.counts)[1]:.1f}"
        )
    )
    print(row("words of 20 passages", "", "", "", f"{tokenised / 1000 * CHUNKS:.1f}"))
    print(
        f"index {path.stat().st_size / 1e6:.0f} MB, log {log.stat().st_size / 1e6:.0f} MB, {store.counts()}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chunks", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    files = asked.chunks // CHUNKS
    chance = np.random.default_rng(1)
    with ExitStack() as resources:
        folder = asked.keep or Path(resources.enter_context(tempfile.TemporaryDirectory()))
        path = folder / "index.sqlite"
        store = resources.enter_context(open_store(path))
        clock, cpu = milliseconds(lambda: build(store, files, chance))
        print(f"built in {clock / 1000:.0f} s, {cpu / asked.chunks * 1000:.0f} µs of the processor a passage")
        measure(store, path, files=files, rounds=asked.rounds, chance=chance)


if __name__ == "__main__":
    main()
