"""Encoding through the daemon against plain `SentenceTransformer.encode`, interleaved.

    python -m tests.benchmarks.bulk_encode [--model all-MiniLM-L6-v2] [--precision float32] [--rounds 5] [--texts 1000]

The plain side: all cores as torch gives them to it, batches of 32, float32, in this process. Ours: a real daemon with its own
defaults, by the SDK over its socket. Three sizes: --texts, 120 texts, and one short query. Who goes first changes from round to
round. Prints the ratio of texts per second for each size, the lowest cosine between the two sides' vectors, and how many of the ten
nearest neighbours of 100 texts are the same.
"""

import argparse
import asyncio
import os
import time
import warnings
from collections.abc import Callable, Sequence

os.environ |= {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from tests.benchmarks.corpus import texts
from tests.benchmarks.daemons import real, running
from tests.benchmarks.figures import median_and_range, row

from vectray_client import Daemon, TruncationWarning
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library

Vectors = NDArray[np.float32]
Side = Callable[[Sequence[str]], Vectors]
NEIGHBOURS = 10
QUERY = "when does the tide turn"
QUERIES_PER_ROUND = 20


def plain_side(folder: str) -> Side:
    """The library by itself."""
    model = SentenceTransformer(
        folder, device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
    )
    return lambda texts: model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)


def our_side(daemon: Daemon, model: str) -> Side:
    """The daemon, by the call that a program makes for a list of texts."""
    return lambda texts: daemon.encode(texts, model=model)


def seconds_of(side: Side, parts: Sequence[Sequence[str]]) -> float:
    """Seconds for all parts, one call each."""
    began = time.perf_counter()
    for part in parts:
        side(part)
    return time.perf_counter() - began


def ratios(plain: Side, ours: Side, parts: Sequence[Sequence[str]], rounds: int) -> list[float]:
    """How many times as fast we are, for each round."""
    found = []
    for number in range(rounds):
        sides = {plain: 0.0, ours: 0.0}
        for side in sides if number % 2 else reversed(sides):
            sides[side] = seconds_of(side, parts)
        found.append(sides[plain] / sides[ours])
    return found


def overlap(ours: Vectors, theirs: Vectors, *, queries: int = 100) -> float:
    """The share of each text's nearest neighbours, itself left out, that both sides agree on."""

    def nearest(vectors: Vectors) -> NDArray[np.intp]:
        scores = vectors[:queries] @ vectors.T
        np.fill_diagonal(scores, -np.inf)
        return np.argpartition(-scores, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]

    pairs = zip(nearest(ours), nearest(theirs), strict=True)
    return float(np.mean([len(set(mine) & set(other)) / NEIGHBOURS for mine, other in pairs]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--precision", choices=("auto", "float32"), default="auto")
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    flags = parser.parse_args()
    warnings.simplefilter("ignore", TruncationWarning)  # both sides cut the same texts
    corpus = texts(flags.texts)
    with running(lambda home: real(home, "--precision", flags.precision)) as measured:
        library = Library(measured.places.models)
        folder = str(asyncio.run(library.folder(read_catalogue().resolve(flags.model))))
        with Daemon(measured.places) as daemon:
            plain, ours = plain_side(folder), our_side(daemon, flags.model)
            mine, theirs = ours(corpus), plain(corpus)  # and both are warm
            print(row("model", "precision", "texts", "times as fast (range)"))
            print(row("---", "---", "---", "---"))
            sizes = {len(corpus): [corpus], 120: [texts(120)], 1: [[QUERY]] * QUERIES_PER_ROUND}
            for count, parts in sizes.items():
                found = ratios(plain, ours, parts, flags.rounds)
                print(row(flags.model, flags.precision, f"{count:,}", median_and_range(found)))
            queries = sizes[1]
            alone = [seconds_of(side, queries) / len(queries) * 1000 for side in (plain, ours)]
            print(f"one short query: plain {alone[0]:.1f} ms, ours {alone[1]:.1f} ms")
    cosine = float((mine * theirs).sum(axis=1).min())
    print(
        f"lowest cosine {cosine:.6f}, overlap@{NEIGHBOURS} {overlap(mine, theirs):.4f}, {len(corpus)} texts"
    )


if __name__ == "__main__":
    main()
