"""Reranking: the packed forward against plain `CrossEncoder.predict`, what a person waits for, and what the daemon keeps for others meanwhile.

    python -m tests.benchmarks.rerank [--shape base] [--passages 50] [--tokens 300] [--rounds 3]

The model has the shape of bge-reranker-base (or MiniLM's, or large) and random weights: speed does not depend on their values, quality
cannot be measured with them. The plain side has both cores, batches of 32 and float32. Passages are made up, all of about the same number of
tokens. Through the daemon: the passages reranked in the interactive lane, then short queries encoded by the default model while another
program reranks without a pause in the bulk lane.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ |= {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

import numpy as np
import torch
from sentence_transformers import CrossEncoder
from tests.benchmarks.corpus import texts
from tests.benchmarks.daemons import Measured, real, running
from tests.benchmarks.figures import median_and_range, percentile, row
from tokenizers import Tokenizer
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PreTrainedModel,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

from vectray.places import find_places
from vectray_client import Daemon
from vectrayd.domain.options import EncodeOptions
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.runtime.loading import load

NAME = "made-reranker"
QUERY = "月球的引力如何牵动海水 why does the tide rise"
WORDS = ("tide", "moon", "harbour", "water", "falls", "twice", "潮汐", "月球", "满月")


def _robertas(**shape: int) -> PreTrainedModel:
    return XLMRobertaForSequenceClassification(
        XLMRobertaConfig(
            vocab_size=250_037, max_position_embeddings=514, type_vocab_size=1, num_labels=1, **shape
        )
    )


SHAPES: dict[str, Callable[[], PreTrainedModel]] = {
    "minilm": lambda: BertForSequenceClassification(
        BertConfig(
            vocab_size=250_037,
            hidden_size=384,
            num_hidden_layers=6,
            num_attention_heads=12,
            intermediate_size=1536,
            num_labels=1,
        )
    ),
    "base": lambda: _robertas(
        hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072
    ),
    "large": lambda: _robertas(
        hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4096
    ),
}


def make(shape: str, folder: Path, tokenizer: Path) -> None:
    """Write a reranker with the tokenizer of the default model."""
    torch.manual_seed(0)
    SHAPES[shape]().save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>", "model_max_length": 512}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")


def passages(count: int, tokens: int, tokenizer: Tokenizer) -> list[str]:
    """Make texts of about `tokens` tokens each, in both languages."""
    supply = iter(texts(count * 40, seed=4))
    made = []
    for _ in range(count):
        text = ""
        while len(tokenizer.encode(text).ids) < tokens:
            text += next(supply) + " "
        made.append(text)
    return made


def compare(folder: Path, findings: Path, found: list[str], rounds: int) -> None:
    """Print the ratio of pairs per second of both sides, interleaved."""
    plain = CrossEncoder(
        str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
    )
    ours = load(folder, findings)
    cores = torch.get_num_threads()

    def by_us() -> np.ndarray:
        torch.set_num_threads(1)
        with ThreadPoolExecutor(cores) as pool:
            parts = pool.map(lambda text: ours.encode([text], EncodeOptions(query=QUERY)), found)
            scores = [np.frombuffer(outcome.vector, "<f4")[0] for part in parts for outcome in part]
        torch.set_num_threads(cores)
        return np.array(scores)

    def by_them() -> np.ndarray:
        return plain.predict([(QUERY, text) for text in found], show_progress_bar=False)

    by_us()
    ratios, rates, apart = [], [], []
    for number in range(rounds):
        taken = {}
        for side in (by_us, by_them) if number % 2 else (by_them, by_us):
            began = time.perf_counter()
            scores = side()
            taken[side] = time.perf_counter() - began, scores
        ratios.append(taken[by_them][0] / taken[by_us][0])
        rates.append(len(found) / taken[by_us][0])
        apart.append(float(np.abs(taken[by_us][1] - taken[by_them][1]).max()))
    print(row("way", "pairs/s, ours", "ratio to CrossEncoder.predict", "scores apart, at most"))
    print(row(ours.facts.precision, median_and_range(rates), median_and_range(ratios), f"{max(apart):.4f}"))


def wait_for(daemon: Daemon, found: list[str], rounds: int) -> None:
    """Print how long a person waits for a number of passages."""
    daemon.rerank(QUERY, found[:2], model=NAME)
    for count in sorted({min(count, len(found)) for count in (10, 20, len(found))}):
        seconds = []
        for _ in range(rounds):
            began = time.perf_counter()
            daemon.rerank(QUERY, found[:count], model=NAME, lane="interactive")
            seconds.append(time.perf_counter() - began)
        print(row(f"{count} passages reranked, s", median_and_range(seconds)))


def beside(measured: Measured, found: list[str], queries: int) -> None:
    """Print how long queries of the default model take alone, and while another program reranks in the bulk lane."""
    stopped = threading.Event()

    def rerank_on() -> None:
        with Daemon(measured.places, client_name="bulk") as bulk:
            while not stopped.is_set():
                bulk.rerank(QUERY, found, model=NAME, lane="bulk")

    with Daemon(measured.places, lane="interactive", client_name="person") as person:
        alone = _ask(person, queries)
        thread = threading.Thread(target=rerank_on)
        thread.start()
        try:
            beside_bulk = _ask(person, queries)
            short = []
            for _ in range(5):
                began = time.perf_counter()
                person.rerank(QUERY, found[:5], model=NAME)
                short.append(time.perf_counter() - began)
        finally:
            stopped.set()
            thread.join()
    for name, seconds in (("alone", alone), ("beside bulk reranking", beside_bulk)):
        milliseconds = [1000 * one for one in seconds]
        p50, p95 = statistics.median(milliseconds), percentile(milliseconds, 0.95)
        print(row(f"a query encoded {name}, p50 / p95, ms", f"{p50:.0f} / {p95:.0f}"))
    print(row("5 passages reranked beside it, s", median_and_range(short)))


def _ask(person: Daemon, queries: int) -> list[float]:
    chance, taken = random.Random(3), []
    person.encode(["warm"], task="query")
    for _ in range(queries):
        began = time.perf_counter()
        person.encode([" ".join(chance.choices(WORDS, k=5))], task="query")
        taken.append(time.perf_counter() - began)
        time.sleep(chance.expovariate(10))
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shape", choices=SHAPES, default="base")
    parser.add_argument("--passages", type=int, default=50)
    parser.add_argument("--tokens", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--queries", type=int, default=60)
    told = parser.parse_args()

    default = asyncio.run(Library(find_places().models).folder(read_catalogue().resolve("")))
    tokenizer = Tokenizer.from_file(str(default / "tokenizer.json"))
    found = passages(told.passages, told.tokens, tokenizer)
    with TemporaryDirectory(prefix="rr-") as home:
        folder = Path(home) / "made"
        make(told.shape, folder, default / "tokenizer.json")
        compare(folder, Path(home) / "findings", found, told.rounds)
        with running(lambda place: _with_models(place, folder, default)) as measured:
            with Daemon(measured.places) as daemon:
                wait_for(daemon, found, told.rounds)
            beside(measured, found, told.queries)


def _with_models(home: Path, folder: Path, default: Path) -> list[str]:
    models = find_places({"VECTRAY_HOME": str(home)}).models
    models.mkdir(parents=True)
    (models / NAME).symlink_to(folder)
    (models / default.name).symlink_to(default)
    return list(real(home))


if __name__ == "__main__":
    main()
