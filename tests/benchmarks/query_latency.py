"""One question to the vectors in memory: how long, how right, how much memory, and how soon a change is seen.

    python -m tests.benchmarks.query_latency [--collection FOLDER]... [--counts 100000 1000000] [--folder F] [--rounds 3]

The vectors are in a real store, and lie as lifelike_vectors.py says; with --folder they are made once and found again by the next run.
One process builds the index from the store, in one thread, while another thread asks; a fresh one opens it from the cache and asks.
100 vectors are what a search asks for before it fuses and groups. A filter's share lies together, as a folder does, or scattered.
Recall is against comparing with every vector. Memory is what a process has resident after all questions, less what it had before the
index was opened; the part mapped from the cache, which the system may take back, is included.
"""

import argparse
import multiprocessing
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

import faiss
import numpy as np
import psutil
from numpy.typing import NDArray
from tests.benchmarks.figures import percentile, row
from tests.benchmarks.lifelike_vectors import Floats, Lifelike, lifelike, unit

from vectray_client.domain import Chunk, Document, FileState, FileType
from vectray_client.store.keys import vector_key
from vectray_client.store.reading import open_reader
from vectray_client.store.records import Model
from vectray_client.store.store import open_store
from vectray_client.store.vector_cache import cache_beside, discard_cache
from vectray_client.store.vector_index import VectorIndex

FINGERPRINT = "measured"
PORTION = 10_000
TOP, ASKED = 10, 100
QUESTIONS = 100
REPLACED_CHUNKS, REPLACEMENTS = 20, 20
Ids = NDArray[np.int64]


def fill(path: Path, vectors: NDArray[np.float16]) -> None:
    """Make a store with these vectors, unless it is there."""
    if path.exists():
        return
    with open_store(path) as store:
        store.set_model(Model(name="model", fingerprint=FINGERPRINT, dimensions=vectors.shape[1]))
        store.add_folder("/folder")
        for start in range(0, len(vectors), PORTION):
            part = vectors[start : start + PORTION].astype(np.float32)
            keys = (number.to_bytes(32) for number in range(start, start + len(part)))
            store.add_vectors(dict(zip(keys, part, strict=True)))


def build(path: Path, questions: Floats) -> None:
    """Build the index from the store alone; then again while another thread asks."""
    discard_cache(cache_beside(path))
    with open_reader(path) as reader:
        index = VectorIndex.open(reader, cache_beside(path))
        began, cpu = time.perf_counter(), time.process_time()
        index.catch_up(reader)
        print(f"- built: {time.perf_counter() - began:.1f} s, {time.process_time() - cpu:.1f} CPU s")
        index.discard_cache()
        with asked_all_along(index, questions) as took:
            index.catch_up(reader)
    size = sum(file.stat().st_size for file in cache_beside(path).iterdir())
    print(
        f"- built again while another thread asks {len(took)} questions: p50 {statistics.median(took):.1f} ms,"
        f" p99 {percentile(took, 0.99):.0f} ms, slowest {max(took):.0f} ms; on disk {size / 1e6:.0f} MB"
    )


@contextmanager
def asked_all_along(index: VectorIndex, questions: Floats) -> Iterator[list[float]]:
    """Ask from another thread as long as the block lasts; give the milliseconds that each question took."""
    took: list[float] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            began = time.perf_counter()
            index.search(questions[len(took) % len(questions)], ASKED, fingerprint=FINGERPRINT)
            took.append((time.perf_counter() - began) * 1000)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield took
    finally:
        over.set()
        thread.join()


def ask(path: Path, questions: Floats, truth: Mapping[str, Ids], *, rounds: int, count: int) -> None:
    """Open the index from its cache and print what questions take."""
    process = psutil.Process()
    before = process.memory_info().rss
    with open_reader(path) as reader:
        began = time.perf_counter()
        index = VectorIndex.open(reader, cache_beside(path))
        index.catch_up(reader)
        index.search(questions[0], ASKED, fingerprint=FINGERPRINT)
        print(f"- opened from the cache and asked for the first time: {time.perf_counter() - began:.2f} s")
    print(f"- memory: {(process.memory_info().rss - before) / 1e6:.0f} MB resident at first")
    print(row("filter", "asked for", "p50 ms", "p99 ms", "CPU ms", "recall@10"))
    print(row(*["---"] * 6))
    for name, allowed in filters(count).items():
        for limit in (TOP, ASKED):
            took, cpu, answers = [], time.thread_time(), []
            for question in [*questions] * rounds:
                began = time.perf_counter()
                answers.append(index.search(question, limit, fingerprint=FINGERPRINT, allowed_ids=allowed))
                took.append((time.perf_counter() - began) * 1000)
            cpu = (time.thread_time() - cpu) / len(took) * 1000
            times = (statistics.median(took), percentile(took, 0.99), cpu)
            found = recall(answers, truth[name])
            print(row(name, limit, *(f"{each:.2f}" for each in times), f"{found:.4f}"))
    print()
    print(f"- memory: {(process.memory_info().rss - before) / 1e6:.0f} MB resident after all questions")


def recall(answers: Sequence[Sequence[tuple[int, float]]], truth: Ids) -> float:
    """Return the share of the true answers among the first ten; the questions may have been asked several times."""
    common = [
        len({found for found, _ in answer[:TOP]} & set(truth[number % len(truth)].tolist()))
        for number, answer in enumerate(answers)
    ]
    return sum(common) / len(common) / TOP


def filters(count: int) -> dict[str, Ids | None]:
    """Return the ids that each filter leaves of ids that begin with 1."""
    chance = np.random.default_rng(3)
    allowed: dict[str, Ids | None] = {"none": None}
    for share in (0.01, 0.1):
        some, start = int(share * count), count // 3
        allowed[f"{share:.0%}, together"] = np.arange(start, start + some)
        allowed[f"{share:.0%}, scattered"] = 1 + np.sort(chance.choice(count, some, replace=False))
    return allowed


def true_answers(vectors: NDArray[np.float16], questions: Floats) -> dict[str, Ids]:
    """Return the ids of the ten nearest under each filter, by comparing with every vector."""
    answers: dict[str, Ids] = {}
    for name, allowed in filters(len(vectors)).items():
        rows = vectors if allowed is None else vectors[allowed - 1]
        exact = faiss.IndexScalarQuantizer(
            rows.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        exact.add_sa_codes(rows.view(np.uint8))
        positions = exact.search(questions, TOP)[1]
        answers[name] = positions + 1 if allowed is None else allowed[positions]
    return answers


def replace(path: Path, dimensions: int) -> None:
    """Print how long it takes until a replaced document is on disk and found, and until it is on disk."""
    chance = np.random.default_rng()  # other vectors than the last run left
    stored, seen = [], []
    with open_store(path) as store, open_reader(path) as reader:
        index = VectorIndex.open(reader, cache_beside(path))
        index.catch_up(reader)
        for number in range(REPLACEMENTS):
            texts = [f"{time.time_ns()} {number} {ordinal}" for ordinal in range(REPLACED_CHUNKS)]
            vectors = unit(chance.standard_normal((REPLACED_CHUNKS, dimensions)).astype(np.float32))
            keys = [vector_key(FINGERPRINT, text) for text in texts]
            chunks = tuple(Chunk(text=text, start=0, end=len(text)) for text in texts)
            document = Document(file_type=FileType.TEXT, sha256=keys[0].hex(), title="", chunks=chunks)
            began = time.perf_counter()
            with store.transaction():
                store.add_vectors(dict(zip(keys, vectors, strict=True)))
                store.store_document(
                    "/folder/file", FileState(1, number, 1, 1), settled=True, document=document
                )
            stored.append((time.perf_counter() - began) * 1000)
            index.freshen(reader)
            (nearest, *_) = index.search(vectors[-1], 1, fingerprint=FINGERPRINT)
            seen.append((time.perf_counter() - began) * 1000)
            assert reader.chunks_of_vectors([nearest[0]]), "the new document is not found"
    print(
        f"- {REPLACED_CHUNKS} passages replaced: durable p50 {statistics.median(stored):.1f} ms, durable and found p50"
        f" {statistics.median(seen):.1f} ms, slowest {max(seen):.1f} ms"
    )


def alone(target: Callable[..., None], *words: object, **more: object) -> None:
    """Run in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=target, args=words, kwargs=more)
    process.start()
    process.join()


def measure(folder: Path, data: Lifelike, count: int, rounds: int) -> None:
    """Build, ask, replace."""
    print(f"\n{count:,} vectors of {data.seeds.shape[1]} dimensions\n", flush=True)
    path = folder / f"{count}-{data.seeds.shape[1]}" / "index.sqlite"
    vectors, questions = data.vectors(count), data.questions[:QUESTIONS]
    fill(path, vectors)
    truth = true_answers(vectors, questions)
    del vectors
    alone(build, path, questions)
    alone(ask, path, questions, truth, rounds=rounds, count=count)
    alone(replace, path, data.seeds.shape[1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collection", type=Path, action="append", default=[])
    parser.add_argument("--counts", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        data = lifelike(arguments.collection, folder, model=arguments.model)
        for count in arguments.counts:
            measure(folder, data, count, arguments.rounds)


if __name__ == "__main__":
    main()
