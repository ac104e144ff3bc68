import asyncio
import os
import signal
from pathlib import Path

import pytest

from vectrayd.domain.embedding import Embedding
from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.messages import Load
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.workers.fleet import Fleet
from vectrayd.workers.worker import Worker, WorkerGone

pytestmark = [pytest.mark.model, pytest.mark.timeout(120)]


async def minilm(tmp_path: Path) -> Path:
    """The folder of the small model."""
    return await Library(tmp_path).folder(read_catalogue().resolve("all-minilm-l6-v2"))


@pytest.mark.slow
async def test_a_worker_lives_and_dies(tmp_path: Path) -> None:
    """It encodes; killed, it answers what waits with an error, is known to be dead, and the fleet replaces it."""
    order = Load(folder=str(await minilm(tmp_path)), findings=str(tmp_path / "findings"), streams=2)

    async def order_for(_: str) -> Load:
        return order

    fleet = Fleet(order_for)
    first, same = await asyncio.gather(fleet.worker("m"), fleet.worker("m"))
    assert first is same, "callers that come while it starts share the one start"
    (outcome,) = (await first.encode(["a text"], EncodeOptions(), Lane.NORMAL)).outcomes
    assert isinstance(outcome, Embedding)
    waiting = asyncio.create_task(first.encode(["long " * 250] * 200, EncodeOptions(), Lane.BULK))
    await asyncio.sleep(0.1)
    os.kill(first.pid, signal.SIGKILL)
    with pytest.raises(WorkerGone):
        await waiting
    assert not first.alive
    with pytest.raises(WorkerGone):
        await first.encode(["late"], EncodeOptions(), Lane.NORMAL)
    second = await fleet.worker("m")
    assert second.pid != first.pid
    await fleet.stop_all()
    assert not second.alive


@pytest.mark.slow
async def test_a_folder_without_a_model_is_a_sentence(tmp_path: Path) -> None:
    """What cannot be loaded is told as such, and no process stays behind."""
    order = Load(folder=str(tmp_path), findings=str(tmp_path), streams=1)
    with pytest.raises(ModelUnavailable, match=r"modules\.json"):
        await Worker.start(order)
    (tmp_path / "tokenizer.json").write_text("{}", "utf-8")
    (tmp_path / "modules.json").write_text("[]", "utf-8")
    with pytest.raises(ModelUnavailable):
        await Worker.start(order)
