"""Secrets in everything that can be said to the daemon, and a search for them in everything that it writes down or answers with."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import grpc.aio
import httpx
import pytest
from google.protobuf.message_factory import GetMessageClass
from tests import light_daemon
from tests.end_to_end.canaries import Canaries
from tests.vectrayd.transport.calls import CALLS

from vectray.places import Places
from vectrayd.transport.limits import MOST_TEXT_BYTES

PROVIDER_KEY = f"sk-{secrets.token_hex(8)}"
pytestmark = pytest.mark.timeout(90)


@dataclass(frozen=True)
class Watched:
    """A running daemon, and where what it writes down is found."""

    places: Places
    metrics: str
    log: Path

    @property
    def token(self) -> str:
        """What its TCP doors ask for."""
        return self.places.daemon_token.read_text("ascii").strip()

    def written(self) -> str:
        """Everything that it has written, shown or left behind."""
        shown = httpx.get(f"http://{self.metrics}/metrics").text
        files = (self.log, *self.places.runtime.iterdir(), *self.places.config.iterdir())
        return shown + "".join(file.read_text("utf-8", "replace") for file in files if file.is_file())


@contextlib.contextmanager
def watched(home: Path) -> Iterator[Watched]:
    """A daemon with every door open and its log at its most talkative."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        metrics = f"127.0.0.1:{probe.getsockname()[1]}"
    settings = {
        "VECTRAYD_LISTEN": "127.0.0.1:0",
        "VECTRAYD_HTTP": "127.0.0.1:0",
        "VECTRAYD_METRICS": metrics,
        "VECTRAYD_REFLECTION": "yes",
        "VECTRAYD_LOG_LEVEL": "debug",
        "VECTRAYD_LOG_FORMAT": "json",
        "OPENAI_API_KEY": PROVIDER_KEY,
    }
    log = home / "said.log"
    with log.open("wb") as said:
        daemon = subprocess.Popen(
            light_daemon.command(home), env=os.environ | settings, stdout=said, stderr=said
        )
    try:
        until = time.monotonic() + 30
        while b"showing metrics" not in log.read_bytes() and time.monotonic() < until:
            time.sleep(0.05)
        yield Watched(light_daemon.places(home), metrics, log)
    finally:
        daemon.terminate()
        daemon.wait(20)


async def ask_by_grpc(channel: grpc.aio.Channel, canaries: Canaries, token: str) -> str:
    """Make every call with canaries in every field and header, in several ways; return all that the errors say."""
    told = ""
    metadata = [("authorization", token), ("x-note", canaries.header), ("user-agent-note", canaries.header)]
    for call in CALLS:
        for turn in range(4):
            for is_named in (False, True):
                message = GetMessageClass(call.method.input_type)()
                canaries.fill(message, turn=turn, is_named=is_named)
                status = await call.end(channel, message.SerializeToString(), metadata=metadata)
                told += f"{status}\n"
        damaged = b"\xff" + canaries.text.encode()
        told += f"{await call.end(channel, damaged, metadata=metadata)}\n"
    return told


def ask_by_http(address: str, canaries: Canaries, token: str) -> str:
    """Send requests of all kinds, most of them wrong; return what the errors say."""
    text, name = canaries.text, canaries.name
    bodies: list[bytes] = [
        json.dumps(fields).encode()
        for fields in (
            {"input": text},
            {"input": [text, text * (MOST_TEXT_BYTES // 8)]},
            {"input": text * 100, "user": name},
            {"input": text, "model": name},
            {"input": text, "user": name, "prompt_name": name},
            {"input": text, "dimensions": text},
            {"input": text, "encoding_format": text},
            {"input": {"text": text}},
            {"input": text, text: text},
        )
    ]
    bodies += [text.encode(), b'{"input": "' + text.encode()]
    headers = {"x-note": canaries.header, "x-vectray-lane": canaries.header}
    told = ""
    with httpx.Client(base_url=f"http://{address}", headers={"authorization": token}) as client:
        for body in bodies:
            for extra in ({}, headers, {"host": canaries.header}, {"origin": canaries.header}):
                kind = {"content-type": "application/json"}
                answer = client.post("/v1/embeddings", content=body, headers=kind | extra)
                told += "" if answer.is_success else answer.text
        for path in (f"/{name}", f"/v1/models/{name}", f"/v1/models?q={canaries.header}"):
            told += client.get(path).text
    return told


async def test_no_canary_is_heard(tmp_path: Path) -> None:
    """Texts, names, headers and tokens show up in no log line, metric or file, whatever becomes of the call; texts and headers in no
    error either.
    """
    canaries = Canaries()
    with watched(tmp_path) as daemon:
        right, wrong = f"Bearer {daemon.token}", f"Bearer {canaries.header}"
        told = ""
        for target in (
            f"unix:{daemon.places.daemon_socket}",
            daemon.places.daemon_address.read_text().strip(),
        ):
            async with grpc.aio.insecure_channel(target) as channel:
                for token in (right, wrong):
                    told += await ask_by_grpc(channel, canaries, token)
        for token in (right, wrong):
            told += ask_by_http(daemon.places.daemon_http_address.read_text().strip(), canaries, token)
        written = daemon.written()
        own_token = daemon.token
    log = daemon.log.read_text("utf-8")
    assert len(told.splitlines()) > 400
    assert [canary for canary in canaries.untold if canary in told] == []
    assert [canary for canary in canaries.unwritten if canary in written or canary in log] == []
    assert own_token not in told + log
    assert PROVIDER_KEY not in told + log + written
    assert written.count(own_token) == 1  # in its own file
    wrong_lines = [
        line for line in log.splitlines() if json.loads(line)["level"] not in {"debug", "info", "warning"}
    ]
    assert wrong_lines == []
