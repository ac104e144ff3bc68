import os
import signal
import subprocess
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.light_worker import command

from vectrayd.domain.embedding import Embedding
from vectrayd.domain.errors import ModelFailed
from vectrayd.domain.messages import LENGTH, EncodeTexts, Load, framed
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.workers.worker import Worker, WorkerGone

OPTIONS = EncodeOptions()

pytestmark = pytest.mark.timeout(20)


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[Worker]:
    """A real process with a light model on one thread."""
    order = Load(folder="", findings="", streams=1)
    started = await Worker.start(order, command=command(), lookup_seconds=1.0)
    yield started
    await started.stop()


async def test_a_panic_is_the_fault_of_its_text_alone(worker: Worker) -> None:
    """What a library raises beside Python's exceptions is an answer too, and the worker goes on."""
    bad, good = (await worker.encode(["panic", "fine"], OPTIONS, Lane.BULK)).outcomes
    assert isinstance(bad, ModelFailed)
    assert isinstance(good, Embedding)
    with pytest.raises(ModelFailed):
        await worker.tokenize(["panic"])
    assert len(await worker.tokenize(["fine"])) == 1


async def test_a_stream_that_fails_takes_its_worker_along(worker: Worker) -> None:
    """An answer that cannot be sent is known at once by the worker's end, not after the watchdog's minute."""
    with pytest.raises(WorkerGone):
        await worker.encode(["unspeakable"], OPTIONS, Lane.BULK)
    assert not worker.alive


async def test_a_hung_tokenizer_is_not_waited_for(worker: Worker) -> None:
    """Looking up tokens has a watchdog too: the call ends in an error, and the worker is gone."""
    os.kill(worker.pid, signal.SIGSTOP)
    with pytest.raises(ModelFailed):
        await worker.tokenize(["fine"])
    assert not worker.alive


def test_a_worker_whose_supervisor_is_gone_ends_without_a_word() -> None:
    """It may learn of that by an answer that nobody takes: no traceback lands in the daemon's log."""
    piped = subprocess.PIPE
    with subprocess.Popen(command(), stdin=piped, stdout=piped, stderr=piped) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert worker.stderr is not None
        worker.stdin.write(framed(Load(folder="m", findings="", streams=1)))
        worker.stdin.flush()
        assert worker.stdout.read(LENGTH.size)
        worker.stdout.close()
        texts = EncodeTexts(number=1, lane=Lane.NORMAL, options=EncodeOptions(), texts=("a text",))
        worker.stdin.write(framed(texts))
        worker.stdin.flush()
        assert worker.wait(10) == 0
        assert worker.stderr.read() == b""
