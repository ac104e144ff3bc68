"""Indexing a folder for the first time against sending the same passages to the daemon and doing nothing else.

    python -m tests.benchmarks.first_indexing [--files 300] [--rounds 3] [--model NAME] [--light]

Notes of generated text, each a few passages long, every third Chinese, in a folder. One side: `bring_up_to_date` on an empty index, as
`vectray index` does it. The other: the passages that this gave, by `Daemon.encode_stream` in the bulk lane. Who goes first changes from
round to round. `--light` takes a daemon whose model is a checksum: what is left is what the pipeline itself can do. Prints passages per second
of both sides, their ratio, and the processor seconds of the indexing process with its readers.
"""

import argparse
import contextlib
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from tests import light_daemon
from tests.benchmarks.corpus import texts
from tests.benchmarks.daemons import running
from tests.benchmarks.figures import median_and_range, row

from vectray.places import Places
from vectray_client.embed.embedder import Embedder
from vectray_client.freshness import Scope
from vectray_client.indexer.catching_up import bring_up_to_date
from vectray_client.sdk.client import Daemon
from vectray_client.store.records import EVERYTHING
from vectray_client.store.store import Store, open_store
from vectray_client.watch.rules import Rules

TEXTS_A_NOTE = 12


def make_notes(folder: Path, count: int) -> None:
    """Write distinct notes."""
    chance = random.Random(1)
    parts = texts(count * TEXTS_A_NOTE)
    for number in range(count):
        body = "\n\n".join(chance.sample(parts, TEXTS_A_NOTE))
        (folder / f"{number}.md").write_text(f"# Note {number}\n\n{body}\n")


def index(home: Path, folder: Path, places: Places, *, model: str) -> tuple[float, float, list[str]]:
    """Index the folder into an empty index; return the seconds, the processor seconds, and the passages."""
    file = home / "index" / "index.sqlite"
    began, cpu = time.perf_counter(), cpu_seconds()
    with (
        Embedder(lambda: Daemon(places, lane="bulk"), tokenizers=home / "tokenizers") as embedder,
        open_store(file) as store,
    ):
        store.add_folder(str(folder))
        bring_up_to_date(
            store,
            embedder,
            index_file=file,
            folders=[str(folder)],
            scope=Scope(rules=Rules()),
            model=model,
        )
        seconds = time.perf_counter() - began
        passages = embedded_texts(store)
    for left in file.parent.iterdir():
        left.unlink()
    return seconds, cpu_seconds() - cpu, passages


def embedded_texts(store: Store) -> list[str]:
    """What the model was given."""
    chunks = store.chunks_of_vectors(store.vector_ids(EVERYTHING).tolist())
    found = store.passages([chunk_id for ids in chunks.values() for chunk_id in ids])
    return [passages[0].chunk.embedded_text for passages in found.values()]


def encode(places: Places, passages: list[str], *, model: str) -> float:
    """Send passages to the daemon in bulk; return the seconds."""
    with Daemon(places) as daemon:
        began = time.perf_counter()
        pairs = enumerate(passages)
        for _ in daemon.encode_stream(pairs, model=model or None, task="document", lane="bulk"):
            pass
        return time.perf_counter() - began


def cpu_seconds() -> float:
    """Of this process and the children that have ended."""
    times = psutil.Process().cpu_times()
    return times.user + times.system + times.children_user + times.children_system


@contextlib.contextmanager
def a_daemon(*, is_light: bool) -> Iterator[Places]:
    """Run a daemon."""
    if is_light:
        with tempfile.TemporaryDirectory(prefix="vb-") as home, light_daemon.running(Path(home), unit=1):
            yield light_daemon.places(Path(home))
    else:
        with running() as measured:
            yield measured.places


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="", help="the daemon's default without one")
    parser.add_argument("--light", action="store_true")
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, a_daemon(is_light=flags.light) as places:
        home, folder = Path(os.path.realpath(temporary)), Path(os.path.realpath(temporary)) / "notes"
        folder.mkdir()
        make_notes(folder, flags.files)
        _, _, passages = index(home, folder, places, model=flags.model)  # and the model is warm
        indexing: list[float] = []
        plain: list[float] = []
        cpu: list[float] = []
        for number in range(flags.rounds):
            if number % 2:
                plain.append(encode(places, passages, model=flags.model))
            seconds, used, _ = index(home, folder, places, model=flags.model)
            indexing.append(seconds)
            cpu.append(used)
            if not number % 2:
                plain.append(encode(places, passages, model=flags.model))
    print(
        f"{flags.files} notes, {len(passages)} passages, {'a checksum' if flags.light else flags.model or 'the default model'}"
    )
    print(row("side", "passages/s (range)"))
    print(row("---", "---"))
    print(row("indexing", median_and_range([len(passages) / seconds for seconds in indexing])))
    print(row("encoding alone", median_and_range([len(passages) / seconds for seconds in plain])))
    ratios = [one / other for one, other in zip(plain, indexing, strict=True)]
    print(row("indexing / encoding alone", median_and_range(ratios)))
    print(f"processor seconds of indexing, daemon left out: {median_and_range(cpu)}")


if __name__ == "__main__":
    main()
