"""One connection of an encode stream, for a program that has no event loop.

The texts are read in the program's own thread, because a source may be bound to it (SQLite's cursors are). So that a source that
takes its time holds nothing back, gRPC's thread sends what was read, and a thread that only listens keeps what comes in.
"""

import queue
import threading
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc
from vectray_client.sdk.errors import LostConnection, VectrayClientError, translating
from vectray_client.sdk.stream import ITEMS_PER_MESSAGE, LINGER_SECONDS, Item, parcels

Response = pb.EncodeStreamResponse


class Line:
    """One connection of a stream. Both queues are bounded by the credit that the daemon grants."""

    def __init__(
        self,
        embedding: embedding_pb2_grpc.EmbeddingServiceStub,
        opening: pb.EncodeStreamRequest,
        *,
        timeout_seconds: float | None,
    ) -> None:
        self._outbox: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._inbox: queue.SimpleQueue[Response | VectrayClientError | LostConnection] = queue.SimpleQueue()
        self._is_closed = False
        self._call = embedding.EncodeStream(self._requests(opening), timeout=timeout_seconds)
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_closed = True
        self._outbox.put(None)
        self._call.cancel()

    def send(self, items: Iterable[Item]) -> None:
        """Send items within `LINGER_SECONDS`, at once if they fill a message."""
        for item in items:
            self._outbox.put(item)

    def flush(self) -> None:
        """Send at once what still waits for company."""
        self._outbox.put(None)

    def receive(self, timeout_seconds: float) -> Response:
        """Wait for the next message.

        Raises:
            LostConnection: there is none, or none in time.
            VectrayClientError: the daemon refuses the stream.

        """
        try:
            return _checked(self._inbox.get(timeout=timeout_seconds))
        except queue.Empty:
            raise LostConnection from None

    def arrived(self) -> Iterator[Response]:
        """Yield what is here already. Raises as `receive` does."""
        while True:
            try:
                message = self._inbox.get_nowait()
            except queue.Empty:
                return
            yield _checked(message)

    def _listen(self) -> None:
        try:
            with translating():
                for response in self._call:
                    self._inbox.put(response)
            self._inbox.put(LostConnection())  # a daemon does not end a stream that is not half-closed
        except (VectrayClientError, LostConnection) as error:
            self._inbox.put(error)

    def _requests(self, opening: pb.EncodeStreamRequest) -> Iterator[pb.EncodeStreamRequest]:
        """Give gRPC, in its own thread, what is to be sent."""
        yield opening
        while not self._is_closed:
            yield from parcels(self._gathered())

    def _gathered(self) -> list[Item]:
        """Wait for an item, then a moment for those that may share its message."""
        items: list[Item] = []
        first = self._outbox.get()
        if first is None:
            return items
        items.append(first)
        until = time.monotonic() + LINGER_SECONDS
        while len(items) < ITEMS_PER_MESSAGE:
            try:
                item = self._outbox.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if item is None:
                break
            items.append(item)
        return items


def _checked(message: Response | VectrayClientError | LostConnection) -> Response:
    if isinstance(message, Response):
        return message
    raise message
