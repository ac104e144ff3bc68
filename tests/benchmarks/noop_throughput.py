"""What the supervisor itself can do: texts per second through one stream, with a worker whose vectors cost nothing.

    python -m tests.benchmarks.noop_throughput [--texts 100000] [--rounds 5] [--dimensions 384] [--text-bytes 40]

Two clients take turns, each in a process of its own: a bare gRPC stub that sends ready-made messages of 64 texts within its credit
and counts the answers, and the SDK. Prints texts per second, and the supervisor's processor time per text.
"""

import argparse
import multiprocessing
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import grpc
from tests.benchmarks.daemons import Measured, running
from tests.benchmarks.figures import median_and_range, row
from tests.light_daemon import command

from vectray.places import Places
from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc
from vectray_client import Daemon

ITEM_COST_BYTES = 64
"""Of a stream's credit, beside the text: part of the contract."""
ITEMS_PER_MESSAGE = 64
Request = pb.EncodeStreamRequest


def by_stub(address: str, texts: list[str]) -> float:
    """Seconds for all texts by a bare stub."""
    messages = [
        Request(
            items=Request.Items(items=[Request.Item(id=at + i, text=text) for i, text in enumerate(part)])
        )
        for at, part in parts(texts)
    ]
    cost = ITEMS_PER_MESSAGE * (len(texts[0]) + ITEM_COST_BYTES)
    opened, in_flight = threading.Event(), threading.Semaphore(0)

    def requests() -> Iterator[Request]:
        yield Request(open=Request.Open(lane=pb.LANE_BULK, client_name="stub"))
        opened.wait()
        for message in messages:
            in_flight.acquire()
            yield message

    answered = 0
    with grpc.insecure_channel(address, [("grpc.max_receive_message_length", -1)]) as channel:
        responses = embedding_pb2_grpc.EmbeddingServiceStub(channel).EncodeStream(requests())
        credit_bytes = next(responses).opened.credit_bytes
        in_flight.release(credit_bytes // cost)
        opened.set()
        began = time.perf_counter()
        for response in responses:
            before, answered = answered, answered + len(response.results.results)
            for _ in range(before // ITEMS_PER_MESSAGE, answered // ITEMS_PER_MESSAGE):
                in_flight.release()
        seconds = time.perf_counter() - began
    if answered != len(texts):
        raise SystemExit(f"{len(texts)} texts, {answered} answers")
    return seconds


def parts(texts: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield what goes into one message, with its first id."""
    for at in range(0, len(texts), ITEMS_PER_MESSAGE):
        yield at, texts[at : at + ITEMS_PER_MESSAGE]


def by_sdk(places: Places, texts: list[str]) -> float:
    """Seconds for all texts by the SDK."""
    with Daemon(places) as daemon:
        began = time.perf_counter()
        answered = sum(answer.error is None for _, answer in daemon.encode_stream(enumerate(texts)))
        seconds = time.perf_counter() - began
    if answered != len(texts):
        raise SystemExit(f"{len(texts)} texts, {answered} vectors")
    return seconds


def measure(daemon: Measured, texts: list[str], rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Return texts per second, and the supervisor's microseconds per text, of each round and client."""
    clients = {"stub": (by_stub, daemon.address), "SDK": (by_sdk, daemon.places)}
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in clients}
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        for number in range(rounds + 1):
            for name, (client, where) in clients.items():
                before = daemon.cpu_seconds()
                seconds = other.submit(client, where, texts if number else texts[:2000]).result()
                if number:  # the first round starts the worker
                    found[name][0].append(len(texts) / seconds)
                    found[name][1].append((daemon.cpu_seconds() - before) / len(texts) * 1e6)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--text-bytes", type=int, default=40)
    flags = parser.parse_args()
    texts = [f"{number:0{flags.text_bytes}}" for number in range(flags.texts)]
    with running(partial(command, dimensions=flags.dimensions)) as daemon:
        found = measure(daemon, texts, flags.rounds)
    print(
        f"{flags.texts:,} texts of {flags.text_bytes} bytes, {flags.dimensions} dimensions, {flags.rounds} rounds"
    )
    print(row("client", "texts per second", "supervisor, microseconds of processor time per text"))
    print(row("---", "---", "---"))
    for name, (rates, costs) in found.items():
        print(row(name, median_and_range(rates, digits=0), f"{statistics.median(costs):.1f}"))


if __name__ == "__main__":
    main()
