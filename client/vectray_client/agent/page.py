"""The local page, as the agent hosts it: nothing of it is imported or runs before somebody wants to see it."""

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from vectray_client.agent.asked import Unanswerable
from vectray_client.domain import Fault
from vectray_client.sdk.found import PageAddress
from vectray_client.web.settings import Installation

if TYPE_CHECKING:
    from vectray_client.web.serving import PageServer

_MOST_QUERY_CHARACTERS = 2_000
"""An address holds no more for sure."""
VIEWS = ("search", "map", "folders", "add", "problems", "models", "settings", "diagnostics", "welcome")
"""That the page can be opened at, as the contract names them."""


class Page:
    """The page of one agent. May be called from several threads."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._port_file = installation.places.runtime / "page.port"
        self._lock = threading.Lock()
        self._server: PageServer | None = None
        self._is_closed = False

    def open(self, query: str, view: str = "") -> PageAddress:
        """Return an address that opens the page once, at one of `VIEWS`, which is served from now on.

        Raises:
            Unanswerable: the query is too long for an address, or there is no such view.
            Fault: it cannot be served, or the agent is about to end.

        """
        if len(query) > _MOST_QUERY_CHARACTERS:
            raise Unanswerable(f"A page opens with a query of {_MOST_QUERY_CHARACTERS} characters at most.")
        if view and view not in VIEWS:
            raise Unanswerable(f"The page has no view {view[:40]!r}; it has {', '.join(VIEWS)}.")
        with self._lock:
            if self._is_closed:
                raise Fault("The agent is about to end.")
            if self._server is None or not self._server.is_serving:
                self._server = self._begin()
            return self._server.address(query, view)

    def close(self) -> None:
        """End it, if it was ever opened."""
        with self._lock:
            self._is_closed = True
            if self._server:
                self._server.close()

    def _begin(self) -> "PageServer":
        from vectray_client.web.serving import PageServer  # noqa: PLC0415 - a server that most runs of the agent never need

        server = PageServer(self._installation, port=_port_in(self._port_file))
        _remember(server.port, self._port_file)
        return server


def _port_in(file: Path) -> int:
    """The port of the agent before this one, 0 if it had none: a page that is still open finds this one there."""
    try:
        return int(file.read_text("ascii"))
    except (OSError, ValueError):
        return 0


def _remember(port: int, file: Path) -> None:
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "w", encoding="ascii") as stream:
        stream.write(str(port))
