"""At most one worker a model: started when it is first needed, started again when it died."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from vectrayd.domain.errors import VectrayError
from vectrayd.workers.worker import Worker


class Fleet:
    """The workers of all models.

    `find_folder` tells where a model's files are, and may have to make them first; in the folder `findings` workers remember what
    they found out about models on this machine.
    """

    def __init__(
        self, find_folder: Callable[[str], Awaitable[Path]], *, findings: Path, streams: int
    ) -> None:
        self._find_folder = find_folder
        self._findings = findings
        self._streams = streams
        self._starting: dict[str, asyncio.Task[Worker]] = {}
        self._failures: dict[str, VectrayError] = {}

    async def worker(self, model: str) -> Worker:
        """Return the model's worker; callers that come while it starts share the one start.

        Raises:
            VectrayError: it cannot be started. The next call tries again.

        """
        task = self._starting.get(model)
        if task is None or (task.done() and not _is_alive(task)):
            task = self._starting[model] = asyncio.create_task(self._start(model))
        return await asyncio.shield(task)

    def running(self) -> Mapping[str, Worker]:
        """The workers that are ready now, by model."""
        return {
            model: task.result() for model, task in self._starting.items() if task.done() and _is_alive(task)
        }

    def loading(self) -> frozenset[str]:
        """The models whose workers are starting now."""
        return frozenset(model for model, task in self._starting.items() if not task.done())

    def failures(self) -> Mapping[str, VectrayError]:
        """Why the last start of a model failed, for those where it did."""
        return dict(self._failures)

    async def stop(self, model: str) -> None:
        """End the model's worker if there is one."""
        task = self._starting.pop(model, None)
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        if _is_alive(task):
            await task.result().stop()

    async def stop_all(self) -> None:
        """End every worker."""
        await asyncio.gather(*(self.stop(model) for model in list(self._starting)))

    async def _start(self, model: str) -> Worker:
        try:
            worker = await Worker.start(
                await self._find_folder(model), findings=self._findings, streams=self._streams
            )
        except VectrayError as error:
            self._failures[model] = error
            raise
        self._failures.pop(model, None)
        return worker


def _is_alive(task: asyncio.Task[Worker]) -> bool:
    return not task.cancelled() and task.exception() is None and task.result().alive
