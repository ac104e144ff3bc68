"""The daemon for programs that only look on, such as the tray: small to import, starts nothing, tries nothing again."""

import contextlib
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

import grpc

from vectray.places import Places
from vectray.v1 import models_pb2 as pb
from vectray.v1 import models_pb2_grpc
from vectray_client.sdk import states
from vectray_client.sdk.channel import OPTIONS, PATIENT, unix_address
from vectray_client.sdk.errors import DaemonUnavailable, LostConnection, closing_is_loss, translating
from vectray_client.sdk.rendezvous import check_revision
from vectray_client.sdk.states import DaemonState

_UNLOAD_SECONDS = 60.0
"""A worker gets time to end what it is at."""


class AsyncOnlooker:
    """A connection to the daemon that runs. Use as an asynchronous context manager, on one event loop."""

    def __init__(self, places: Places) -> None:
        self._channel = grpc.aio.insecure_channel(unix_address(places), OPTIONS)
        self._stub = models_pb2_grpc.ModelServiceStub(self._channel)

    async def __aenter__(self) -> Self:
        """Raises DaemonUnavailable or DaemonMismatch; nothing stays open then."""
        try:
            await self.state()
        except BaseException:
            await self._channel.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._channel.close()

    async def state(self) -> DaemonState:
        """Return the whole state now. Raises what `watch` does."""
        async with contextlib.aclosing(self.watch(timeout_seconds=PATIENT.answer_seconds)) as states:
            return await anext(states)

    async def watch(self, *, timeout_seconds: float | None = None) -> AsyncGenerator[DaemonState, None]:
        """Yield the whole state now, and again whenever it changes. To be closed, as by `contextlib.aclosing`, by who leaves early.

        Raises:
            DaemonUnavailable: it does not answer, or has ended.
            DaemonMismatch: it is of another release.

        """
        call = self._stub.Watch(pb.ModelServiceWatchRequest(), timeout=timeout_seconds)
        try:
            with closing_is_loss(), translating():
                async for response in call:
                    state = states.daemon_state(response)
                    check_revision(state)
                    yield state
            raise DaemonUnavailable("vectrayd has ended.")
        except LostConnection:
            raise DaemonUnavailable("vectrayd has ended.") from None
        finally:
            call.cancel()

    async def unload(self, model: str) -> None:
        """End a model's worker; it is loaded again when it is needed.

        Raises:
            DaemonUnavailable: it does not answer.
            RequestRefused: there is no such model.

        """
        try:
            with closing_is_loss(), translating():
                await self._stub.Unload(pb.ModelServiceUnloadRequest(model=model), timeout=_UNLOAD_SECONDS)
        except LostConnection:
            raise DaemonUnavailable("vectrayd has ended.") from None
