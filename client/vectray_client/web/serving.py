"""The page's server as a thread: begun once, told of new visitors, ended with the agent."""

import asyncio
import contextlib
import threading
from concurrent.futures import Future
from urllib.parse import urlencode

from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.found import PageAddress
from vectray_client.web.app import App
from vectray_client.web.listener import bound_socket, serve_until
from vectray_client.web.models import Models
from vectray_client.web.routes import make_routes
from vectray_client.web.sessions import CODE_SECONDS, Sessions
from vectray_client.web.settings import Installation
from vectray_client.web.state_feed import StateFeed
from vectray_client.web.static_files import StaticFiles
from vectray_client.web.surveying import Surveying

_End = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class PageServer:
    """Serves the page on a port of the loopback until it is closed. Its methods may be called from any thread."""

    def __init__(self, installation: Installation, *, port: int = 0) -> None:
        """Begin, on `port` if it is free.

        Raises:
            CannotServe: there is no port.
            AgentUnavailable, AgentMismatch: the agent does not answer.

        """
        self._sessions = Sessions()
        self._listening = bound_socket(port)
        self.port: int = self._listening.getsockname()[1]
        begun: Future[_End] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(installation, begun)), name="page", daemon=True
        )
        self._thread.start()
        try:
            self._loop, self._told = begun.result()
        except BaseException:
            self._thread.join()
            raise

    @property
    def is_serving(self) -> bool:
        """Whether it goes on."""
        return self._thread.is_alive()

    def close(self) -> None:
        """End it; running requests get a second."""
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._told.set)
        self._thread.join()

    def address(self, query: str = "", view: str = "") -> PageAddress:
        """Return an address that opens the page once, and soon.

        Its fragment stays in the browser: `code=CODE`, and `q=QUERY` and `view=VIEW` as far as they are given.
        """
        given = {"q": query, "view": view}
        words = {"code": self._sessions.give_code(), **{name: word for name, word in given.items() if word}}
        return PageAddress(url=f"http://127.0.0.1:{self.port}/#{urlencode(words)}", seconds=CODE_SECONDS)

    async def _serve(self, installation: Installation, begun: "Future[_End]") -> None:
        told = asyncio.Event()
        try:
            async with AsyncAgent(installation.places) as agent:
                begun.set_result((asyncio.get_running_loop(), told))
                await self._answer(agent, installation, told)
        except BaseException as error:
            if begun.done():
                raise
            begun.set_exception(error)
        finally:
            self._listening.close()

    async def _answer(self, agent: AsyncAgent, installation: Installation, told: asyncio.Event) -> None:
        """Answer until told to end."""
        feed = StateFeed(agent, installation.places)
        models = Models(agent, installation.places, configured=installation.model)
        surveying = Surveying(agent)
        routes = make_routes(agent, feed, models, surveying, installation)
        app = App(
            routes, sessions=self._sessions, files=StaticFiles(), port=self.port, welcome=models.warm_up
        )
        ending = asyncio.create_task(_close_once(told, feed, surveying))
        await serve_until(told, app, listening=self._listening)
        await ending


async def _close_once(told: asyncio.Event, *streams: StateFeed | Surveying) -> None:
    """End the streams that would otherwise have to be cut."""
    await told.wait()
    for stream in streams:
        stream.close()
