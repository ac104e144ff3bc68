"""The application with a handler of the test's own, on a real port."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.responses import Response

from vectray_client.web.app import App, Handler
from vectray_client.web.asked import Asked
from vectray_client.web.listener import bound_socket, serve_until
from vectray_client.web.sessions import Sessions
from vectray_client.web.shown import Json
from vectray_client.web.static_files import StaticFiles


async def nothing() -> None:
    """No welcome."""


@contextlib.asynccontextmanager
async def served(handler: Handler, *, silence_seconds: float = 10.0) -> AsyncIterator[httpx.AsyncClient]:
    """Serve one handler at GET and POST /api/x, in this loop, to somebody with a token; who is silent for long is cut off."""
    sessions, told = Sessions(), asyncio.Event()
    token = sessions.enter(sessions.give_code())
    with bound_socket(0) as listening:
        port = listening.getsockname()[1]
        app = App(
            {("GET", "/api/x"): handler, ("POST", "/api/x"): handler},
            sessions=sessions,
            files=StaticFiles(),
            port=port,
            welcome=nothing,
            body_seconds=silence_seconds,
        )
        serving = asyncio.create_task(
            serve_until(told, app, listening=listening, silence_seconds=silence_seconds)
        )
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            yield client
        told.set()
        await serving


async def test_slow_senders_are_cut_off() -> None:
    """A head that is never whole, however steadily it comes, and a body that does not come: neither is waited for, token or not."""
    async with served(unasked, silence_seconds=0.3) as client:
        host = f"127.0.0.1:{client.base_url.port}"
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\n".encode())
        with pytest.raises(ConnectionError):
            await drip(writer, seconds=10)
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(
            f"POST /api/x HTTP/1.1\r\nHost: {host}\r\nAuthorization: {client.headers['authorization']}\r\n"
            "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{".encode()
        )
        assert (await reader.read()).startswith(b"HTTP/1.1 408")
        writer.close()


async def unasked(asked: Asked) -> Json:  # noqa: ARG001 - every handler takes what is asked
    """Answers nobody."""
    raise AssertionError


async def drip(writer: asyncio.StreamWriter, *, seconds: float) -> None:
    """Send the head of a request, a line now and then."""
    for _ in range(round(seconds * 20)):
        writer.write(b"a: b\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def test_what_nobody_thought_of_stays_inside(caplog: pytest.LogCaptureFixture) -> None:
    """An error's own words reach neither the page nor the log, which both get the same number."""

    async def failing(asked: Asked) -> Json:
        raise ValueError(f"secret {asked.text('q')}")

    with caplog.at_level(logging.DEBUG):
        async with served(failing) as client:
            answer = await client.get("/api/x", params={"q": "words of a person"})
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    log = "".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("vectray", "uvicorn"))
    )
    number = answer.json()["error"].removeprefix("Internal error ").removesuffix(".")
    assert f"incident {number} in a request of the page: ValueError" in log
    for told in (answer.text, log):
        assert "secret" not in told
        assert "person" not in told


async def test_a_question_that_nobody_waits_for_is_dropped() -> None:
    """A page that hangs up, because more was typed, ends its question at once."""
    begun, dropped = asyncio.Event(), asyncio.Event()

    async def endless(asked: Asked) -> Response:  # noqa: ARG001 - every handler takes what is asked
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            dropped.set()
        raise AssertionError

    async with served(endless) as client:
        asking = asyncio.create_task(client.get("/api/x"))
        await begun.wait()
        asking.cancel()
        async with asyncio.timeout(5):
            await dropped.wait()
