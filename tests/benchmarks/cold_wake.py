"""How long a person waits when the model was put away: from no worker to the first vector, against a new process that imports
sentence-transformers, loads the same model and encodes one text.

    python -m tests.benchmarks.cold_wake [--model all-MiniLM-L6-v2] [--rounds 5]

Ours is a worker started as the supervisor starts it, on a model that was loaded on this machine before. Both sides in turns, who goes first
changes from round to round. Prints wall seconds of both, the ratio's median, processor seconds and the worker's resident memory.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from vectray.places import find_places
from vectrayd.domain.messages import Load
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.workers.worker import Worker

TEXT = "When do the tides rise?"
THEIRS = (
    "import sys; from sentence_transformers import SentenceTransformer;"
    "SentenceTransformer(sys.argv[1], device='cpu', local_files_only=True).encode([sys.argv[2]])"
)


async def ours(folder: Path, findings: Path) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and megabytes of a worker up to its first vector."""
    began = time.perf_counter()
    worker = await Worker.start(Load(folder=str(folder), findings=str(findings), streams=1))
    await worker.encode([TEXT], EncodeOptions(), Lane.INTERACTIVE)
    wall = time.perf_counter() - began
    process = psutil.Process(worker.pid)
    spent, resident = process.cpu_times(), process.memory_info().rss / 2**20
    await worker.stop()
    return wall, spent.user + spent.system, resident


def theirs(folder: Path) -> tuple[float, float]:
    """Wall and processor seconds of the plain process."""
    before, began = os.times(), time.perf_counter()
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    subprocess.run(
        [sys.executable, "-c", THEIRS, str(folder), TEXT], check=True, capture_output=True, env=offline
    )
    wall, after = time.perf_counter() - began, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, spent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    places = find_places()
    folder = asyncio.run(Library(places.models).folder(read_catalogue().resolve(arguments.model)))
    asyncio.run(ours(folder, places.model_findings))  # finds out the way, and warms the disk's cache for both
    walls, cpus, resident = [], [], 0.0
    for number in range(arguments.rounds):
        if number % 2:
            plain = theirs(folder)
        own, own_cpu, resident = asyncio.run(ours(folder, places.model_findings))
        if not number % 2:
            plain = theirs(folder)
        walls.append(own / plain[0])
        cpus.append(own_cpu / plain[1])
        print(f"round {number + 1}: ours {own:.2f} s, plain {plain[0]:.2f} s, ratio {walls[-1]:.2f}")
    print(
        f"{arguments.model}: median ratio {statistics.median(walls):.2f} of the time, {statistics.median(cpus):.2f} of"
        f" the processor's; worker {resident:.0f} MB"
    )


if __name__ == "__main__":
    main()
