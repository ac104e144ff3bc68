"""What the index's writer spends on many small files: read for the first time, known at a scan, renamed.

    python -m tests.benchmarks.store_costs [--files 10000] [--known 100000]

Clock and processor per file, of the store's part alone. "stored" is one transaction for 32 documents of one passage, as the pipeline
commits them; "known" is what a scan asks for; "renamed" is one `note` in which each file has another name, and the transactions that
confirm it. Memory is the growth of the resident set.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.figures import row
from tests.benchmarks.replace_file import MODEL, passage

from vectray_client.domain import Changes, Chunk, Document, FileState, FileType
from vectray_client.store.store import Store, open_store

FOLDER = "/home/somebody/documents"
BATCH = 32


def state_of(number: int) -> FileState:
    """As `lstat` would have it."""
    return FileState(1_000 + number, 1_700_000_000_000_000_000 + number, 1_700_000_000_000_000_000, number)


def document(number: int) -> Document:
    """One passage."""
    text = passage(number)
    chunk = Chunk(text=text, start=0, end=len(text), line=1)
    return Document(file_type=FileType.TEXT, sha256=f"{number:064x}", title="", chunks=(chunk,))


def path_of(number: int) -> str:
    """A hundred files a directory."""
    return f"{FOLDER}/directory {number // 100}/file {number}.txt"


def store_all(store: Store, documents: list[Document]) -> None:
    """Notes and stores them."""
    paths = {path_of(number): state_of(number) for number in range(len(documents))}
    store.note(FOLDER, Changes(dirty=paths))
    while queue := store.queue(FOLDER, BATCH):
        with store.transaction():
            for dirty in queue:
                store.store_document(
                    dirty.path,
                    dirty.state,
                    settled=True,
                    document=documents[dirty.state.inode],
                    ticket=dirty.ticket,
                )


def rename_all(store: Store, files: int) -> None:
    """Notes that each has another name, and confirms it."""
    renamed = {path_of(number).replace(".txt", ".text"): state_of(number) for number in range(files)}
    noted = store.note(FOLDER, Changes(dirty=renamed, gone=frozenset(map(path_of, range(files)))))
    if noted.renamed != files:
        raise RuntimeError("not all were recognised")


def confirm_all(store: Store) -> None:
    """The digests are the same."""
    while queue := store.queue(FOLDER, BATCH):
        with store.transaction():
            for dirty in queue:
                store.store_known(
                    dirty.path,
                    dirty.state,
                    settled=True,
                    sha256=f"{dirty.state.inode:064x}",
                    file_type=FileType.TEXT,
                    ticket=dirty.ticket,
                )


def fill(store: Store, files: range) -> None:
    """Files that were skipped: rows without passages."""
    with store.transaction():
        for number in files:
            store.store_known(
                path_of(number),
                state_of(number),
                settled=True,
                sha256=f"{number % 1000:064x}",
                file_type=FileType.TEXT,
            )


def show(name: str, files: int, work: Callable[[], object]) -> None:
    """Prints a row."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    clock, cpu = time.perf_counter(), time.process_time()
    kept = work()
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    del kept
    print(row(name, files, f"{clock:.2f}", f"{cpu:.2f}", f"{cpu / files * 1e6:.0f}", f"{megabytes:.0f}"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--known", type=int, default=100_000)
    asked = parser.parse_args()
    documents = [document(number) for number in range(asked.files)]
    print(row("what", "files", "seconds", "CPU seconds", "CPU µs a file", "MB"))
    print(row(*["---:"] * 6))
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "index.sqlite") as store:
        store.set_model(MODEL)
        store.add_folder(FOLDER)
        show("stored", asked.files, lambda: store_all(store, documents))
        show("renamed, noted", asked.files, lambda: rename_all(store, asked.files))
        show("renamed, confirmed", asked.files, lambda: confirm_all(store))
        fill(store, range(asked.files, asked.known))
        show("known", asked.known, lambda: store.known_files(FOLDER))


if __name__ == "__main__":
    main()
