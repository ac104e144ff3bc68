"""What all calls of a program share: the connection, who asks, and how long the daemon may take."""

from types import TracebackType
from typing import Self

from vectray.places import Places
from vectray_client.sdk import channel, requests
from vectray_client.sdk.channel import PATIENT, Deadlines
from vectray_client.sdk.connection import Connection


class Connected:
    """A connection to vectrayd, closed at the end of its block. May be used from several threads."""

    def __init__(
        self,
        places: Places,
        *,
        lane: requests.Lane = "normal",
        deadlines: Deadlines = PATIENT,
        client_name: str = "",
    ) -> None:
        self._lane: requests.Lane = lane
        self._deadlines = deadlines
        self._client_name = client_name or channel.client_name()
        self._connection = Connection(places, deadlines)

    def close(self) -> None:
        """Close the connection. The daemon goes on."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
