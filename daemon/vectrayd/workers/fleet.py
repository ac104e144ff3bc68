"""At most one worker a model: started when it is first needed, started again when it died."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from vectrayd.domain.errors import ModelFailed, ModelUnavailable, VectrayError
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.messages import Order
from vectrayd.workers.worker import COMMAND, Worker


class Fleet:
    """The workers of all models. `order_for` tells how a model is loaded; it may have to make the model's files first."""

    def __init__(
        self, order_for: Callable[[str], Awaitable[Order]], *, command: Sequence[str] = COMMAND
    ) -> None:
        self._order_for = order_for
        self._command = command
        self._starting: dict[str, asyncio.Task[Worker]] = {}
        self._failures: dict[str, VectrayError] = {}
        self._facts: dict[str, ModelFacts] = {}

    async def worker(self, model: str) -> Worker:
        """Return the model's worker; callers that come while it starts share the one start.

        Raises:
            VectrayError: it cannot be started. The next call tries again.

        """
        task = self._starting.get(model)
        if task is None or (task.done() and not _is_alive(task)):
            task = self._starting[model] = asyncio.create_task(self._start(model))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():  # it is the start that was called off, not this caller
                raise ModelUnavailable("The model was unloaded while it was being loaded.") from None
            raise

    def running(self) -> Mapping[str, Worker]:
        """The workers that are ready now, by model."""
        return {
            model: task.result() for model, task in self._starting.items() if task.done() and _is_alive(task)
        }

    def loading(self) -> frozenset[str]:
        """The models whose workers are starting now."""
        return frozenset(model for model, task in self._starting.items() if not task.done())

    def failures(self) -> Mapping[str, VectrayError]:
        """Why models have no worker, for those whose last start failed or whose worker died."""
        died = {
            model: ModelFailed("The model's process died; the next request starts it again.")
            for model, task in self._starting.items()
            if task.done() and not task.cancelled() and task.exception() is None and not task.result().alive
        }
        return self._failures | died

    def facts(self) -> Mapping[str, ModelFacts]:
        """What the workers that ever ran reported of their models."""
        return dict(self._facts)

    async def stop(self, model: str, *, grace_seconds: float = 0.0) -> None:
        """End the model's worker if there is one, or call its start off. Slices at work get `grace_seconds` to be finished."""
        task = self._starting.pop(model, None)
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        if _is_alive(task):
            await task.result().stop(grace_seconds=grace_seconds)

    async def stop_all(self) -> None:
        """End every worker now."""
        await asyncio.gather(*(self.stop(model) for model in list(self._starting)))

    async def _start(self, model: str) -> Worker:
        try:
            worker = await Worker.start(await self._order_for(model), command=self._command)
        except OSError as cause:
            self._failures[model] = error = ModelUnavailable(f"The model cannot be loaded: {cause.strerror}.")
            raise error from cause
        except VectrayError as error:
            self._failures[model] = error
            raise
        self._failures.pop(model, None)
        self._facts[model] = worker.facts
        return worker


def _is_alive(task: asyncio.Task[Worker]) -> bool:
    return not task.cancelled() and task.exception() is None and task.result().alive
