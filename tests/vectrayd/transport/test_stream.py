import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.fakes import HashingFleet

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.pacing import Pacing
from vectrayd.models.catalogue import read_catalogue
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.transport.desk import Desk
from vectrayd.transport.stream import converse


@pytest.mark.parametrize("half_closed", [False, True])
async def test_a_silent_stream_shows_that_it_lives(*, half_closed: bool) -> None:
    """While the model works on and on, heartbeats come, also after the client has sent its last item."""
    fleet = HashingFleet()
    fleet.workers[0].gate.clear()
    scheduler = Scheduler(fleet, lambda _: Pacing(streams=1), most_waiting_bytes=10_000)
    done = asyncio.Event()

    async def requests() -> AsyncIterator[pb.EncodeStreamRequest]:
        yield pb.EncodeStreamRequest(open=pb.EncodeStreamRequest.Open())
        item = pb.EncodeStreamRequest.Item(id=7, text="slow")
        yield pb.EncodeStreamRequest(items=pb.EncodeStreamRequest.Items(items=[item]))
        if not half_closed:
            await done.wait()

    desk = Desk(read_catalogue(), fleet, scheduler)
    seen = []
    async for response in converse(requests(), desk, heartbeat_seconds=0.02):
        seen.append(response.WhichOneof("message"))
        if seen[-1] == "heartbeat" and seen.count("heartbeat") == 3:
            assert response.heartbeat.unanswered == 1
            fleet.workers[0].gate.set()
        if seen[-1] == "results":
            done.set()
    assert seen[0] == "opened"
    assert seen.count("results") == 1
    await scheduler.stop(grace_seconds=0)
