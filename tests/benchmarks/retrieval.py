"""Index a judged collection and ask its questions, with the commands that a person types.

    python -m tests.benchmarks.retrieval COLLECTION [--questions 300] [--home FOLDER]

COLLECTION holds `docs/` and `queries.jsonl`, a line each of {"id", "text", "relevant": [file names without suffix]}. Prints how
many questions have a relevant document first, and among the first five, nDCG@10 (relevance 0 or 1, logarithm to base 2), and seconds.
With --home the index is kept there and found again by a second run; else it is made anew in a temporary folder.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = 10


def vectray(home: str, name: str, *words: str) -> dict[str, object]:
    """Run a command; return its JSON document."""
    command = [sys.executable, "-m", "vectray_client", name, "--json", *words]
    done = subprocess.run(
        command, env={**os.environ, "VECTRAY_HOME": home}, stdout=subprocess.PIPE, check=False
    )
    return json.loads(done.stdout)


def ranked(home: str, question: str) -> tuple[list[str], float]:
    """The names of the documents that are found, best first, and the seconds that the command took."""
    began = time.monotonic()
    hits = vectray(home, "search", "--top", str(TOP), "--", question)["hits"]
    return [Path(hit["path"]).stem for hit in hits], time.monotonic() - began


def ndcg(found: Sequence[str], relevant: frozenset[str]) -> float:
    """Normalised discounted cumulative gain of the first ten: Järvelin and Kekäläinen, TOIS 20(4), 2002."""
    gains = sum(1 / math.log2(place + 2) for place, name in enumerate(found[:TOP]) if name in relevant)
    ideal = sum(1 / math.log2(place + 2) for place in range(min(TOP, len(relevant))))
    return gains / ideal


def measure(collection: Path, home: str, count: int) -> None:
    """Index, ask, print."""
    indexed = vectray(home, "index", str(collection / "docs"))
    print({key: value if isinstance(value, int | float) else len(value) for key, value in indexed.items()})
    lines = (collection / "queries.jsonl").read_text("utf-8").splitlines()
    queries = [query for query in map(json.loads, lines) if query["relevant"]][:count]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda query: ranked(home, query["text"]), queries))
    judged = [
        (found, frozenset(query["relevant"])) for query, (found, _) in zip(queries, answers, strict=True)
    ]
    figures = {
        "questions": len(judged),
        "top-1": statistics.mean(bool(relevant & set(found[:1])) for found, relevant in judged),
        "top-5": statistics.mean(bool(relevant & set(found[:5])) for found, relevant in judged),
        "nDCG@10": statistics.mean(ndcg(found, relevant) for found, relevant in judged),
        "seconds per command, median": statistics.median(seconds for _, seconds in answers),
    }
    print({name: round(value, 4) for name, value in figures.items()})


def main() -> None:
    """Measure in a home of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collection", type=Path)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--home")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = arguments.home or temporary
        try:
            measure(arguments.collection, home, arguments.questions)
        finally:
            subprocess.run(
                [sys.executable, "-m", "vectray_client", "stop"],
                env={**os.environ, "VECTRAY_HOME": home},
                check=True,
            )


if __name__ == "__main__":
    main()
