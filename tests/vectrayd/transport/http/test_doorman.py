import asyncio
import socket

import httpx
import pytest
from tests.vectrayd.transport.http.conftest import Notebook


async def test_who_may_come_in(client: httpx.AsyncClient) -> None:
    """The token, a name of this machine, and no web page: each by itself keeps a request out."""
    for headers, status in (
        ({}, 200),
        ({"authorization": ""}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"host": ""}, 421),
        ({"host": "localhost:1"}, 200),
        ({"host": "LOCALHOST"}, 200),
        ({"host": "[::1]:80"}, 200),
        ({"host": "desk.example:443"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"origin": "app://notes"}, 200),
    ):
        answer = await client.get("/v1/models", headers=headers)
        assert answer.status_code == status, headers
        assert not any(name.startswith("access-control") for name in answer.headers)


async def test_nothing_is_there_without_the_token(stranger: httpx.AsyncClient) -> None:
    """A stranger learns of no path whether it exists."""
    for path in ("/v1/models", "/v1/models/all-MiniLM-L6-v2", "/v1/embeddings", "/anything"):
        for method in ("GET", "POST", "OPTIONS", "HEAD", "PUT"):
            assert (await stranger.request(method, path)).status_code == 401, (method, path)


async def test_only_plain_json_is_read(client: httpx.AsyncClient) -> None:
    """What a form of a web page can send, and what may unfold to gigabytes, is not read."""
    for headers in (
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": ""},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ):
        answer = await client.post("/v1/embeddings", content=b'{"input": "a"}', headers=headers)
        assert answer.status_code == 415, headers


async def test_every_request_is_noted(client: httpx.AsyncClient, notebook: Notebook) -> None:
    """Refused ones too."""
    await client.get("/v1/models")
    await client.get("/v1/models", headers={"host": "evil.example"})
    assert notebook.calls == [("/v1/models", "200"), ("/v1/models", "421")]


async def test_junk_harms_nobody(client: httpx.AsyncClient) -> None:
    """Bytes that are no HTTP, endless heads and connections that say nothing leave the others served."""
    address = client.base_url.host, client.base_url.port or 0
    silent = [socket.create_connection(address) for _ in range(50)]
    for junk in (
        b"\x00\xff" * 2000,
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100_000,
        b"PRI * HTTP/2.0\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(junk)
        assert await reader.read(12) in (b"", b"HTTP/1.1 400", b"HTTP/1.1 421")
        writer.close()
    assert (await client.get("/v1/models")).status_code == 200
    for connection in silent:
        connection.close()


@pytest.mark.slow
@pytest.mark.timeout(60)
async def test_half_a_request_is_not_waited_for(client: httpx.AsyncClient) -> None:
    """Whoever begins a request and does not end its head is cut off, on a connection that served another one before too."""
    address = client.base_url.host, client.base_url.port or 0
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (await reader.read(1000)).startswith(b"HTTP/1.1 401")
    with pytest.raises(ConnectionError):
        await drip(writer, seconds=30)


async def test_nobody_takes_all_connections(client: httpx.AsyncClient) -> None:
    """More connections than are kept are closed at once, so that none of them takes a file from the workers; then all is well again."""
    address = client.base_url.host, client.base_url.port or 0
    held = [await asyncio.open_connection(*address) for _ in range(300)]
    async with asyncio.timeout(5):
        while sum(reader.at_eof() or reader.exception() is not None for reader, _ in held) < 300 - 256:
            await asyncio.sleep(0.05)
    for _, writer in held:
        writer.close()
    await asyncio.sleep(0.1)
    assert (await client.get("/v1/models")).status_code == 200


async def test_a_refused_sender_is_not_heard_out(stranger: httpx.AsyncClient) -> None:
    """A short body is read to its end, so that the answer arrives; an endless one is cut off."""
    address = stranger.base_url.host, stranger.base_url.port or 0
    head = b"POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    reader, writer = await asyncio.open_connection(*address)
    writer.write(head + b"Content-Length: 2\r\n\r\n")
    await asyncio.sleep(0.05)
    writer.write(b"{}")
    assert await reader.read(12) == b"HTTP/1.1 401"
    writer.close()
    reader, writer = await asyncio.open_connection(*address)
    writer.write(head + b"Transfer-Encoding: chunked\r\n\r\n")
    with pytest.raises(ConnectionError):
        await send_pieces(writer, 1000)


async def drip(writer: asyncio.StreamWriter, *, seconds: float) -> None:
    """Send the head of a request, a letter now and then."""
    for _ in range(round(seconds * 2)):
        writer.write(b"G")
        await writer.drain()
        await asyncio.sleep(0.5)


async def send_pieces(writer: asyncio.StreamWriter, count: int) -> None:
    """Send so many pieces of a body, 64 KiB each."""
    for _ in range(count):
        writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await writer.drain()
