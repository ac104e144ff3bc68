"""A search within the process, all but the embedding of its question: words, vectors, passages, under each kind of filter.

    python -m tests.benchmarks.search_in_process --collection FOLDER... [--passages 100000] [--folder F] [--rounds 2]

The index holds passages made of the collections' sentences, five to a file, a hundred files to a directory, and vectors that lie as
lifelike_vectors.py says; with --folder it is made once and found again by the next run. The questions are the collections' own.
"""

import argparse
import hashlib
import os
import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

from tests.benchmarks.figures import percentile, row
from tests.benchmarks.lifelike_vectors import Floats, lifelike, pieces, questions

from vectray_client.domain import Chunk, Document, FileState, FileType
from vectray_client.searcher.question import Question, question_of
from vectray_client.searcher.search import search
from vectray_client.store.reading import open_reader
from vectray_client.store.records import EVERYTHING, Filter, Model
from vectray_client.store.store import open_store
from vectray_client.store.vector_cache import cache_beside
from vectray_client.store.vector_index import VectorIndex

FOLDER = "/home/somebody/documents"
FILE_PASSAGES, DIRECTORY_FILES, BATCH = 5, 100, 64
QUESTIONS = 100
TOP = 10
NOW = datetime(2026, 11, 22, tzinfo=UTC)
TYPES = (FileType.TEXT, FileType.MARKDOWN, FileType.PDF, FileType.DOCX)


def document(number: int, texts: Sequence[str]) -> Document:
    """Some passages, mixed anew of all sentences."""
    chance = random.Random(number)
    made = (" ".join(chance.sample(texts, 2)) for _ in range(FILE_PASSAGES))
    chunks = tuple(
        Chunk(text=text, start=2000 * place, end=2000 * place + len(text)) for place, text in enumerate(made)
    )
    return Document(
        file_type=TYPES[number % len(TYPES)],
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        title=f"Title {number}",
        chunks=chunks,
    )


def fill(path: Path, texts: Sequence[str], vectors: Floats) -> None:
    """Make the index, unless it is there."""
    if path.exists():
        return
    with open_store(path) as store:
        store.set_model(Model(name="model", fingerprint="measured", dimensions=vectors.shape[1]))
        store.add_folder(FOLDER)
        for start in range(0, len(vectors) // FILE_PASSAGES, BATCH):
            with store.transaction():
                for number in range(start, min(start + BATCH, len(vectors) // FILE_PASSAGES)):
                    name = f"{FOLDER}/directory {number // DIRECTORY_FILES}/report {number}.txt"
                    store.store_document(
                        name, FileState(1, number, 1, number), settled=True, document=document(number, texts)
                    )
                    first = number * FILE_PASSAGES
                    waiting = [passage.chunk_id for passage in store.waiting_of(name)]
                    store.put_vectors(dict(zip(waiting, vectors[first:], strict=False)))


def filters(files: int) -> Mapping[str, Filter]:
    """By what they leave."""
    directories = [f"{FOLDER}/directory {number}" for number in range(files // DIRECTORY_FILES)]
    return {
        "none": EVERYTHING,
        "folder of all": Filter(folders=(FOLDER,)),
        "a folder, 0.5 %": Filter(folders=(directories[0],)),
        "20 folders, 10 %": Filter(folders=tuple(sorted(directories[::10]))),
        "a type, 25 %": Filter(file_types=(FileType.PDF,)),
        "newest, 10 %": Filter(modified_since_ns=files - files // 10),
        "newest, 1 %": Filter(modified_since_ns=files - files // 100),
        "a name, 0.5 %": Filter(name="99."),
    }


def measure(path: Path, asked: Sequence[Question], vectors: Floats, rounds: int) -> None:
    """Ask, and print what it takes."""
    with open_reader(path) as reader:
        index = VectorIndex.open(reader, cache_beside(path))
        index.catch_up(reader)
        files = reader.counts().files
        print(row("filter", "searched", "p50 ms", "p95 ms", "CPU ms"))
        print(row(*["---"] * 5))
        for name, where in filters(files).items():
            for kind in ("both", "words"):
                took, cpu = [], time.thread_time()
                for question, vector in [*zip(asked, vectors, strict=True)] * rounds:
                    began = time.perf_counter()
                    search(
                        reader,
                        question,
                        vector=vector if kind == "both" else None,
                        index=index,
                        top=TOP,
                        where=where,
                    )
                    took.append((time.perf_counter() - began) * 1000)
                cpu = (time.thread_time() - cpu) / len(took) * 1000
                times = (statistics.median(took), percentile(took, 0.95), cpu)
                print(row(name, kind, *(f"{each:.1f}" for each in times)), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collection", type=Path, action="append", required=True)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        data = lifelike(arguments.collection, folder, model=arguments.model)
        texts = [text for collection in arguments.collection for text in pieces(collection)]
        asked = [text for collection in arguments.collection for text in questions(collection)]
        path = folder / f"search-{arguments.passages}" / "index.sqlite"
        fill(path, texts, data.vectors(arguments.passages).astype("float32"))
        step = max(1, len(asked) // QUESTIONS)
        measure(
            path,
            [question_of(text, now=NOW) for text in asked[::step]],
            data.questions[::step],
            arguments.rounds,
        )


if __name__ == "__main__":
    main()
