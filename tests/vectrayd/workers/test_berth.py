import os
import signal

import pytest
from tests.light_worker import command
from tests.vectrayd.workers.test_fleet import QUICK, encode, light_fleet, until

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.messages import Load
from vectrayd.workers.fleet import Fleet


async def test_the_same_failure_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """A program that asks again and again for a model that is not there does not fill the log."""

    async def nowhere(_: str) -> Load:
        raise ModelUnavailable("There is no such file.")

    fleet = Fleet(nowhere, limits=QUICK)
    for _ in range(20):
        with pytest.raises(ModelUnavailable):
            await fleet.worker("m")
    await fleet.stop_all()
    assert caplog.text.count("There is no such file.") == 1


@pytest.mark.slow
@pytest.mark.timeout(60)
async def test_a_model_that_only_dies_is_given_rest() -> None:
    """A process that dies again and again before its first answer is not started for every text that waits; one that answers is."""
    async with light_fleet(command(text_seconds=9)) as fleet:
        for _ in range(32):
            worker = await fleet.worker("m")
            os.kill(worker.pid, signal.SIGKILL)
            await until(lambda worker=worker: not worker.alive)
        with pytest.raises(ModelUnavailable, match="32 times") as caught:
            await fleet.worker("m")
        assert caught.value.retry_seconds
        assert not fleet.report("m").can_be_had
    async with light_fleet(command()) as fleet:
        for _ in range(40):
            worker = await fleet.worker("m")
            await encode(worker)
            os.kill(worker.pid, signal.SIGKILL)
            await until(lambda worker=worker: not worker.alive)
