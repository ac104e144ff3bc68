"""What is measured of a server, whichever it is."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.benchmarks.figures import percentile
from tests.benchmarks.peers.servers import Ask, Server

_LEAST_ANSWERS = 5


class Latency(NamedTuple):
    """How callers fared."""

    per_second: float
    p50_ms: float
    p99_ms: float


async def bulk(server: Server, texts: Sequence[str]) -> float:
    """Texts per second, all of them in one request."""
    async with server.bulk() as ask:
        began = time.perf_counter()
        await ask(texts)
        return len(texts) / (time.perf_counter() - began)


async def callers(server: Server, queries: Sequence[str], *, count: int, seconds: float) -> Latency:
    """Have `count` programs ask one short text after another, each over a connection of its own."""
    texts = itertools.cycle(queries)
    began = time.perf_counter()
    until = began + seconds
    taken = await asyncio.gather(*(_caller(server, texts, until) for _ in range(count)))
    return _latency([one for own in taken for one in own], time.perf_counter() - began)


async def beside_bulk(
    server: Server, texts: Sequence[str], queries: Sequence[str], *, seconds: float
) -> Latency:
    """Ask short texts, one after another with pauses, while another program encodes `texts` again and again."""
    async with server.bulk() as bulk_ask, server.person() as ask:
        busy = asyncio.create_task(_for_ever(bulk_ask, texts))
        await asyncio.sleep(1.0)
        taken: list[float] = []
        began = time.perf_counter()
        while time.perf_counter() < began + seconds or len(taken) < _LEAST_ANSWERS:
            taken.append(await _timed(ask, queries[len(taken) % len(queries)]))
            await asyncio.sleep(0.1)
        elapsed = time.perf_counter() - began
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)
    await _wait_idle(server, queries)
    return _latency(taken, elapsed)


async def _caller(server: Server, texts: Iterator[str], until: float) -> list[float]:
    taken = []
    async with server.program() as ask:
        while time.perf_counter() < until:
            taken.append(await _timed(ask, next(texts)))
    return taken


async def _timed(ask: Ask, text: str) -> float:
    began = time.perf_counter()
    await ask([text])
    return time.perf_counter() - began


async def _for_ever(ask: Ask, texts: Sequence[str]) -> None:
    while True:
        await ask(texts)


async def _wait_idle(server: Server, queries: Sequence[str]) -> None:
    """Wait until what was given up by the caller is worked off too: a server need not notice that."""
    async with server.bulk() as ask:
        await ask(queries[:1])


def _latency(taken: Sequence[float], seconds: float) -> Latency:
    return Latency(
        per_second=len(taken) / seconds,
        p50_ms=percentile(taken, 0.5) * 1000,
        p99_ms=percentile(taken, 0.99) * 1000,
    )
