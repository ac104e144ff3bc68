"""vectrayd against infinity-emb and fastembed, server against server on this machine, in turns.

    python -m tests.benchmarks.peers [--environments FOLDER] [--rounds 3] [--texts 500] [--seconds 4]

Installs the peers with pip where they are missing, each in an environment of its own below FOLDER (a temporary folder by default, so
name one to keep them). All serve the same all-MiniLM-L6-v2 weights with all cores: vectrayd over gRPC on its Unix socket in its
default precision, infinity-emb by its own HTTP server with torch, fastembed with an ONNX export behind a small HTTP server, both in
float32 and answering in base64. Prints for each the median over the rounds, and our ratio to it.
"""

import argparse
import asyncio
import contextlib
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from tests.benchmarks.corpus import texts as made_up
from tests.benchmarks.daemons import running
from tests.benchmarks.figures import row
from tests.benchmarks.peers.environments import prepare
from tests.benchmarks.peers.measures import Latency, beside_bulk, bulk, callers
from tests.benchmarks.peers.servers import Server, fastembed, infinity, ours, wait_ready

from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library

MODEL = "all-MiniLM-L6-v2"
CALLERS = (1, 8, 64)
QUERIES = tuple(f"when does the tide turn at harbour number {number}" for number in range(50))
Round = Mapping[str, float | Latency]


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Sequence[Server]]:
    """Run all of them."""
    with running() as daemon:
        library = Library(daemon.places.models)
        model = Path(asyncio.run(library.folder(read_catalogue().resolve(MODEL))))
        made = prepare(folder, model)
        with infinity(made, model) as one, fastembed(made) as other:
            yield ours(daemon, MODEL), one, other


async def warm_up(servers: Sequence[Server], texts: Sequence[str]) -> None:
    """Wait until all answer, and see that it is one and the same model."""
    vectors = []
    for server in servers:
        await wait_ready(server)
        async with server.bulk() as ask:
            vectors.append(await ask(texts[:100]))
    for server, theirs in zip(servers[1:], vectors[1:], strict=True):
        cosine = float((vectors[0] * theirs).sum(axis=1).min())
        print(f"lowest cosine to {server.name}: {cosine:.4f}")
        if not np.isfinite(cosine) or cosine < 0.99:
            raise SystemExit(f"{server.name} serves another model")


async def once(server: Server, texts: Sequence[str], seconds: float) -> Round:
    """Measure everything once."""
    found: dict[str, float | Latency] = {"bulk": await bulk(server, texts)}
    for count in CALLERS:
        found[f"{count} callers"] = await callers(server, QUERIES, count=count, seconds=seconds)
    found["beside bulk"] = await beside_bulk(server, texts, QUERIES, seconds=2 * seconds)
    return found


async def compare(
    servers: Sequence[Server], texts: Sequence[str], rounds: int, seconds: float
) -> dict[str, list[Round]]:
    """Measure everything in turns; who goes first changes from round to round."""
    await warm_up(servers, texts)
    found: dict[str, list[Round]] = {server.name: [] for server in servers}
    for number in range(rounds):
        for server in (*servers[number % len(servers) :], *servers[: number % len(servers)]):
            found[server.name].append(await once(server, texts, seconds))
            print(f"round {number + 1}: {server.name} done", flush=True)
    return found


def shown(rounds: Sequence[Round], what: str) -> str:
    """Return a measure's medians over the rounds, as a cell."""
    values = [found[what] for found in rounds]
    if isinstance(values[0], Latency):
        medians = Latency(*(statistics.median(column) for column in zip(*values, strict=True)))
        return f"{medians.per_second:.0f}/s, {medians.p50_ms:.0f} / {medians.p99_ms:.0f} ms"
    return f"{statistics.median(values):.0f} texts/s"


def ahead(ours_: Sequence[Round], theirs: Sequence[Round], what: str) -> str:
    """Return how many times as good we are, the median over the rounds: by rate, or beside bulk by the median wait."""
    ratios = []
    for mine, other in zip(ours_, theirs, strict=True):
        one, two = mine[what], other[what]
        if not isinstance(one, Latency):
            ratios.append(one / two)
        elif what == "beside bulk":
            ratios.append(two.p50_ms / one.p50_ms)
        else:
            ratios.append(one.per_second / two.per_second)
    return f"{statistics.median(ratios):.1f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--environments", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=4.0)
    flags = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as temporary,
        serving(flags.environments or Path(temporary)) as servers,
    ):
        found = asyncio.run(compare(servers, made_up(flags.texts), flags.rounds, flags.seconds))
        first, *others = (server.name for server in servers)
    print(f"{flags.texts} texts, {flags.rounds} rounds; callers: answers a second, p50 / p99 ms")
    print(row("", first, *(f"{name} | times as good" for name in others)))
    print(row(*["---"] * (2 + 2 * len(others))))
    for what in found[first][0]:
        cells = [f"{shown(found[name], what)} | {ahead(found[first], found[name], what)}" for name in others]
        print(row(what, shown(found[first], what), *cells))


if __name__ == "__main__":
    main()
