"""How large should a slice be? Throughput, and how long one slice takes, for several sizes, interleaved.

    python -m tests.benchmarks.slice_size [--model all-MiniLM-L6-v2] [--rounds 5] [--texts 400]

A slice cannot be interrupted: its time is what a query may have to wait. Prints tokens per second relative to the size that the daemon
uses, and the median and longest seconds of a slice, for each size.
"""

import argparse
import asyncio
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

os.environ |= {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
}

from tests.benchmarks.corpus import SLICE_BYTES, cut, texts

from vectray.places import find_places
from vectrayd.config import read_config
from vectrayd.domain.options import EncodeOptions
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.runtime.loading import load

SIZES = (512, 1024, 2048, 4096, 8192, 16384, 32768)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=int, default=400)
    arguments = parser.parse_args()
    folder = asyncio.run(Library(find_places().models).folder(read_catalogue().resolve(arguments.model)))
    encoder = load(folder, find_places().model_findings)
    streams = read_config([]).streams
    corpus = texts(arguments.texts)
    slices = {size: cut(corpus, size) for size in SIZES}
    taken: dict[int, list[float]] = {size: [] for size in SIZES}
    totals: dict[int, list[float]] = {size: [] for size in SIZES}

    def run(size: int, part: tuple[str, ...]) -> None:
        began = time.perf_counter()
        encoder.encode(part, EncodeOptions())
        taken[size].append(time.perf_counter() - began)

    for number in range(arguments.rounds + 1):
        for size in SIZES:
            began = time.perf_counter()
            with ThreadPoolExecutor(streams) as pool:
                list(pool.map(lambda part, size=size: run(size, part), slices[size]))
            totals[size].append(time.perf_counter() - began)
        if not number:  # the first round warms up
            for figures in (*taken.values(), *totals.values()):
                figures.clear()
    print(
        f"{arguments.model}, {encoder.facts.precision}, {arguments.texts} texts, {streams} streams, {arguments.rounds} rounds"
    )
    for size in SIZES:
        ratio = statistics.median(
            own / other for other, own in zip(totals[size], totals[SLICE_BYTES], strict=True)
        )
        median, longest = statistics.median(taken[size]) * 1000, max(taken[size]) * 1000
        print(
            f"{size:6} bytes: throughput {ratio:5.3f}, slice median {median:6.1f} ms, longest {longest:6.1f} ms"
        )


if __name__ == "__main__":
    main()
