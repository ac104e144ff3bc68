import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import grpc
import pytest
from tests.vectray_client.sdk.fake_daemon import FakeDaemon

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.channel import Deadlines
from vectray_client.sdk.client_async import AsyncDaemon
from vectray_client.sdk.errors import DaemonMismatch, DaemonUnavailable

HASTY = Deadlines(answer_seconds=0.3, silence_seconds=0.3)
TEXTS = [(n, "x" * n) for n in range(200)]


class Elsewhere(grpc.RpcError):
    """A failed call of somebody else's."""


async def test_the_sources_own_errors_reach_the_caller(fake: FakeDaemon) -> None:
    """From a plain source or an asynchronous one, an RPC error of its own is not taken for a lost daemon."""

    def plain() -> Iterator[tuple[int, str]]:
        yield 0, "a"
        raise Elsewhere

    async def asynchronous() -> AsyncIterator[tuple[int, str]]:
        yield 0, "a"
        raise Elsewhere

    async with AsyncDaemon(fake.places) as daemon:
        for source in (plain(), asynchronous()):
            with pytest.raises(Elsewhere):
                async for _ in daemon.encode_stream(source):
                    pass
    assert fake.streams == 2


async def test_outputs_change_what_encode_returns(fake: FakeDaemon) -> None:
    """As in the synchronous client."""
    async with AsyncDaemon(fake.places) as daemon:
        assert (await daemon.encode(["aaa", "b"], overlong="chunk-mean")).tolist() == [[3], [1]]
        first, second = await daemon.encode(["aaa", "b"], outputs=("dense", "sparse"))
        assert [name async for name, _ in daemon.encode_stream([(7, "a")], outputs=("sparse",))] == [7]
    assert [float(answer.vector[0]) for answer in (first, second) if answer.vector is not None] == [3, 1]
    dense, sparse = pb.OUTPUT_KIND_DENSE, pb.OUTPUT_KIND_SPARSE
    assert [list(options.outputs) for options in fake.options] == [[], [dense, sparse], [sparse]]


async def test_answers_come_while_the_source_waits(fake: FakeDaemon) -> None:
    """A source may even wait for the answer to its last text before it gives the next one."""
    answered = asyncio.Event()

    async def source() -> AsyncIterator[tuple[int, str]]:
        for pair in TEXTS[:5]:
            answered.clear()
            yield pair
            await asyncio.wait_for(answered.wait(), 5)

    names = []
    async with AsyncDaemon(fake.places) as daemon:
        async for name, _ in daemon.encode_stream(source()):
            names.append(name)
            answered.set()
    assert names == [0, 1, 2, 3, 4]


async def test_refusals_come_while_the_source_waits(fake: FakeDaemon) -> None:
    """A text that is refused on this side is answered at once, too, so that such texts do not pile up."""
    answered = asyncio.Event()

    async def source() -> AsyncIterator[tuple[int, str]]:
        for number in range(5):
            answered.clear()
            yield number, "\ud800"
            await asyncio.wait_for(answered.wait(), 5)

    reasons = []
    async with AsyncDaemon(fake.places) as daemon:
        async for _, answer in daemon.encode_stream(source()):
            reasons.append(answer.error and answer.error.reason)
            answered.set()
    assert reasons == ["INVALID_TEXT"] * 5


@pytest.mark.parametrize("ending", ["lost", "stopping", "silent"])
async def test_a_stream_that_breaks_is_resumed(fake: FakeDaemon, ending: str) -> None:
    """Lost, turned away or left in silence: each id is answered once, over two connections."""
    fake.plans = [(90, ending)]
    async with AsyncDaemon(fake.places, deadlines=HASTY) as daemon:
        answers = [pair async for pair in daemon.encode_stream(iter(TEXTS))]
    assert sorted(name for name, _ in answers) == list(range(200))
    assert all(answer.vector == [name] for name, answer in answers)
    assert fake.streams == 2


async def test_a_hung_daemon_is_given_up(fake: FakeDaemon) -> None:
    """A daemon that takes calls and never answers them is no daemon; nobody waits for ever."""
    fake.plans = [(90, "hung")]
    async with AsyncDaemon(fake.places, deadlines=HASTY) as daemon:
        with pytest.raises(DaemonUnavailable, match="does not answer"):
            [pair async for pair in daemon.encode_stream(iter(TEXTS))]
        with pytest.raises(DaemonUnavailable, match="does not answer"):
            await daemon.state(timeout_seconds=0.1)


async def test_after_close_it_says_so(fake: FakeDaemon) -> None:
    """Outside its block a connection is closed, and one sentence says it, also to a stream that was running."""
    daemon = AsyncDaemon(fake.places)
    with pytest.raises(DaemonUnavailable, match="The connection is closed"):
        await daemon.state()
    fake.plans = [(1, "silent")]
    async with daemon:
        await daemon.state()
        running = daemon.encode_stream(iter(TEXTS))
        await anext(running)
    with pytest.raises(DaemonUnavailable, match="The connection is closed"):
        await anext(running)
    with pytest.raises(DaemonUnavailable, match="The connection is closed"):
        await daemon.encode(["a"])


async def test_another_revision_is_refused(fake: FakeDaemon) -> None:
    """A daemon of another release is named as such."""
    fake.revision += 1
    with pytest.raises(DaemonMismatch, match="vectray stop"):
        await AsyncDaemon(fake.places).__aenter__()


async def test_an_abandoned_stream_leaves_no_task(fake: FakeDaemon) -> None:
    """Whoever stops reading stops the stream, and its source is told."""
    told = asyncio.Event()

    async def source() -> AsyncIterator[tuple[int, str]]:
        try:
            yield 0, "a"
            await asyncio.sleep(60)
        finally:
            told.set()

    async with AsyncDaemon(fake.places) as daemon:
        before = asyncio.all_tasks()
        async with contextlib.aclosing(daemon.encode_stream(source())) as answers:
            await anext(answers)
        assert told.is_set()
        async with asyncio.timeout(5):
            while asyncio.all_tasks() != before:  # gRPC's own ends a moment later
                await asyncio.sleep(0.01)


async def test_long_sides_of_a_comparison_are_encoded_first(fake: FakeDaemon) -> None:
    """More texts than one call takes become vectors; what is short stays text."""
    async with AsyncDaemon(fake.places) as daemon:
        await daemon.similarity(["d"] * 3000, ["q"])
    (request,) = fake.comparisons
    assert request.queries.vectors.rows == 3000
    assert list(request.documents.texts.texts) == ["q"]
