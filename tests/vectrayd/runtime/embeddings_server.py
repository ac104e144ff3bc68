"""A provider of embeddings on this machine, with its limits and its faults on demand."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import numpy as np

KEY = "sk-secret"
_LONGEST_TOKENS = 20
"""The server's tokens are words."""


@dataclass
class EmbeddingsServer:
    """What it answers, and what it was asked."""

    base_url: str = ""
    knows_base64: bool = True
    answers: list[tuple[int, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    """Status, headers and body to answer with before all goes well; status 0 breaks the connection."""
    vector: list[float] | None = None
    """Answered for every text instead of its own."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0


def vector_of(text: str, dimensions: int) -> list[float]:
    """Return the server's vector: no unit, different for different texts."""
    return [float(len(text)) + 1, *([3.0] * (dimensions - 1))]


@contextmanager
def embeddings_server() -> Iterator[EmbeddingsServer]:
    """Serve `/v1/embeddings` on a loopback port as long as the context lasts."""
    state = EmbeddingsServer()
    one_at_a_time = Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with one_at_a_time:
                state.requests.append(body)
                planned = state.answers.pop(0) if state.answers else None
            if planned and not planned[0]:
                self.close_connection = True
                return
            authorised = self.headers.get("Authorization") == f"Bearer {KEY}"
            status, headers, answer = planned or _answer(state, body, authorised=authorised)
            data = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json"}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(
    state: EmbeddingsServer, body: dict[str, Any], *, authorised: bool
) -> tuple[int, dict[str, str], dict[str, Any]]:
    texts = body["input"]
    if not authorised:
        return (
            401,
            {},
            {"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}},
        )
    if any(len(text.split()) > _LONGEST_TOKENS for text in texts):
        return 400, {}, {"error": {"message": f"too long: {texts[0]}", "code": None}}
    data = []
    for index, text in reversed(list(enumerate(texts))):
        vector = state.vector or vector_of(text, body["dimensions"])
        as_base64 = state.knows_base64 and body.get("encoding_format") == "base64"
        embedding = base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode() if as_base64 else vector
        data.append({"object": "embedding", "index": index, "embedding": embedding})
    tokens = sum(len(text.split()) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return 200, {}, {"object": "list", "data": data, "model": body["model"], "usage": usage}
