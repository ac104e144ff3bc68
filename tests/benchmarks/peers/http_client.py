"""The least that speaks HTTP: one connection, one request after another. A full client would cost the peers a millisecond each."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Sequence

import numpy as np
from numpy.typing import NDArray


class Connection:
    """An open connection to a server's `/embeddings`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the texts' vectors, float32 (n, dimensions).

        Raises:
            SystemExit: the server answers with an error.

        """
        body = json.dumps({"model": "model", "input": list(texts), "encoding_format": "base64"}).encode()
        head = f"POST /embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        status, headers = await self._head()
        answer = await self._reader.readexactly(int(headers["content-length"]))
        if status != 200:
            raise SystemExit(f"HTTP {status}: {answer[:200]!r}")
        data = json.loads(answer)["data"]
        return np.stack([np.frombuffer(base64.b64decode(one["embedding"]), "<f4") for one in data])

    async def _head(self) -> tuple[int, dict[str, str]]:
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        return int(first.split()[1]), headers


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[Connection]:
    """Connect to the server at `port` of the loopback."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=64 * 1024 * 1024)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
