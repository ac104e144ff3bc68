"""A channel to the daemon that finds its way back: what is lost is made anew, and what was under way is tried again."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import grpc

from vectray.places import Places
from vectray.v1 import embedding_pb2_grpc, models_pb2, models_pb2_grpc
from vectray_client.sdk import states
from vectray_client.sdk.channel import GREET_AGAIN_SECONDS, OPTIONS, Deadlines, Patience, Timer, address
from vectray_client.sdk.errors import DaemonUnavailable, LostConnection, translating
from vectray_client.sdk.rendezvous import check_revision, ensure_daemon
from vectray_client.sdk.states import DaemonState

Answer = TypeVar("Answer")


class Connection:
    """Open until it is closed. `AsyncConnection` is the asyncio twin."""

    def __init__(self, places: Places, deadlines: Deadlines) -> None:
        """Raises DaemonUnavailable or DaemonMismatch; nothing stays open then."""
        self._places = places
        self._deadlines = deadlines
        self._is_closed = False
        ensure_daemon(places)
        self._channel = grpc.insecure_channel(address(places), OPTIONS)
        self.embedding = embedding_pb2_grpc.EmbeddingServiceStub(self._channel)
        self.models = models_pb2_grpc.ModelServiceStub(self._channel)
        try:
            check_revision(self.state(deadlines.answer_seconds))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close it. The daemon goes on."""
        self._is_closed = True
        self._channel.close()

    def state(self, timeout_seconds: float) -> DaemonState:
        """Return what the daemon tells of itself and its models."""
        return self.call(lambda: self._state(timeout_seconds))

    def call(self, call: Callable[[], Answer]) -> Answer:
        """Make an idempotent call, again if the daemon was lost meanwhile."""

        def attempt() -> Iterator[Answer]:
            with translating():
                answer = call()
            yield answer

        return next(self.persist(attempt, Patience()))

    def persist(self, attempt: Callable[[], Iterator[Answer]], patience: Patience) -> Iterator[Answer]:
        """Yield from an attempt, and from another one after each lost connection, as long as there is patience."""
        while True:
            if self._is_closed:
                raise DaemonUnavailable("The connection is closed.")
            try:
                if patience.is_tried:
                    self._reconnect()
                yield from attempt()
            except LostConnection as loss:
                patience.bear(loss)
            else:
                return

    def _reconnect(self) -> None:
        """Return once a daemon answers. One that is about to be gone may still listen, and the channel still remember it."""
        ensure_daemon(self._places)
        timer = Timer(self._deadlines.answer_seconds)
        while True:
            try:
                return check_revision(self._state(timer.left()))
            except LostConnection:
                if timer.left() == 0:
                    raise
            time.sleep(GREET_AGAIN_SECONDS)
            ensure_daemon(self._places)

    def _state(self, timeout_seconds: float | None) -> DaemonState:
        with translating():
            response = self.models.List(models_pb2.ModelServiceListRequest(), timeout=timeout_seconds)
        return states.daemon_state(response)
