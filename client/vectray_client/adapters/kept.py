"""A connection that is opened when it is first needed, and again where it was lost; copies and pickles begin without one."""

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from vectray_client.sdk.errors import AgentUnavailable, DaemonUnavailable


class Closable(Protocol):
    """What `connect` and `index` return."""

    def close(self) -> None:
        """Close the connection."""


Connection = TypeVar("Connection", bound=Closable)
Answer = TypeVar("Answer")


class Kept(Generic[Connection]):
    """May be used from any thread. What is asked over it may be asked twice."""

    def __init__(self, open_: Callable[[], Connection]) -> None:
        """`open_` can be pickled."""
        self._open = open_
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def __reduce__(self) -> "tuple[type[Kept[Connection]], tuple[Callable[[], Connection]]]":
        return type(self), (self._open,)

    def ask(self, question: Callable[[Connection], Answer]) -> Answer:
        """Ask something, once more if the program that answers has ended since the last time.

        Raises:
            VectrayClientError: what the question raises.

        """
        connection = self._opened()
        try:
            return question(connection)
        except (AgentUnavailable, DaemonUnavailable):
            self._drop(connection)
            return question(self._opened())

    def close(self) -> None:
        """Close the connection; it is opened again when it is needed."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _opened(self) -> Connection:
        with self._lock:
            if self._connection is None:
                self._connection = self._open()
            return self._connection

    def _drop(self, connection: Connection) -> None:
        with self._lock:
            if self._connection is connection:
                self._connection = None
        connection.close()
