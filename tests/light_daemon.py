"""The real daemon without a heavy model: supervisor, queues, sockets and worker processes as they are, only the model is a checksum.

    python -m tests.light_daemon --socket HOME/run/vectrayd.sock [--dimensions 384] [--text-seconds 0]

`HOME` is what `VECTRAY_HOME` would be. Every name of the catalogue is this model. Ready in a second; needs no torch.
"""

import argparse
import contextlib
import os
import struct
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from subprocess import DEVNULL, Popen

import numpy as np

from vectray.places import Places, find_places
from vectray_client.sdk.rendezvous import is_listening
from vectrayd.__main__ import main as vectrayd
from vectrayd.domain.embedding import Embedding, Outcome, Tokens
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.messages import Order
from vectrayd.domain.options import EncodeOptions
from vectrayd.models.catalogue import read_catalogue
from vectrayd.runtime.serving import serve

DIMENSIONS = 384
_START_SECONDS = 30.0
_EXACT = 1 << 24
"""Below it float32 holds every whole number."""


def light_vector(text: str, dimensions: int = DIMENSIONS) -> np.ndarray:
    """Return the model's vector, float32 (dimensions,): a checksum of the text, then halves."""
    return np.frombuffer(_head(text) + _tail(dimensions), "<f4")


def command(home: Path, *, dimensions: int = DIMENSIONS, text_seconds: float = 0.0) -> list[str]:
    """Return the command that starts the daemon of `home`; each text takes the model `text_seconds`."""
    socket = str(places(home).daemon_socket)
    program = [sys.executable, "-P", __file__, "--socket", socket]
    return [*program, "--dimensions", str(dimensions), "--text-seconds", str(text_seconds)]


def places(home: Path) -> Places:
    """Return where the daemon of `home` is found."""
    return find_places({"VECTRAY_HOME": str(home)})


@contextlib.contextmanager
def running(home: Path, *, dimensions: int = DIMENSIONS, text_seconds: float = 0.0) -> Iterator[Popen[bytes]]:
    """Run the daemon of `home`; it listens once the block begins."""
    begun = command(home, dimensions=dimensions, text_seconds=text_seconds)
    socket = places(home).daemon_socket
    with Popen(begun, stderr=DEVNULL) as process:
        try:
            until = time.monotonic() + _START_SECONDS
            while not is_listening(socket):
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("the light daemon did not start")
                time.sleep(0.02)
            yield process
        finally:
            process.terminate()


def _head(text: str) -> bytes:
    return struct.pack("<f", zlib.crc32(text.encode()) % _EXACT)


def _tail(dimensions: int) -> bytes:
    return np.full(dimensions - 1, 0.5, "<f4").tobytes()


class LightModel:
    """As quick as Python can be, or slower. One token is one character; options make no difference."""

    def __init__(self, *, dimensions: int, text_seconds: float) -> None:
        self._tail = _tail(dimensions)
        self._text_seconds = text_seconds
        self.facts = ModelFacts(
            fingerprint=f"{dimensions:064x}",
            dimensions=dimensions,
            max_tokens=512,
            prompts={"query": "query: "},
            device="none",
            precision="float32",
            fallback_reason="",
            tokenizer_file=__file__,  # any file: nobody here reads it as one
        )

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return each text's checksum as a vector."""
        del options
        if self._text_seconds:
            time.sleep(self._text_seconds * len(texts))
        return [Embedding(_head(text) + self._tail, len(text), len(text)) for text in texts]

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return each text's code points as tokens."""
        return [_tokens(text) for text in texts]

    def spell(self, ids: Sequence[Sequence[int]]) -> list[str | None]:
        """Return the text of the code points."""
        return ["".join(map(chr, some)) for some in ids]


def _tokens(text: str) -> Tokens:
    starts = np.arange(len(text), dtype="<u4")
    return Tokens(ids=text.encode("utf-32-le"), offsets=np.stack([starts, starts + 1], axis=1).tobytes())


_MODULES = '[{"type": "sentence_transformers.models.Pooling", "path": ""}]'
"""What the daemon knows a model's folder by; a module without weights."""


def _supervise(socket: Path, flags: Sequence[str]) -> int:
    home = socket.absolute().parent.parent
    own = places(home)
    if own.daemon_socket != socket.absolute():
        sys.exit("the socket is HOME/run/vectrayd.sock")
    for name in read_catalogue().entries:
        folder = own.models / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "modules.json").write_text(_MODULES, "ascii")
        (folder / "tokenizer.json").write_text("{}", "ascii")
    os.environ["VECTRAY_HOME"] = str(home)
    return vectrayd([], worker_command=(sys.executable, "-P", __file__, "--worker", *flags))


def main() -> int:
    """Run the daemon, or one of its workers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--socket", type=Path)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    parser.add_argument("--text-seconds", type=float, default=0.0)
    arguments = parser.parse_args()

    def load(order: Order) -> LightModel:
        del order
        return LightModel(dimensions=arguments.dimensions, text_seconds=arguments.text_seconds)

    if arguments.worker:
        serve(load)
        return 0
    if arguments.socket is None:
        parser.error("--socket is missing")
    flags = ["--dimensions", str(arguments.dimensions), "--text-seconds", str(arguments.text_seconds)]
    return _supervise(arguments.socket, flags)


if __name__ == "__main__":
    sys.exit(main())
