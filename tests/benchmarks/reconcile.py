"""How long it takes to see that nothing has changed in a large tree, and what that costs.

    python -m tests.benchmarks.reconcile [--files 100000] [--rounds 5] [--with-agent]

Makes a tree and an index that knows it, in a temporary directory; then a process of its own looks for changes, as the agent does.
Prints seconds and processor seconds of each look, the process's largest memory, the files that it opened in the tree (by an audit hook), and
the bytes that it wrote (by the kernel's count). With `--with-agent` the process also imports what the agent does.
"""

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

FILES_IN_DIRECTORY = 50


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--with-agent", action="store_true")
    parser.add_argument("--look", nargs=2, metavar=("INDEX", "FOLDER"), help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.look:
        print(json.dumps(look(*told.look, rounds=told.rounds, with_agent=told.with_agent)))
        return
    with tempfile.TemporaryDirectory() as directory:
        folder, index = Path(directory, "folder"), Path(directory, "index.sqlite")
        make(folder, told.files)
        remember(folder, index)
        flags = ["--rounds", str(told.rounds)] + ["--with-agent"] * told.with_agent
        ended = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.reconcile", "--look", str(index), str(folder), *flags],
            check=True,
            stdout=subprocess.PIPE,
        )
    figures = json.loads(ended.stdout)
    print(f"{told.files} files, {figures['unchanged']} unchanged, looked at {told.rounds} times:")
    print(f"  seconds           {figures['seconds']}")
    print(f"  processor seconds {figures['processor_seconds']}")
    print(f"  memory            {figures['before_mb']} MB before, {figures['peak_mb']} MB at most")
    print(f"  opened in the tree: {figures['opened']}; bytes written: {figures['written']}")


def make(folder: Path, files: int) -> None:
    """Make a tree of small files with names as people give them."""
    for number, paths in enumerate(_batches(files)):
        directory = folder / f"项目 {number // 50:03}" / f"meeting-notes-{number % 50:02}"
        directory.mkdir(parents=True)
        for path in paths:
            (directory / f"{path:06} notes.md").touch()


def _batches(files: int) -> Iterator[range]:
    for start in range(0, files, FILES_IN_DIRECTORY):
        yield range(start, min(start + FILES_IN_DIRECTORY, files))


def remember(folder: Path, index: Path) -> None:
    """Put into an index what it would know of the files had it read them; all have the same content."""
    from tests.vectray_client.store.documents import MODEL, document, vector_of  # noqa: PLC0415 - not for the measured process

    from vectray_client.freshness import identity_of  # noqa: PLC0415
    from vectray_client.read.recipe import RECIPE  # noqa: PLC0415
    from vectray_client.store.keys import vector_key  # noqa: PLC0415
    from vectray_client.store.store import open_store  # noqa: PLC0415
    from vectray_client.watch.rules import Rules  # noqa: PLC0415
    from vectray_client.watch.scanner import Bounds, scan  # noqa: PLC0415

    content = document("text")
    with open_store(index) as store, store.transaction():
        store.set_setting("recipe", RECIPE)
        store.set_model(MODEL)
        store.add_folder(str(folder))
        store.set_folder_identity(str(folder), identity_of(str(folder)))
        for path, state in scan(str(folder), {}, Bounds(rules=Rules())).dirty.items():
            store.store_document(path, state, settled=True, document=content)
        texts = [chunk.embedded_text for chunk in content.chunks]
        vectors = {vector_key(MODEL.fingerprint, text): vector_of(text) for text in texts}
        store.add_vectors(vectors)
        store.take_waiting(len(texts))  # and they are where they belong


def look(index: str, folder: str, *, rounds: int, with_agent: bool) -> dict[str, object]:
    """Look for changes several times; return what it took."""
    from vectray_client.freshness import Scope, changes_of  # noqa: PLC0415 - nothing else of this module is needed here
    from vectray_client.store.reading import open_reader  # noqa: PLC0415
    from vectray_client.watch.rules import Rules  # noqa: PLC0415

    if with_agent:
        importlib.import_module("vectray_client.agent.running")
    opened: list[str] = []
    sys.addaudithook(lambda event, args: _note(opened, event, args, folder))
    scope, seconds, processor_seconds, unchanged = (
        Scope(rules=Rules(gitignore=True)),
        list[float](),
        list[float](),
        0,
    )
    before_mb = _memory_mb()
    with open_reader(Path(index)) as reader:
        written = _written()  # SQLite has touched its shared memory by now
        for _ in range(rounds):
            began, began_cpu = time.perf_counter(), time.process_time()
            changes = changes_of(reader, folder, scope)
            seconds.append(round(time.perf_counter() - began, 3))
            processor_seconds.append(round(time.process_time() - began_cpu, 3))
            if changes.pending or changes.refused:
                raise SystemExit(f"{changes.pending} files seem to have changed")
            unchanged = changes.unchanged
    return {
        "unchanged": unchanged,
        "seconds": seconds,
        "processor_seconds": processor_seconds,
        "before_mb": before_mb,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        "opened": len(opened),
        "written": _written() - written,
    }


def _note(opened: list[str], event: str, args: tuple[object, ...], folder: str) -> None:
    if event == "open" and str(args[0]).startswith(folder):
        opened.append(str(args[0]))


def _memory_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def _written() -> int:
    lines = Path("/proc/self/io").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar"))


if __name__ == "__main__":
    main()
