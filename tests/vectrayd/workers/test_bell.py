import asyncio

from vectrayd.workers.bell import Bell


async def test_nobody_misses_a_ring() -> None:
    """Who waits is woken; who remembers the count is not even delayed by a ring that came before the wait."""
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait_after(0)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    async with asyncio.timeout(1):
        await asyncio.gather(*waiting)
        await bell.wait_after(0)


async def test_waiting_has_an_end() -> None:
    """Without a ring the wait ends with its time, quietly."""
    bell = Bell()
    async with asyncio.timeout(1):
        await bell.wait_after(bell.count, timeout_seconds=0.01)
