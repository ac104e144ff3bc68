"""A real worker process whose model is a checksum, with faults to order. Up in a tenth of a second.

Told what to do by its command line, so that a test can start it as the fleet starts any worker.
"""

import argparse
import os
import sys
import threading
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

from vectrayd.domain.embedding import Embedding, Outcome, Tokens
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.messages import Load
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.serving import serve


def command(**options: object) -> list[str]:
    """Return the command that starts such a worker, `text_seconds=1` for `--text-seconds 1`."""
    flags = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    return [sys.executable, "-P", __file__, *flags]


class Panic(BaseException):
    """What a library in Rust raises when it fails: no `Exception`."""


class LightModel:
    """Equal texts, equal vectors: four bytes each."""

    def __init__(self, *, device: str, text_seconds: float) -> None:
        self._text_seconds = text_seconds
        self.facts = ModelFacts(
            fingerprint="1" * 64,
            dimensions=1,
            max_tokens=512,
            prompts={},
            device=device,
            precision="float32",
            fallback_reason="",
            tokenizer_file="",
        )

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return each text's checksum."""
        del options
        time.sleep(self._text_seconds * len(texts))
        if "panic" in texts:
            raise Panic("panic")
        if "unspeakable" in texts:
            return [Embedding(threading.Lock(), 1, 1) for _ in texts]  # type: ignore[arg-type]  # the fault
        return [Embedding(zlib.crc32(text.encode()).to_bytes(4, "little"), 1, 1) for text in texts]

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return no tokens."""
        if "panic" in texts:
            raise Panic("panic")
        return [Tokens(ids=b"", offsets=b"") for _ in texts]


def main() -> None:
    """Load as slowly or badly as told, then serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--load-seconds", type=float, default=0.0)
    parser.add_argument("--text-seconds", type=float, default=0.0)
    parser.add_argument("--dies-loading", type=int, default=0, help="number of the signal")
    parser.add_argument("--unless", type=Path, default=Path("/nowhere"), help="file that heals it")
    told = parser.parse_args()

    def load(order: Load) -> LightModel:
        del order
        time.sleep(told.load_seconds)
        if told.dies_loading and not told.unless.exists():
            os.kill(os.getpid(), told.dies_loading)
        return LightModel(device=told.device, text_seconds=told.text_seconds)

    serve(load)


if __name__ == "__main__":
    main()
