"""A search from end to end, as a program sees it: through the agent's socket, the question's embedding by the real daemon included.

    python -m tests.benchmarks.search_latency --collection FOLDER... [--passages 100000] [--folder F] [--new-files 3000]

The files are there and the index knows them: passages made of the collections' sentences, five to a file, under vectors that lie as
lifelike_vectors.py says. With --folder it is all made once and found again by the next run. Everything is warm; each question is asked
once in each way, so that none is remembered, but for the last way. Then a second folder is added, and the same is asked beside its
first index. CPU is that of the agent's process.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.benchmarks.agents import Agent
from tests.benchmarks.figures import percentile, row
from tests.benchmarks.lifelike_vectors import Floats, lifelike, pieces, questions

import vectray_client
from vectray.places import find_places
from vectray.v1 import index_pb2 as pb
from vectray_client.domain import Chunk, Document, Refusal
from vectray_client.read.digest import digest
from vectray_client.read.recipe import RECIPE
from vectray_client.store.records import Model
from vectray_client.store.store import Store, open_store

FILE_PASSAGES, DIRECTORY_FILES, BATCH = 5, 100, 64
MODEL = "multilingual-e5-small"
NEW_BEHIND = 10**6
"""Number of the first file of the second folder, so that its texts are others."""

WAYS: Mapping[str, Mapping[str, object]] = {
    "meaning and words": {},
    "words only": {"words_only": True},
    "waits for saves": {"freshness_wait_ms": 2000},
    "one type": {"types": ["text"]},
    "excerpts by meaning": {"excerpt_wait_ms": 300},
}


def passages(number: int, texts: Sequence[str]) -> list[str]:
    """Return the passages of a file: sentences mixed anew."""
    chance = random.Random(number)
    return [" ".join(chance.sample(texts, 2)) for _ in range(FILE_PASSAGES)]


def write_files(root: Path, numbers: Iterable[int], texts: Sequence[str]) -> list[Path]:
    """Make files, unless they are there; return their paths."""
    paths = []
    for number in numbers:
        directory = root / f"directory {number // DIRECTORY_FILES}"
        directory.mkdir(parents=True, exist_ok=True)
        paths.append(directory / f"report {number}.txt")
        if not paths[-1].exists():
            paths[-1].write_text("\n\n".join(passages(number, texts)), "utf-8")
    return paths


def fill(index_file: Path, root: Path, texts: Sequence[str], vectors: Floats, model: Model) -> None:
    """Have the index know files with these vectors, unless it does."""
    paths = write_files(root, range(len(vectors) // FILE_PASSAGES), texts)
    if index_file.exists():
        return
    time.sleep(1)  # files that were changed just now would be read again
    with open_store(index_file) as store:
        store.set_setting("recipe", RECIPE)
        store.set_model(model)
        store.add_folder(str(root))
        for start in range(0, len(paths), BATCH):
            with store.transaction():
                for number, path in enumerate(paths[start : start + BATCH], start):
                    store_file(store, path, passages(number, texts), vectors[number * FILE_PASSAGES :])


def store_file(store: Store, path: Path, texts: Sequence[str], vectors: Floats) -> None:
    """Have the index know one file."""
    known = digest(str(path))
    assert not isinstance(known, Refusal)
    chunks = tuple(
        Chunk(text=text, start=2000 * place, end=2000 * place + len(text)) for place, text in enumerate(texts)
    )
    document = Document(file_type=known.file_type, sha256=known.sha256, title=path.stem, chunks=chunks)
    store.store_document(str(path), known.state, settled=True, document=document)
    waiting = [passage.chunk_id for passage in store.waiting_of(str(path))]
    store.put_vectors(dict(zip(waiting, vectors, strict=False)))


def measure(
    agent: Agent, asked: Sequence[str], words: Mapping[str, object]
) -> tuple[list[float], float, int]:
    """Ask each question once; return the milliseconds, the agent's processor milliseconds for each, and how many answers were fresh."""
    took, fresh, cpu = [], 0, agent.cpu_seconds()
    for question in asked:
        request = pb.SearchRequest(query=question, top=10, **words)
        began = time.perf_counter()
        answer = agent.calls.Search(request, timeout=60)
        took.append((time.perf_counter() - began) * 1000)
        assert words.get("words_only") or not answer.words_only_reason, answer.words_only_reason
        fresh += answer.fresh
    return took, (agent.cpu_seconds() - cpu) * 1000 / len(asked), fresh


def report(agent: Agent, asked: Sequence[str], title: str, ways: Mapping[str, Mapping[str, object]]) -> None:
    """Print what each way takes; no question is asked twice, but in the last line."""
    print(f"\n{title}\n\n{row('way', 'p50 ms', 'p95 ms', 'agent CPU ms', 'fresh')}\n{row(*['---'] * 5)}")
    share = len(asked) // len(ways)
    parts = {name: asked[place * share :][:share] for place, name in enumerate(ways)}
    for name, some in {**parts, "asked before": next(iter(parts.values()))}.items():
        took, cpu, fresh = measure(agent, some, ways.get(name, {}))
        figures = (f"{each:.1f}" for each in (statistics.median(took), percentile(took, 0.95), cpu))
        print(row(name, *figures, f"{fresh} of {len(some)}"), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collection", type=Path, action="append", required=True)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--new-files", type=int, default=3000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.folder or Path(temporary)).resolve()
        home, root, new = folder / f"home-{arguments.passages}", folder / "documents", folder / "new"
        (home / "config").mkdir(parents=True, exist_ok=True)
        (home / "config" / "config.toml").write_text(f'[client]\nmodel = "{MODEL}"\n', "utf-8")
        os.environ["VECTRAY_HOME"] = str(home)
        texts = [text for collection in arguments.collection for text in pieces(collection)]
        data = lifelike(arguments.collection, folder, model=MODEL)
        vectors = data.vectors(arguments.passages).astype("float32")
        fill(find_places().index / "index.sqlite", root, texts, vectors, model_of_daemon())
        write_files(new, range(NEW_BEHIND, NEW_BEHIND + arguments.new_files), texts)
        asked = [text for collection in arguments.collection for text in questions(collection)]
        random.Random(1).shuffle(asked)
        run(home, asked, files=arguments.passages // FILE_PASSAGES, new=new)


def model_of_daemon() -> Model:
    """Return the model as the daemon has it now."""
    with vectray_client.connect() as daemon:
        known = daemon.tokenizer(MODEL).model
        return Model(name=known.name, fingerprint=known.fingerprint, dimensions=known.dimensions)


def run(home: Path, asked: Sequence[str], *, files: int, new: Path) -> None:
    """Ask the real agent, first at rest and then beside a first index."""
    agent = Agent(home)
    agent.start()
    try:
        agent.wait_files(files)
        half = len(asked) // 2
        measure(agent, asked[-40:], {})  # warm
        report(agent, asked[: half - 20], f"{files} files, at rest", WAYS)
        agent.add(new)
        agent.wait(lambda: agent.state().embedded > 100)
        beside = {name: WAYS[name] for name in ("meaning and words", "words only", "excerpts by meaning")}
        report(agent, asked[half - 20 : -40], "beside a first index", beside)
        print(f"\nstill pending at the end: {agent.state().pending}")
        agent.calls.RemoveFolder(pb.RemoveFolderRequest(path=str(new)), timeout=600)
    finally:
        agent.stop()
        subprocess.run(
            [sys.executable, "-m", "vectray_client", "stop"],
            env={**os.environ, "VECTRAY_HOME": str(home)},
            check=False,
        )


if __name__ == "__main__":
    main()
