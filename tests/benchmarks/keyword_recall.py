"""The search by words: whether every part of a Chinese text finds its passage, and how long words and whole questions take.

    python -m tests.benchmarks.keyword_recall ZH EN [--parts 50000] [--questions 100000] [--home FOLDER]

ZH and EN are judged collections (`docs/`, `queries.jsonl`), of whose sentences the indexes are made: one of ZH alone for the parts, one
of both for the questions. A part is found if FTS5, asked for what the search makes of it, has its passage among the answers; all parts
of 1 to 4 Han characters of some passages are asked for. Of a random choice of these, and of all questions or 300 of them, the whole
search for 100 candidates is timed. With --home the indexes are kept there and found again.
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.figures import percentile, row
from tests.benchmarks.mixed_corpus import fill, questions

from vectray_client.store.keywords import any_of, terms
from vectray_client.store.reading import Reader, open_reader

CANDIDATES = 100
WHOLE_PASSAGES = 20
TIMED = 300


def parts_of(text: str, length: int) -> set[str]:
    """All substrings of Han characters of that length."""
    return {
        run[at : at + length]
        for run in re.findall(r"[\u4e00-\u9fff]+", text)
        for at in range(len(run) - length + 1)
    }


def recall(reader: Reader, passages: dict[int, str], length: int) -> tuple[int, int]:
    """How many parts of that length there are, and how many find their passage."""
    asked = found = 0
    for chunk, text in passages.items():
        for part in parts_of(text, length):
            asked += 1
            match = "SELECT 1 FROM keywords WHERE keywords MATCH ? AND rowid = ?"
            found += reader._connection.execute(match, (any_of(terms(part)), chunk)).fetchone() is not None
    return asked, found


def timed(search: Callable[[str], object], asked: Sequence[str]) -> tuple[str, str, str]:
    """Median and 95th percentile in ms by the clock, and the mean of the processor."""
    took, cpu = [], time.thread_time()
    for words in asked:
        began = time.perf_counter()
        search(words)
        took.append((time.perf_counter() - began) * 1000)
    cpu = (time.thread_time() - cpu) / len(asked) * 1000
    return f"{statistics.median(took):.1f}", f"{percentile(took, 0.95):.1f}", f"{cpu:.1f}"


def measure_parts(reader: Reader, chance: random.Random) -> None:
    """Print recall and time by length."""
    rows = reader._connection.execute("SELECT id, text FROM chunks ORDER BY random() LIMIT 400").fetchall()
    print(row("Han characters", "asked", "found", "p50 ms", "p95 ms", "CPU ms"))
    print(row(*["---"] * 6))
    for length in range(1, 5):
        asked, found = recall(reader, dict(rows[:WHOLE_PASSAGES]), length)
        parts = sorted({part for _, text in rows for part in parts_of(text, length)})
        chosen = chance.sample(parts, min(TIMED, len(parts)))
        print(
            row(
                length, asked, found, *timed(lambda part: reader.word_search(terms(part), CANDIDATES), chosen)
            )
        )


def measure_questions(reader: Reader, collections: Sequence[Path], chance: random.Random) -> None:
    """Print the time of whole questions."""
    print(row("questions of", "asked", "p50 ms", "p95 ms", "CPU ms"))
    print(row(*["---"] * 5))
    for collection in collections:
        asked = questions(collection)
        chosen = chance.sample(asked, min(TIMED, len(asked)))
        times = timed(lambda words: reader.word_search(terms(words), CANDIDATES), chosen)
        print(row(collection.name, len(chosen), *times))


def main() -> None:
    """Measure in indexes of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collections", type=Path, nargs=2, metavar=("ZH", "EN"))
    parser.add_argument("--parts", type=int, default=50_000)
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--home", type=Path)
    arguments = parser.parse_args()
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as temporary:
        home = arguments.home or Path(temporary)
        alone, both = (
            home / f"parts {arguments.parts}.sqlite",
            home / f"questions {arguments.questions}.sqlite",
        )
        for index, folders, count in (
            (alone, arguments.collections[:1], arguments.parts),
            (both, arguments.collections, arguments.questions),
        ):
            if not index.exists():
                fill(index, folders, count)
        with open_reader(alone) as reader:
            measure_parts(reader, chance)
        print()
        with open_reader(both) as reader:
            measure_questions(reader, arguments.collections, chance)


if __name__ == "__main__":
    main()
