"""How good a search is on judged collections, by each of its legs and by both, and how the weight of the two was learned.

    python -m tests.benchmarks.search_quality COLLECTION... --home FOLDER [--model multilingual-e5-small]

A COLLECTION holds `docs/` and `queries.jsonl`, a line each of {"id", "text", "relevant": [file names without suffix]}. Each is indexed
and its questions embedded by the commands and the daemon of a home below FOLDER, once; a second run finds them again. The searches
run in this process. Prints how many questions have a relevant document first, and among the first five, and nDCG@10 (relevance 0 or 1,
logarithm to base 2). "learned" chooses the weight on one half of a collection's questions, by nDCG@10 of 0 to 1 in steps of a tenth,
and tells the figures of the other half with it: both ways, beside those of the weight that is shipped.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from tests.benchmarks.figures import row
from tests.benchmarks.retrieval import TOP, ndcg, vectray

from vectray.places import find_places
from vectray_client import connect
from vectray_client.searcher.fusion import WORDS_WEIGHT, fuse
from vectray_client.searcher.grouping import grouped
from vectray_client.searcher.proposing import Proposals, Vector, proposals
from vectray_client.searcher.question import Question, question_of
from vectray_client.searcher.search import search
from vectray_client.store.reading import Reader, open_reader
from vectray_client.store.records import EVERYTHING
from vectray_client.store.vector_cache import cache_beside
from vectray_client.store.vector_index import VectorIndex

CANDIDATES = 100
WEIGHTS = [tenth / 10 for tenth in range(11)]
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A question, and the names of the documents that answer it."""

    question: Question
    vector: Vector
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Means over questions."""

    top_1: float
    top_5: float
    ndcg: float


def figures(answers: Sequence[Sequence[str]], judged: Sequence[Judged]) -> Figures:
    """Compare answers, names of documents best first, with what is relevant."""
    pairs = [(found, each.relevant) for found, each in zip(answers, judged, strict=True)]
    return Figures(
        top_1=statistics.mean(bool(relevant & set(found[:1])) for found, relevant in pairs),
        top_5=statistics.mean(bool(relevant & set(found[:5])) for found, relevant in pairs),
        ndcg=statistics.mean(ndcg(found, relevant) for found, relevant in pairs),
    )


@contextmanager
def daemon_of(home: Path) -> Iterator[None]:
    """Let the commands and the SDK find the daemon of a home, and stop it in the end."""
    os.environ["VECTRAY_HOME"] = str(home)
    try:
        yield
    finally:
        subprocess.run([sys.executable, "-m", "vectray_client", "stop"], check=True, capture_output=True)


def prepared(collection: Path, home: Path, model: str) -> list[Judged]:
    """Index a collection and embed its questions, unless that was done before; return them."""
    lines = (collection / "queries.jsonl").read_text("utf-8").splitlines()
    queries = [query for query in map(json.loads, lines) if query["relevant"]]
    kept = home / "questions.npy"
    if not kept.exists():
        with daemon_of(home):
            vectray(str(home), "index", str(collection / "docs"))
            with connect(lane="bulk") as daemon:
                texts = [question_of(query["text"], now=NOW).meaning for query in queries]
                np.save(kept, daemon.encode(texts, model=model, task="query"))
    return [
        Judged(
            question=question_of(query["text"], now=NOW),
            vector=vector,
            relevant=frozenset(query["relevant"]),
        )
        for query, vector in zip(queries, np.load(kept), strict=True)
    ]


def names(reader: Reader, found: Proposals, weight: float) -> list[str]:
    """The documents of what was proposed, best first, if words had this weight."""
    scores = fuse(found.by_words, found.by_meaning, words_weight=weight)
    groups = grouped(scores, reader.documents_of(scores), {})[:TOP]
    passages = reader.passages([group.chunk_ids[0] for group in groups])
    return [Path(passages[group.chunk_ids[0]][0].path).stem for group in groups]


def shown(reader: Reader, index: VectorIndex, judged: Sequence[Judged]) -> list[list[str]]:
    """What a search answers, copies told with the first of them."""
    answers = []
    for each in judged:
        hits = search(reader, each.question, vector=each.vector, index=index, top=TOP)
        answers.append([Path(path).stem for hit in hits for path in (hit.path, *hit.copies)])
    return answers


def learned(by_weight: Mapping[float, list[list[str]]], judged: Sequence[Judged]) -> Iterator[str]:
    """Rows of what the weight chosen on one half gives on the other."""
    for name, ours, theirs in (
        ("even", slice(0, None, 2), slice(1, None, 2)),
        ("odd", slice(1, None, 2), slice(0, None, 2)),
    ):
        best = max(WEIGHTS, key=lambda weight: figures(by_weight[weight][ours], judged[ours]).ndcg)
        for weight, origin in ((best, f"learned on the {name} questions"), (WORDS_WEIGHT, "shipped")):
            reached = figures(by_weight[weight][theirs], judged[theirs])
            yield shown_row(f"the others, words {weight:.1f}, {origin}", reached)


def shown_row(name: str, reached: Figures) -> str:
    """One line of the table."""
    return row(name, *(f"{figure:.4f}" for figure in (reached.top_1, reached.top_5, reached.ndcg)))


def measure(collection: Path, home: Path, model: str) -> None:
    """Search, and print."""
    judged = prepared(collection, home, model)
    os.environ["VECTRAY_HOME"] = str(home)
    path = find_places(os.environ).data / "index" / "index.sqlite"
    with open_reader(path) as reader:
        index = VectorIndex.open(reader, cache_beside(path))
        index.catch_up(reader)
        print(f"\n{collection.name}: {reader.counts().files} documents, {len(judged)} questions\n")
        print(row("ranked by", "top-1", "top-5", "nDCG@10"))
        print(row(*["---"] * 4))
        found = [
            proposals(reader, each.question, each.vector, index=index, count=CANDIDATES, where=EVERYTHING)
            for each in judged
        ]
        by_weight = {weight: [names(reader, each, weight) for each in found] for weight in WEIGHTS}
        for weight, answers in by_weight.items():
            alone = {0.0: " (meaning alone)", 1.0: " (words first)"}.get(weight, "")
            print(shown_row(f"words {weight:.1f}{alone}", figures(answers, judged)))
        words_alone = [
            names(reader, Proposals(by_words=each.by_words, by_meaning={}, is_all=True), 1.0)
            for each in found
        ]
        print(shown_row("words alone", figures(words_alone, judged)))
        for line in learned(by_weight, judged):
            print(line)
        print(shown_row("search, as shipped", figures(shown(reader, index, judged), judged)), flush=True)


def main() -> None:
    """Measure each collection."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collections", type=Path, nargs="+")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--model", default="multilingual-e5-small")
    arguments = parser.parse_args()
    for collection in arguments.collections:
        measure(collection, (arguments.home / collection.name).absolute(), arguments.model)


if __name__ == "__main__":
    main()
