"""A small model hub on this machine: the few routes of huggingface.co that a pull uses, with its faults on demand."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"
POOLING = "1_Pooling/config.json"


def model_files(weights: bytes = b"weights" * 1000) -> dict[str, bytes]:
    """Return the files of a repository: a model, and what must not be fetched with it."""
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    return {
        "modules.json": json.dumps(modules).encode(),
        "config.json": b'{"model_type": "bert", "max_position_embeddings": 512}',
        "tokenizer.json": b"{}",
        POOLING: b'{"word_embedding_dimension": 8, "pooling_mode_mean_tokens": true}',
        "model.safetensors": weights,
        "README.md": b"a model card",
        "pytorch_model.bin": b"pickle",
        "modeling_own.py": b"raise SystemExit",
        "onnx/model.onnx": b"another format",
        "onnx/config.json": b"{}",
        ".gitattributes": b"",
    }


def reranker_files(weights: bytes = b"weights" * 1000) -> dict[str, bytes]:
    """Return the files of a repository that transformers saved a reranker to: without a list of modules."""
    settings = {
        "model_type": "xlm-roberta",
        "architectures": ["XLMRobertaForSequenceClassification"],
        "id2label": {"0": "LABEL_0"},
        "max_position_embeddings": 514,
    }
    return {
        "config.json": json.dumps(settings).encode(),
        "tokenizer.json": b"{}",
        "tokenizer_config.json": b'{"model_max_length": 512}',
        "model.safetensors": weights,
    }


@dataclass
class HubServer:
    """A hub with one repository, and what it was asked."""

    files: dict[str, bytes]
    repository: str = "org/tiny"
    endpoint: str = ""
    cuts: dict[str, list[int]] = field(default_factory=dict)
    """By path: after how many bytes the connection breaks, once for each number."""
    statuses: dict[str, list[int]] = field(default_factory=dict)
    """By path: HTTP statuses to answer with before all goes well. The listing's path is empty."""
    garbled: set[str] = field(default_factory=set)
    """Paths whose content is damaged on the way."""
    holds: Event | None = None
    """Files that break off wait for it instead of breaking."""
    token: str = ""
    """Asked for if it is set."""
    redirects: bool = False
    """Files are kept at another host."""
    tokens_elsewhere: list[str | None] = field(default_factory=list)
    """The Authorization of each request there."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Path and Range of every request for a file."""

    def listing(self) -> dict[str, Any]:
        """What `/api/models/...` answers. Files of more than 100 bytes are large ones."""
        return {
            "sha": REVISION,
            "config": json.loads(self.files.get("config.json", b"{}")),
            "siblings": [_sibling(path, content) for path, content in self.files.items()],
        }


def _sibling(path: str, content: bytes) -> dict[str, Any]:
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    entry: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": blob}
    if len(content) > 100:
        entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return entry


@contextmanager
def hub_server(files: Mapping[str, bytes], **faults: object) -> Iterator[HubServer]:
    """Serve a repository on a loopback port as long as the context lasts."""
    hub = HubServer(files=dict(files), **faults)  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(hub, self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        if hub.holds:
            hub.holds.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(hub: HubServer, handler: BaseHTTPRequestHandler) -> None:
    path = unquote(urlsplit(handler.path).path)
    resolve = f"/{hub.repository}/resolve/{REVISION}/"
    if path.startswith("/elsewhere/"):
        hub.tokens_elsewhere.append(handler.headers.get("Authorization"))
        _send_file(hub, handler, path.removeprefix("/elsewhere/"))
    elif hub.token and handler.headers.get("Authorization") != f"Bearer {hub.token}":
        _send(handler, 401, b"", {"X-Error-Code": "GatedRepo"})
    elif path == f"/api/models/{hub.repository}/revision/main":
        status = _next(hub.statuses, "") or 200
        _send(handler, status, json.dumps(hub.listing()).encode())
    elif path.startswith(resolve) and (name := path.removeprefix(resolve)) in hub.files:
        if hub.redirects:
            address = f"http://localhost:{handler.server.server_port}/elsewhere/{name}"  # type: ignore[attr-defined]
            _send(handler, 302, b"", {"Location": address})
            return
        _send_file(hub, handler, name)
    else:
        _send(handler, 404, b"")


def _send_file(hub: HubServer, handler: BaseHTTPRequestHandler, name: str) -> None:
    asked = handler.headers.get("Range", "")
    hub.requests.append((name, asked))
    if status := _next(hub.statuses, name):
        _send(handler, status, b"")
        return
    content = hub.files[name]
    if name in hub.garbled:
        content = bytes(len(content))
    begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
    content = content[begin:]
    cut = _next(hub.cuts, name)
    _send(
        handler,
        206 if asked else 200,
        content,
        {"ETag": '"x"', "X-Repo-Commit": REVISION},
        cut=cut,
        holds=hub.holds,
    )


def _next(queues: dict[str, list[int]], name: str) -> int | None:
    queue = queues.get(name)
    return queue.pop(0) if queue else None


def _send(
    handler: BaseHTTPRequestHandler,
    status: int,
    content: bytes,
    headers: Mapping[str, str] | None = None,
    *,
    cut: int | None = None,
    holds: Event | None = None,
) -> None:
    handler.send_response(status)
    for header, value in (headers or {}).items():
        handler.send_header(header, value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content if cut is None else content[:cut])
    handler.wfile.flush()
    if cut is not None:
        if holds:
            holds.wait(30)
        handler.close_connection = True
