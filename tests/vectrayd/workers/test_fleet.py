import asyncio

import pytest

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.messages import Load
from vectrayd.workers.fleet import Fleet


async def test_calling_a_load_off_is_an_error_for_who_waits() -> None:
    """Unloading a model while it loads ends the wait of others with a sentence; it does not cancel them."""
    began = asyncio.Event()

    async def never(_: str) -> Load:
        began.set()
        return await asyncio.get_running_loop().create_future()

    fleet = Fleet(never)
    waiting = [asyncio.create_task(fleet.worker("m")) for _ in range(3)]
    await began.wait()
    assert fleet.loading() == {"m"}
    await fleet.stop("m")
    for outcome in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(outcome, ModelUnavailable)
    assert not fleet.loading()


async def test_a_disk_that_fails_is_a_sentence() -> None:
    """What the system refuses while a model is looked for is told, remembered as its state, and tried again."""

    async def full(_: str) -> Load:
        raise OSError(28, "No space left on device")

    fleet = Fleet(full)
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match="No space left on device"):
            await fleet.worker("m")
    assert "No space left" in str(fleet.failures()["m"])
