import asyncio
import threading

import pytest

from vectray_client.desktop.loop_thread import LoopThread


def test_work_goes_on_until_it_is_ended() -> None:
    """Others have things done in its loop; what it began ends with it, and what comes too late is no error."""
    thread, done, ended, cleaned = LoopThread(), threading.Event(), threading.Event(), threading.Event()

    async def begun() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cleaned.set()

    async def work() -> None:
        tasks.append(asyncio.create_task(begun()))
        await asyncio.sleep(60)

    tasks: list[asyncio.Task[None]] = []
    thread.start(work(), ended=ended.set)
    thread.call(done.set)
    assert done.wait(5)
    thread.end()
    assert ended.is_set()
    assert cleaned.is_set()
    thread.call(done.clear)
    assert done.is_set()


def test_what_goes_wrong_reaches_who_ends_it() -> None:
    """And whoever waits is told at once that it is over."""
    thread, ended = LoopThread(), threading.Event()

    async def work() -> None:
        raise ValueError("broken")

    thread.start(work(), ended=ended.set)
    assert ended.wait(5)
    with pytest.raises(ValueError, match="broken"):
        thread.end()
