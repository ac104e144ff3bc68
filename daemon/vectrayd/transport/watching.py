"""The two who watch the state without asking again and again: clients of Watch, and the health service."""

import asyncio
from collections.abc import AsyncIterator, Callable

from vectray.v1 import models_pb2 as pb
from vectrayd.transport.state import State
from vectrayd.workers.bell import Bell

_BUSY_SECONDS = 0.25
"""Between two messages at least: what a person can follow."""
_QUIET_SECONDS = 30.0
"""Between two messages at most, so that memory and uptime are not told too wrong, and a dead client is noticed."""
_HEALTH_SECONDS = 0.5
"""Between two looks while the model cannot be had: nobody tells when a rest is over or a file has come."""


async def watch(
    state: State,
    changes: Bell,
    *,
    is_over: Callable[[], bool],
    busy_seconds: float = _BUSY_SECONDS,
    quiet_seconds: float = _QUIET_SECONDS,
) -> AsyncIterator[pb.ModelServiceWatchResponse]:
    """Tell the whole state, and again whenever it is another one, until `is_over`. An idle daemon is not woken meanwhile."""
    loop, told, told_at = asyncio.get_running_loop(), b"", 0.0
    while not is_over():
        seen, whole, is_busy = changes.count, state.whole(), state.is_busy()
        if (essence := _essence(whole)) != told or loop.time() - told_at >= quiet_seconds:
            told, told_at = essence, loop.time()
            yield whole
        await asyncio.sleep(busy_seconds)
        if not is_busy:
            left = quiet_seconds - (loop.time() - told_at)
            await changes.wait_after(seen, timeout_seconds=max(0.0, left))


async def keep_health(state: State, changes: Bell, tell: Callable[..., None]) -> None:
    """Tell whether texts can be encoded by the default model, whenever that changes."""
    told = None
    while True:
        seen, is_serving = changes.count, state.can_serve_default()
        if is_serving is not told:
            tell(can_embed=is_serving)
            told = is_serving
        await changes.wait_after(seen, timeout_seconds=None if is_serving else _HEALTH_SECONDS)


def _essence(whole: pb.ModelServiceWatchResponse) -> bytes:
    """Return what of the state is worth a message: not what merely drifts, such as memory and clocks."""
    essence = pb.ModelServiceWatchResponse()
    essence.CopyFrom(whole)
    essence.daemon.ClearField("rss_bytes")
    essence.daemon.ClearField("uptime_seconds")
    for model in essence.models:
        model.rss_bytes = 0
        model.unloads_in_seconds = float(bool(model.unloads_in_seconds))
    return essence.SerializeToString(deterministic=True)
