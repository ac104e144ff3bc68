"""How fairly the daemon shares a model between programs, one of them greedy.

    python -m tests.benchmarks.fair_shares [--seconds 30] [--modest 4] [--greedy-streams 8] [--lane bulk]

All of them always have more to do: each modest client has one stream, the greedy one has several under one name. A worker without a
model takes a fixed time for each text, so what a client's answered texts cost is known.
Prints the worker's seconds that each client got, and Jain's index over them (1: all alike; 1/n: one has everything).
"""

import argparse
import asyncio
import collections
from collections.abc import AsyncIterator
from functools import partial

import grpc.aio
from tests.benchmarks.daemons import running
from tests.benchmarks.figures import jain, row
from tests.light_daemon import command

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc

TEXT_SECONDS = 0.004
TEXT = "x" * 200
SETTLE_SECONDS = 3.0
_ITEMS_PER_MESSAGE = 16
Request = pb.EncodeStreamRequest


async def stream(
    channel: grpc.aio.Channel,
    *,
    name: str,
    lane: pb.Lane.ValueType,
    answered: collections.Counter[str],
) -> None:
    """Stream without end within the credit; note what is answered."""
    room = asyncio.Semaphore(0)

    async def requests() -> AsyncIterator[Request]:
        yield Request(open=Request.Open(lane=lane, client_name=name))
        number = 0
        while True:
            items = []
            for _ in range(_ITEMS_PER_MESSAGE):
                await room.acquire()
                items.append(Request.Item(id=number, text=TEXT))
                number += 1
            yield Request(items=Request.Items(items=items))

    async for response in embedding_pb2_grpc.EmbeddingServiceStub(channel).EncodeStream(requests()):
        if response.WhichOneof("message") == "opened":
            freed = response.opened.credit_bytes // (len(TEXT) + 64)
        else:
            freed = len(response.results.results)
            answered[name] += freed
        for _ in range(freed):
            room.release()


async def share_out(address: str, flags: argparse.Namespace) -> dict[str, float]:
    """Return the worker's seconds that each client got."""
    answered: collections.Counter[str] = collections.Counter()
    lane = pb.Lane.Value(f"LANE_{flags.lane.upper()}")
    modest = [f"modest {number + 1}" for number in range(flags.modest)]
    async with grpc.aio.insecure_channel(address) as channel:
        tasks = [
            asyncio.create_task(stream(channel, name=name, lane=lane, answered=answered))
            for name in ["greedy"] * flags.greedy_streams + modest
        ]
        await asyncio.sleep(SETTLE_SECONDS)
        before = answered.copy()
        await asyncio.sleep(flags.seconds)
        after = answered.copy()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return {name: (after[name] - before[name]) * TEXT_SECONDS for name in ["greedy", *modest]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--modest", type=int, default=4)
    parser.add_argument("--greedy-streams", type=int, default=8)
    parser.add_argument("--lane", choices=("interactive", "normal", "bulk", "idle"), default="bulk")
    flags = parser.parse_args()
    with running(partial(command, text_seconds=TEXT_SECONDS)) as daemon:
        shares = asyncio.run(share_out(daemon.address, flags))
    print(row("client", f"worker's seconds of {flags.seconds:g}"))
    print(row("---", "---"))
    for name, seconds in shares.items():
        print(row(name, f"{seconds:.2f}"))
    print(f"Jain's index {jain(list(shares.values())):.3f}, lane {flags.lane}")


if __name__ == "__main__":
    main()
