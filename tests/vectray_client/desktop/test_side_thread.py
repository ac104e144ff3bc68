import asyncio
import subprocess
import sys

import pytest

from vectray_client.desktop.side_thread import aside

HANGING = """
import asyncio, threading
from vectray_client.desktop.side_thread import aside
async def main():
    work = asyncio.create_task(aside(threading.Event().wait))
    await asyncio.sleep(0)
    work.cancel()
asyncio.run(main())
"""


async def test_what_comes_of_the_work_comes_back() -> None:
    """What it returns, or what it raises."""
    assert await aside(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await aside(lambda: 1 // 0)


def test_nobody_waits_for_work_that_hangs() -> None:
    """The program ends without it, and without a word."""
    command = [sys.executable, "-X", "dev", "-c", HANGING]
    ended = subprocess.run(command, check=False, capture_output=True, timeout=10)
    assert (ended.returncode, ended.stderr) == (0, b"")


async def test_work_that_is_given_up_ends_in_silence() -> None:
    """Its outcome is for nobody any more."""
    may_end = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work() -> None:
        asyncio.run_coroutine_threadsafe(may_end.wait(), loop).result()

    waiting = asyncio.create_task(aside(work))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    may_end.set()
    assert await aside(lambda: "the loop goes on") == "the loop goes on"
