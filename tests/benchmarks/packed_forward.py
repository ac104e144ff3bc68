"""The daemon's encoder against plain `SentenceTransformer.encode`, in one process, interleaved.

    python -m tests.benchmarks.packed_forward [--model all-MiniLM-L6-v2] [--texts 300] [--rounds 5]

The plain side has all cores as torch gives them to it, batches of 32 and float32; ours runs one thread a stream on the slices that the
daemon would make. Prints the ratio of texts per second, and the lowest cosine between the two sides' vectors.
"""

import argparse
import asyncio
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

os.environ |= {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from tests.benchmarks.corpus import cut, texts

from vectray.places import find_places
from vectrayd.config import read_config
from vectrayd.domain.options import EncodeOptions
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.runtime.loading import load


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    folder = asyncio.run(Library(find_places().models).folder(read_catalogue().resolve(arguments.model)))
    plain = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
    )
    ours = load(folder, find_places().model_findings)
    corpus = texts(arguments.texts)
    slices = cut(corpus)
    flat = [text for part in slices for text in part]
    streams, cores = read_config([]).streams, torch.get_num_threads()

    def by_us() -> np.ndarray:
        torch.set_num_threads(1)
        with ThreadPoolExecutor(streams) as pool:
            parts = list(pool.map(lambda part: ours.encode(part, EncodeOptions()), slices))
        torch.set_num_threads(cores)
        return np.stack([np.frombuffer(outcome.vector, "<f4") for part in parts for outcome in part])

    def by_them() -> np.ndarray:
        return plain.encode(flat, normalize_embeddings=True, show_progress_bar=False)

    by_us()
    by_them()
    ratios, cosines = [], []
    for number in range(arguments.rounds):
        began = time.perf_counter()
        theirs = by_them()
        between = time.perf_counter()
        mine = by_us()
        ended = time.perf_counter()
        ratios.append((between - began) / (ended - between))
        cosines.append(float((mine * theirs).sum(axis=1).min()))
        print(
            f"round {number + 1}: plain {len(flat) / (between - began):6.1f} texts/s, ours {ratios[-1]:.2f} times as fast"
        )
    shape = f"{arguments.model}, {ours.facts.precision}, {len(flat)} texts, {streams} streams"
    print(f"{shape}: median ratio {statistics.median(ratios):.2f}, lowest cosine {min(cosines):.6f}")


if __name__ == "__main__":
    main()
