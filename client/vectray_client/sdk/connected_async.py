"""What all calls of an asyncio program share: the twin of `Connected`."""

from types import TracebackType
from typing import Self

from vectray.places import Places
from vectray_client.sdk import channel, requests
from vectray_client.sdk.channel import PATIENT, Deadlines
from vectray_client.sdk.connection_async import AsyncConnection
from vectray_client.sdk.errors import DaemonUnavailable


class AsyncConnected:
    """A connection to vectrayd, bound to the event loop that enters it."""

    def __init__(
        self,
        places: Places,
        *,
        lane: requests.Lane = "normal",
        deadlines: Deadlines = PATIENT,
        client_name: str = "",
    ) -> None:
        self._places = places
        self._lane: requests.Lane = lane
        self._deadlines = deadlines
        self._client_name = client_name or channel.client_name()
        self._opened: AsyncConnection | None = None

    async def __aenter__(self) -> Self:
        self._opened = await AsyncConnection.open(self._places, self._deadlines)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        opened, self._opened = self._opened, None
        if opened:
            await opened.close()

    @property
    def _connection(self) -> AsyncConnection:
        if self._opened is None:
            raise DaemonUnavailable("The connection is closed.")
        return self._opened
