"""How long a query waits while a bulk stream saturates the daemon, and what the bulk stream loses by it.

    python -m tests.benchmarks.interactive_beside_bulk [--model all-MiniLM-L6-v2] [--rounds 4] [--seconds 15] [--per-second 4]

A person asks short queries in the interactive lane, through the SDK, with pauses by chance; another process streams made-up texts in
the bulk lane without end. Each round has a stretch of queries alone, of the stream alone and of both. Prints the median and the 99th
percentile of the answers' times, the bound that they are held to (the idle median and two quanta), and the share of its rate that
the stream kept.
"""

import argparse
import itertools
import multiprocessing
import random
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event

from tests.benchmarks.corpus import texts
from tests.benchmarks.daemons import running
from tests.benchmarks.figures import median_and_range, percentile, row

from vectray.places import Places
from vectray_client import Daemon

QUANTUM_SECONDS = 0.05
"""The daemon's default."""
SETTLE_SECONDS = 2.0
_WORDS = ("tide", "moon", "harbour", "water", "falls", "twice", "潮汐", "月球", "满月")


def stream(
    places: Places,
    model: str,
    wanted: Event,
    idle: Event,
    answered_bytes: "Synchronized[int]",
) -> None:
    """Stream while `wanted` is set; `idle` is set while nothing is under way."""
    corpus = texts(2000, seed=2)
    with Daemon(places) as daemon:
        while True:
            wanted.wait()
            idle.clear()
            pairs = ((text, text) for text in itertools.cycle(corpus))
            for text, _ in daemon.encode_stream(
                itertools.takewhile(lambda _: wanted.is_set(), pairs), model=model
            ):
                answered_bytes.value += len(text.encode())
            idle.set()


class Person:
    """Asks one query after another."""

    def __init__(self, daemon: Daemon, *, model: str, per_second: float) -> None:
        self._daemon = daemon
        self._model = model
        self._per_second = per_second
        self._chance = random.Random(3)

    def ask(self, seconds: float) -> list[float]:
        """Ask for `seconds`; return how many seconds each answer took."""
        taken = []
        until = time.perf_counter() + seconds
        while (began := time.perf_counter()) < until:
            self._daemon.encode(
                [" ".join(self._chance.choices(_WORDS, k=5))], model=self._model, task="query"
            )
            taken.append(time.perf_counter() - began)
            time.sleep(self._chance.expovariate(self._per_second))
        return taken


class Bulk:
    """The process that streams, and what it gets done."""

    def __init__(self, places: Places, model: str) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._wanted, self._idle = spawning.Event(), spawning.Event()
        self._idle.set()
        self._answered = spawning.Value("q", 0)
        self._process = spawning.Process(
            target=stream, args=(places, model, self._wanted, self._idle, self._answered), daemon=True
        )
        self._process.start()

    def start(self) -> None:
        """Start to stream."""
        self._wanted.set()
        while self._idle.is_set():
            time.sleep(0.01)
        time.sleep(SETTLE_SECONDS)

    def stop(self) -> None:
        """Wait until nothing is under way."""
        self._wanted.clear()
        self._idle.wait()

    def end(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()

    def answered_bytes(self) -> int:
        """Text that was answered so far."""
        return self._answered.value


def measure(
    person: Person, bulk: Bulk, *, rounds: int, seconds: float
) -> tuple[list[float], list[float], list[float]]:
    """Return the answers' seconds when idle and beside the stream, and the share of its rate that the stream kept in each round."""
    idle: list[float] = []
    beside: list[float] = []
    kept = []
    for number in range(rounds):
        idle += person.ask(seconds)
        bulk.start()
        rates = {}
        for asking in (True, False) if number % 2 else (False, True):
            before, began = bulk.answered_bytes(), time.perf_counter()
            if asking:
                beside += person.ask(seconds)
            else:
                time.sleep(seconds)
            rates[asking] = (bulk.answered_bytes() - before) / (time.perf_counter() - began)
        bulk.stop()
        kept.append(rates[True] / rates[False])
    return idle, beside, kept


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--per-second", type=float, default=4.0)
    flags = parser.parse_args()
    with running() as measured, Daemon(measured.places, lane="interactive") as daemon:
        person = Person(daemon, model=flags.model, per_second=flags.per_second)
        person.ask(1.0)
        bulk = Bulk(measured.places, flags.model)
        try:
            idle, beside, kept = measure(person, bulk, rounds=flags.rounds, seconds=flags.seconds)
        finally:
            bulk.end()
    bound = percentile(idle, 0.5) + 2 * QUANTUM_SECONDS
    print(
        f"{len(idle)} queries alone, {len(beside)} beside the stream, {flags.per_second:g} a second; milliseconds"
    )
    print(row("model", "idle p50", "idle p99", "beside p50", "beside p99", "bound", "bulk kept"))
    print(row(*["---"] * 7))
    times = [percentile(taken, share) for taken in (idle, beside) for share in (0.5, 0.99)]
    print(row(flags.model, *(f"{taken * 1000:.1f}" for taken in (*times, bound)), median_and_range(kept)))


if __name__ == "__main__":
    main()
