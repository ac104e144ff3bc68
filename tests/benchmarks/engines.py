"""What a token costs: our own BERT against the same weights in transformers' BERT, both packed, on slices of about 50 ms and four times
that; and what one short query costs.

    python -m tests.benchmarks.engines [--model all-MiniLM-L6-v2] [--tokens 550] [--rounds 7]

One thread, in processor time, which neighbours hardly touch; all four in turns. Prints microseconds a token, what transformers costs more,
and what small slices cost more than large ones.
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Sequence

os.environ |= {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
}

from tests.benchmarks.corpus import texts

from vectray.places import find_places
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.runtime.building import Finding, load_by, source_of
from vectrayd.runtime.encoder import Forward
from vectrayd.runtime.remembered import Remembered
from vectrayd.runtime.ways import Engine, fast_ways

QUERY_TOKENS = 8
QUERIES = 100
Slices = list[list[Sequence[int]]]


def cut(ids: Sequence[Sequence[int]], tokens: int) -> Slices:
    """Texts in the order given, in slices of about so many tokens."""
    slices: Slices = [[]]
    for text in ids:
        if sum(map(len, slices[-1])) >= tokens:
            slices.append([])
        slices[-1].append(text)
    return slices


def seconds(forward: Forward, slices: Slices) -> float:
    """Processor time for all slices, in this thread."""
    began = time.thread_time()
    for part in slices:
        forward(part)
    return time.thread_time() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--tokens", type=int, default=550)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    places = find_places()
    folder = asyncio.run(Library(places.models).folder(read_catalogue().resolve(arguments.model)))
    source = source_of(folder, Remembered(places.model_findings))
    best = {way.engine: way for way in reversed(fast_ways(source.device))}
    encoders = {
        engine: load_by(Finding(way=best[engine], tokenizer_file=source.tokenizer_file), source)
        for engine in (Engine.BERT, Engine.REGISTERED)
    }
    tokenized = encoders[Engine.BERT]._tokenizer.tokenize(texts(400))
    ids = [text.windows[0].ids for text in tokenized][: 12 * arguments.tokens // 40]
    total = sum(map(len, ids))
    sizes = {"small": cut(ids, arguments.tokens), "large": cut(ids, 4 * arguments.tokens)}
    query = [[tokenized[0].windows[0].ids[:QUERY_TOKENS]]] * QUERIES
    sides = [(engine, size) for size in sizes for engine in encoders]
    taken: dict[tuple[Engine, str], list[float]] = {side: [] for side in sides}
    for number in range(arguments.rounds + 1):
        for engine, size in sides if number % 2 else reversed(sides):
            spent = seconds(encoders[engine]._forward, sizes[size])
            if number:  # the first round warms up
                taken[engine, size].append(spent / total * 1e6)
    for engine, encoder in encoders.items():
        each = min(seconds(encoder._forward, query) for _ in range(arguments.rounds)) / QUERIES
        print(f"{engine:10} a query of {QUERY_TOKENS} tokens: best {each * 1e3:.2f} ms")
    for (engine, size), spent in taken.items():
        print(
            f"{engine:10} {size}: median {statistics.median(spent):6.1f} us a token, best {min(spent):6.1f}"
        )
    for size in sizes:
        print(
            f"transformers / ours, {size} slices: {ratio(taken, (Engine.REGISTERED, size), (Engine.BERT, size)):.3f}"
        )
    for engine in encoders:
        print(f"small / large slices, {engine}: {ratio(taken, (engine, 'small'), (engine, 'large')):.3f}")


def ratio(
    taken: dict[tuple[Engine, str], list[float]], one: tuple[Engine, str], other: tuple[Engine, str]
) -> float:
    """The median of what one costs more than the other in the same round."""
    return statistics.median(a / b for a, b in zip(taken[one], taken[other], strict=True))


if __name__ == "__main__":
    main()
