import asyncio
from pathlib import Path

import pytest

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.workers.fleet import Fleet


async def test_calling_a_load_off_is_an_error_for_who_waits(tmp_path: Path) -> None:
    """Unloading a model while it loads ends the wait of others with a sentence; it does not cancel them."""
    began = asyncio.Event()

    async def never(_: str) -> Path:
        began.set()
        await asyncio.Event().wait()
        return tmp_path

    fleet = Fleet(never, findings=tmp_path, streams=1)
    waiting = [asyncio.create_task(fleet.worker("m")) for _ in range(3)]
    await began.wait()
    assert fleet.loading() == {"m"}
    await fleet.stop("m")
    for outcome in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(outcome, ModelUnavailable)
    assert not fleet.loading()


async def test_a_disk_that_fails_is_a_sentence(tmp_path: Path) -> None:
    """What the system refuses while a model is looked for is told, remembered as its state, and tried again."""

    async def full(_: str) -> Path:
        raise OSError(28, "No space left on device")

    fleet = Fleet(full, findings=tmp_path, streams=1)
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match="No space left on device"):
            await fleet.worker("m")
    assert "No space left" in str(fleet.failures()["m"])
