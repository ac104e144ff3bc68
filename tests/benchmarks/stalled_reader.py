"""What a client costs that sends without end and does not read.

    python -m tests.benchmarks.stalled_reader [--items 200000] [--stall-seconds 20] [--text-bytes 400]

Two of them in turn, each in a process of its own, against the real supervisor with a worker whose vectors cost nothing: a bare gRPC
stub that ignores its credit and reads nothing, and the SDK, whose owner takes one answer and then sleeps. After the stall each
reads on, and every item must have been answered once. Prints by how much the memory of both sides grew at most.
"""

import argparse
import collections
import itertools
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

import grpc
import psutil
from tests.benchmarks.daemons import Measured, running
from tests.benchmarks.figures import row
from tests.light_daemon import command

from vectray.places import Places
from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc
from vectray_client import Daemon

_MIB = 1024 * 1024
_SAMPLE_SECONDS = 0.05
_ITEMS_PER_MESSAGE = 64
Request = pb.EncodeStreamRequest
Answers = collections.Counter[int]


def texts(items: int, text_bytes: int) -> Iterator[str]:
    """Yield texts, made when they are asked for."""
    return (f"{number:0{text_bytes}}" for number in range(items))


def by_stub(places: Places, items: int, text_bytes: int, stall_seconds: float) -> Answers:
    """Send everything that the connection takes, read nothing for a while, then all; how often each id was answered."""

    def requests() -> Iterator[Request]:
        yield Request(open=Request.Open(lane=pb.LANE_BULK, client_name="stalled"))
        numbered = enumerate(texts(items, text_bytes))
        while part := list(itertools.islice(numbered, _ITEMS_PER_MESSAGE)):
            yield Request(items=Request.Items(items=[Request.Item(id=at, text=text) for at, text in part]))

    with grpc.insecure_channel(f"unix:{places.daemon_socket}") as channel:
        responses = embedding_pb2_grpc.EmbeddingServiceStub(channel).EncodeStream(requests())
        time.sleep(stall_seconds)
        return Answers(result.id for response in responses for result in response.results.results)


def by_sdk(places: Places, items: int, text_bytes: int, stall_seconds: float) -> Answers:
    """Take one answer, sleep, then take all; how often each id was answered."""
    with Daemon(places) as daemon:
        answers = daemon.encode_stream(enumerate(texts(items, text_bytes)))
        first, _ = next(answers)
        time.sleep(stall_seconds)
        return Answers([first, *(number for number, _ in answers)])


class Peak:
    """The most memory that a process has while one looks."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self.before_bytes = self.most_bytes = process.memory_info().rss

    def look(self) -> None:
        """Note what it has now."""
        self.most_bytes = max(self.most_bytes, self._process.memory_info().rss)

    @property
    def grown_mib(self) -> float:
        """Since the first look."""
        return (self.most_bytes - self.before_bytes) / _MIB


def watch(running: Future[Answers], peaks: list[Peak]) -> None:
    """Look until the client is done."""
    while not running.done():
        for peak in peaks:
            peak.look()
        threading.Event().wait(_SAMPLE_SECONDS)


def measure(
    daemon: Measured, client: Callable[..., Answers], flags: argparse.Namespace
) -> tuple[float, float]:
    """Return by how many MiB the supervisor and the client grew."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        # Everything is imported, connected and used once before the first look.
        other.submit(client, daemon.places, 1000, flags.text_bytes, 0.0).result()
        (pid,) = other._processes
        peaks = [Peak(daemon.process), Peak(psutil.Process(pid))]
        stalled = other.submit(client, daemon.places, flags.items, flags.text_bytes, flags.stall_seconds)
        watch(stalled, peaks)
        answers = stalled.result()
    if answers != Answers(range(flags.items)):
        raise SystemExit("Not every item was answered exactly once.")
    return peaks[0].grown_mib, peaks[1].grown_mib


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--stall-seconds", type=float, default=20.0)
    parser.add_argument("--text-bytes", type=int, default=400)
    flags = parser.parse_args()
    with running(command) as daemon:
        grown = {
            name: measure(daemon, client, flags) for name, client in (("stub", by_stub), ("SDK", by_sdk))
        }
    print(
        f"{flags.items:,} items of {flags.text_bytes} bytes, {flags.stall_seconds:g} s without reading; MiB grown"
    )
    print(row("client", "supervisor", "client's own process"))
    print(row(*["---"] * 3))
    for name, (supervisor, client) in grown.items():
        print(row(name, f"{supervisor:.0f}", f"{client:.0f}"))


if __name__ == "__main__":
    main()
