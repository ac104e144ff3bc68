"""Bulk encoding through the daemon's stream against the same worker code in this process, interleaved.

    python -m tests.benchmarks.stream_overhead [--texts 400] [--rounds 5] [--model all-MiniLM-L6-v2]

Both sides run as many single-threaded streams over one set of weights, on the same slices. Prints texts per second of each round and
the ratio's median; a ratio below 1 is what the supervisor, the two sockets and the client cost.
"""

import argparse
import asyncio
import concurrent.futures
import os
import time

# As the daemon does for its workers, before torch is imported.
os.environ |= {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
}

from tests.benchmarks.corpus import cut
from tests.benchmarks.corpus import texts as made_up
from tests.benchmarks.daemons import running
from tests.benchmarks.figures import median_and_range, row

from vectray_client import Daemon
from vectrayd.config import read_config
from vectrayd.domain.options import EncodeOptions
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.runtime.encoder import Encoder
from vectrayd.runtime.loading import load


def in_process(encoder: Encoder, slices: list[tuple[str, ...]], streams: int) -> float:
    """Seconds for all slices in this process."""
    began = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(streams) as pool:
        list(pool.map(lambda texts: encoder.encode(texts, EncodeOptions()), slices))
    return time.perf_counter() - began


def through_stream(daemon: Daemon, texts: list[str], model: str) -> float:
    """Seconds for all texts through the daemon."""
    began = time.perf_counter()
    answers = list(daemon.encode_stream(enumerate(texts), model=model))
    seconds = time.perf_counter() - began
    if len(answers) != len(texts) or any(answer.error for _, answer in answers):
        raise SystemExit("not every text was encoded")
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    arguments = parser.parse_args()
    streams = read_config([]).streams
    texts = made_up(arguments.texts)
    slices = cut(texts)
    ratios = []
    with running() as measured, Daemon(measured.places) as daemon:
        daemon.encode(texts[:20], model=arguments.model)
        library = Library(measured.places.models)
        folder = asyncio.run(library.folder(read_catalogue().resolve(arguments.model)))
        encoder = load(folder, measured.places.model_findings)
        in_process(encoder, slices[:4], streams)
        for number in range(arguments.rounds):
            sides = [
                lambda: in_process(encoder, slices, streams),
                lambda: through_stream(daemon, texts, arguments.model),
            ]
            # Who goes first changes from round to round: a machine that gets slower or faster favours neither.
            seconds = [side() for side in (sides if number % 2 else reversed(sides))]
            alone, streamed = seconds if number % 2 else reversed(seconds)
            ratios.append(alone / streamed)
            rates = (
                f"in-process {len(texts) / alone:6.1f} texts/s, stream {len(texts) / streamed:6.1f} texts/s"
            )
            print(f"round {number + 1}: {rates}, ratio {ratios[-1]:.3f}")
    print(row("model", "texts", "rounds", "ratio (range)"))
    print(row(*["---"] * 4))
    print(row(arguments.model, f"{len(texts):,}", len(ratios), median_and_range(ratios, digits=3)))


if __name__ == "__main__":
    main()
