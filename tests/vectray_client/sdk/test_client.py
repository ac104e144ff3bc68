import threading
import time
from collections.abc import Iterator

import grpc
import grpc.aio
import numpy as np
import pytest
from tests.vectray_client.sdk.fake_daemon import FakeDaemon

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.channel import Deadlines
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.errors import DaemonMismatch, DaemonUnavailable

HASTY = Deadlines(answer_seconds=0.3, silence_seconds=0.3)
TEXTS = [(n, "x" * n) for n in range(200)]


def lost_elsewhere() -> grpc.RpcError:
    """A failed call of somebody else's."""
    nothing = grpc.aio.Metadata()
    return grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, nothing, nothing, details="their server")


def wait_until(condition: object, seconds: float = 5.0) -> bool:
    """Wait for something that happens in another thread."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.005)
    return bool(condition())  # type: ignore[operator]


def test_the_sources_own_errors_reach_the_caller(fake: FakeDaemon) -> None:
    """An RPC error of the source's is not taken for a lost daemon, which would end the stream in silence."""

    def source() -> Iterator[tuple[int, str]]:
        yield 0, "a"
        raise lost_elsewhere()

    with Daemon(fake.places) as daemon, pytest.raises(grpc.RpcError):
        list(daemon.encode_stream(source()))
    assert fake.streams == 1


def test_outputs_change_what_encode_returns(fake: FakeDaemon) -> None:
    """Without them an array as ever; with them an answer for each text, in their order, that tells all that is known of it."""
    with Daemon(fake.places) as daemon:
        assert daemon.encode(["aaa", "b"], overlong="chunk-mean").tolist() == [[3], [1]]
        first, second = daemon.encode(["aaa", "b"], outputs=("dense", "sparse"))
        list(daemon.encode_stream([(0, "a")], outputs=("multi-vector",)))
    assert [float(answer.vector[0]) for answer in (first, second) if answer.vector is not None] == [3, 1]
    assert (first.tokens_used, first.tokens_total, first.truncated, first.fingerprint) == (
        1,
        1,
        False,
        "space",
    )
    assert [list(options.outputs) for options in fake.options] == [
        [],
        [pb.OUTPUT_KIND_DENSE, pb.OUTPUT_KIND_SPARSE],
        [pb.OUTPUT_KIND_MULTI_VECTOR],
    ]
    assert fake.options[0].overlong_policy == pb.OVERLONG_POLICY_CHUNK_MEAN


def test_a_slow_source_holds_nothing_back(fake: FakeDaemon) -> None:
    """What was read is sent while the source waits, in messages of several texts; answers come between two texts."""
    answered: list[int] = []
    seen: list[tuple[bool, list[int]]] = []

    def source() -> Iterator[tuple[int, str]]:
        for n in range(0, 6, 2):
            yield n, "x" * n
            yield n + 1, "x" * (n + 1)
            all_sent = wait_until(lambda n=n: len(fake.received) == n + 2)
            time.sleep(0.05)
            seen.append((all_sent, list(answered)))

    with Daemon(fake.places) as daemon:
        for name, _ in daemon.encode_stream(source()):
            answered.append(name)
    assert [sent for sent, _ in seen] == [True, True, True]
    assert seen[-1][1] == [0, 1, 2, 3]
    assert answered == list(range(6))


def test_the_source_is_read_in_the_callers_thread(fake: FakeDaemon) -> None:
    """A source may be bound to its thread, as SQLite's cursors are."""
    threads = set()

    def source() -> Iterator[tuple[int, str]]:
        for pair in TEXTS:
            threads.add(threading.current_thread())
            yield pair

    with Daemon(fake.places) as daemon:
        list(daemon.encode_stream(source()))
    assert threads == {threading.current_thread()}


@pytest.mark.parametrize("ending", ["lost", "stopping", "silent"])
def test_a_stream_that_breaks_is_resumed(fake: FakeDaemon, ending: str) -> None:
    """Lost, turned away or left in silence: each id is answered once, over two connections."""
    fake.plans = [(90, ending)]
    with Daemon(fake.places, deadlines=HASTY) as daemon:
        answers = list(daemon.encode_stream(iter(TEXTS)))
    assert sorted(name for name, _ in answers) == list(range(200))
    assert all(answer.vector == [name] for name, answer in answers)
    assert fake.streams == 2


def test_a_hung_daemon_is_given_up(fake: FakeDaemon) -> None:
    """A daemon that takes calls and never answers them is no daemon; nobody waits for ever."""
    fake.plans = [(90, "hung")]
    with Daemon(fake.places, deadlines=HASTY) as daemon:
        with pytest.raises(DaemonUnavailable, match=r"^vectrayd does not answer\.$"):
            list(daemon.encode_stream(iter(TEXTS)))
        with pytest.raises(DaemonUnavailable, match="does not answer"):
            daemon.state(timeout_seconds=0.1)


def test_a_stream_can_be_bounded(fake: FakeDaemon) -> None:
    """With a time for the whole, a stream, or an encoding, that takes longer ends with an error."""
    fake.plans, fake.brief_plans = [(0, "silent")], ["silent"]
    with Daemon(fake.places) as daemon, pytest.raises(DaemonUnavailable, match="does not answer"):
        daemon.encode(["a"], timeout_seconds=0.2)
    with Daemon(fake.places) as daemon, pytest.raises(DaemonUnavailable, match="does not answer"):
        list(daemon.encode_stream([(0, "a")], timeout_seconds=0.2))


def test_a_daemon_that_breaks_every_time_is_given_up(fake: FakeDaemon) -> None:
    """Without an answer in between, the fourth break is the last."""
    fake.plans = [(0, "lost")] * 10
    with Daemon(fake.places) as daemon, pytest.raises(DaemonUnavailable, match="was lost"):
        list(daemon.encode_stream([(0, "a")]))
    assert fake.streams == 4


def test_after_close_it_says_so(fake: FakeDaemon) -> None:
    """Calls and streams of a closed connection are one sentence, also those that were running."""
    daemon = Daemon(fake.places)
    running = daemon.encode_stream(iter(TEXTS))
    next(running)
    daemon.close()
    for call in (daemon.state, lambda: daemon.encode(["a"]), lambda: list(running)):
        with pytest.raises(DaemonUnavailable, match="The connection is closed"):
            call()


def test_another_revision_is_refused(fake: FakeDaemon) -> None:
    """A daemon of another release is named as such, and no thread or connection stays."""
    fake.revision += 1
    with pytest.raises(DaemonMismatch, match="vectray stop"):
        Daemon(fake.places)


def test_an_abandoned_stream_leaves_no_thread(fake: FakeDaemon) -> None:
    """Whoever stops reading stops the stream: its listener ends, and so does gRPC's sender."""
    with Daemon(fake.places) as daemon:
        daemon.encode(["warm"] * 65)
        wait_until(lambda: not any("_listen" in t.name for t in threading.enumerate()))
        before = set(threading.enumerate())
        stream = daemon.encode_stream(iter(TEXTS))
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        assert wait_until(
            lambda: not any(t.name.endswith("(_listen)") for t in set(threading.enumerate()) - before)
        )


def test_long_sides_of_a_comparison_are_encoded_first(fake: FakeDaemon) -> None:
    """More texts than one call takes become vectors; what is short stays text."""
    with Daemon(fake.places) as daemon:
        daemon.similarity(["q"], ["d"] * 3000)
    (request,) = fake.comparisons
    assert list(request.queries.texts.texts) == ["q"]
    assert request.documents.vectors.rows == 3000


def test_what_is_given_may_be_written_to(fake: FakeDaemon) -> None:
    """Arrays belong to the caller."""
    with Daemon(fake.places) as daemon:
        ((_, answer),) = daemon.encode_stream([(0, "a")])
        scores = daemon.similarity(np.ones(1), np.ones(1))
    assert answer.vector is not None
    assert answer.vector.flags.writeable
    assert scores.flags.writeable


def test_a_long_text_is_refused_here(fake: FakeDaemon) -> None:
    """The limit that the daemon tells is kept on this side: no such text is sent, and the stream lives on."""
    with Daemon(fake.places) as daemon:
        answers = dict(daemon.encode_stream([("long", "é" * 501), ("fine", "é" * 500)]))
    assert answers["fine"].vector == [500]
    assert str(answers["long"].error) == "A text may have 1000 bytes, this one has 1002."
    assert fake.received == ["é" * 500]
