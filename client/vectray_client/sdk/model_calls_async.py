"""What asyncio programs ask about models, and tell the daemon to do with them: the twin of `ModelCalls`."""

import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from vectray.v1 import models_pb2
from vectray_client.sdk import states
from vectray_client.sdk.channel import Patience, Timer
from vectray_client.sdk.connected_async import AsyncConnected
from vectray_client.sdk.errors import DaemonUnavailable, LostConnection, translating
from vectray_client.sdk.states import DaemonState, ModelState, Progress, Report, Tokenizer

Call = Any
"""gRPC's call of a method that answers with a stream."""


class AsyncModelCalls(AsyncConnected):
    """Calls about models. `timeout_seconds` bounds a call; what is late is DaemonUnavailable."""

    async def state(self, *, timeout_seconds: float | None = None) -> DaemonState:
        """Return what the daemon tells of itself and its models. See `Daemon.state`."""
        return await self._connection.state(timeout_seconds or self._deadlines.answer_seconds)

    async def models(self, *, timeout_seconds: float | None = None) -> Sequence[ModelState]:
        """Return all models, loaded or not, the default first. See `Daemon.models`."""
        return (await self.state(timeout_seconds=timeout_seconds)).models

    async def model(self, model: str | None = None, *, timeout_seconds: float | None = None) -> ModelState:
        """Return what the daemon tells of one model. See `Daemon.model`."""
        request = models_pb2.ModelServiceGetRequest(model=model or "")
        timer = Timer(timeout_seconds or self._deadlines.answer_seconds)
        models = self._connection.models
        response = await self._connection.call(lambda: models.Get(request, timeout=timer.left()))
        return states.model_state(response.model)

    async def load(
        self,
        model: str | None = None,
        *,
        progress: Report | None = None,
        timeout_seconds: float | None = None,
    ) -> ModelState:
        """Load a model, and return its state then. See `Daemon.load`."""
        request = models_pb2.ModelServiceLoadRequest(model=model or "")
        timer = Timer(timeout_seconds or self._deadlines.loading_seconds)
        return await self._follow(
            lambda: self._connection.models.Load(request, timeout=timer.left()), progress
        )

    async def unload(self, model: str | None = None, *, timeout_seconds: float | None = None) -> ModelState:
        """End a model's worker. See `Daemon.unload`."""
        request = models_pb2.ModelServiceUnloadRequest(model=model or "")
        timer = Timer(timeout_seconds or self._deadlines.loading_seconds)
        models = self._connection.models
        response = await self._connection.call(lambda: models.Unload(request, timeout=timer.left()))
        return states.model_state(response.model)

    async def pull(
        self, model: str, *, progress: Report | None = None, timeout_seconds: float | None = None
    ) -> ModelState:
        """Fetch a model from its public source. See `Daemon.pull`."""
        request = models_pb2.ModelServicePullRequest(model=model)
        timer = Timer(timeout_seconds)
        return await self._follow(
            lambda: self._connection.models.Pull(request, timeout=timer.left()), progress
        )

    async def watch(self, *, timeout_seconds: float | None = None) -> AsyncGenerator[DaemonState, None]:
        """Yield the daemon's whole state now, and whenever it changes. See `Daemon.watch`."""
        timer = Timer(timeout_seconds)
        await self.state()  # finds the daemon that runs now
        call = self._connection.models.Watch(models_pb2.ModelServiceWatchRequest(), timeout=timer.left())
        try:
            with translating():
                async for response in call:
                    yield states.daemon_state(response)
        except LostConnection:
            raise DaemonUnavailable("vectrayd has ended.") from None
        finally:
            call.cancel()

    async def tokenizer(self, model: str | None = None, *, known_fingerprint: str = "") -> Tokenizer:
        """Return a model's tokenizer. See `Daemon.tokenizer`."""
        request = models_pb2.GetTokenizerRequest(model=model or "", known_fingerprint=known_fingerprint)
        timeout = self._deadlines.loading_seconds

        async def responses() -> list[models_pb2.GetTokenizerResponse]:
            return [
                response async for response in self._connection.models.GetTokenizer(request, timeout=timeout)
            ]

        return states.tokenizer(await self._connection.call(responses))

    async def _follow(self, begin: Callable[[], Call], report: Report | None) -> ModelState:
        """Report on a call until it ends; it is begun again if the daemon is lost."""
        last: Progress | None = None
        steps = self._connection.persist(lambda: _steps(begin()), Patience())
        async with contextlib.aclosing(steps):
            async for last in steps:
                if report:
                    report(last)
        return states.model_of(last)


async def _steps(call: Call) -> AsyncGenerator[Progress, None]:
    try:
        with translating():
            async for response in call:
                yield states.progress(response)
    finally:
        call.cancel()
