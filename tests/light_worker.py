"""A real worker process whose model is a checksum, with faults to order. Up in a tenth of a second: needs neither torch nor numpy.

Told what to do by its command line, so that the fleet can start it as any other worker.
"""

import argparse
import math
import os
import struct
import sys
import threading
import time
import zlib
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

from vectrayd.domain.embedding import Embedding, Outcome, Tokens
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.kinds import ModelKind
from vectrayd.domain.messages import Load, Order
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.serving import serve

DIMENSIONS = 384
_EXACT = 1 << 24
"""Below it float32 holds every whole number."""
_TOKENIZER = Path(__file__).with_name("light_tokenizer.json")
"""Every word and every Han character is a token."""


def command(**options: object) -> list[str]:
    """Return the command that starts such a worker, `text_seconds=1` for `--text-seconds=1`."""
    return [
        sys.executable,
        "-P",
        __file__,
        *(f"--{name.replace('_', '-')}={options[name]}" for name in options),
    ]


def light_vector(text: str, dimensions: int = DIMENSIONS) -> "array[float]":
    """Return the model's vector, float32 (dimensions,): a checksum of the text, then halves."""
    return array("f", _head(text) + _tail(dimensions))


def light_score(query: str, text: str) -> float:
    """Return the score of a reranker that is none: which part of the query's characters the text has."""
    return len(set(query) & set(text)) / len(set(query))


def facts(*, dimensions: int, device: str = "none", kind: ModelKind = ModelKind.EMBEDDING) -> ModelFacts:
    """Return what is known of a model that is none."""
    is_reranker = kind is ModelKind.RERANKER
    return ModelFacts(
        kind=kind,
        fingerprint=f"{dimensions:064x}",
        dimensions=0 if is_reranker else dimensions,
        max_tokens=512,
        prompts={"query": "query: "},
        device=device,
        precision="float32",
        fallback_reason="",
        tokenizer_file=str(_TOKENIZER),
    )


def unit_vector(text: str, dimensions: int = DIMENSIONS) -> "array[float]":
    """Return the model's vector, float32 (dimensions,), where vectors are to have length 1, as an index wants them: an angle."""
    angle = 2 * math.pi * (zlib.crc32(text.encode()) / 2**32)
    return array("f", [math.cos(angle), math.sin(angle), *[0.0] * (dimensions - 2)])


def _head(text: str) -> bytes:
    return struct.pack("<f", zlib.crc32(text.encode()) % _EXACT)


def _tail(dimensions: int) -> bytes:
    return struct.pack("<f", 0.5) * (dimensions - 1)


class Panic(BaseException):
    """What a library in Rust raises when it fails: no `Exception`."""


class LightModel:
    """As quick as Python can be, or slower; it fails at the texts "panic" and "unspeakable". One token is one character; options make no difference."""

    def __init__(
        self, facts: ModelFacts, *, text_seconds: float, is_unit: bool, journal: Path | None
    ) -> None:
        self.facts = facts
        self._journal = journal
        tail = _tail(facts.dimensions)
        self._vector: Callable[[str], bytes] = (
            (lambda text: unit_vector(text, facts.dimensions).tobytes())
            if is_unit
            else (lambda text: _head(text) + tail)
        )
        self._text_seconds = text_seconds

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return each text's checksum as a vector, or its score."""
        if self._text_seconds:
            time.sleep(self._text_seconds * len(texts))
        if self._journal:
            with self._journal.open("a", encoding="ascii") as journal:
                journal.write("".join(f"{zlib.crc32(text.encode()):08x}\n" for text in texts))
        if "panic" in texts:
            raise Panic
        if "unspeakable" in texts:
            return [Embedding(threading.Lock(), 1, 1) for _ in texts]  # type: ignore[arg-type]  # the fault
        if options.query is not None:
            scores = [struct.pack("<f", light_score(options.query, text)) for text in texts]
            return [Embedding(score, len(text), len(text)) for score, text in zip(scores, texts, strict=True)]
        return [Embedding(self._vector(text), len(text), len(text)) for text in texts]

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return each text's code points as tokens."""
        if "panic" in texts:
            raise Panic
        return [_tokens(text) for text in texts]

    def spell(self, ids: Sequence[Sequence[int]]) -> list[str | None]:
        """Return the text of the code points."""
        return ["".join(map(chr, some)) for some in ids]


def _tokens(text: str) -> Tokens:
    offsets = struct.pack(f"<{2 * len(text)}I", *(end for at in range(len(text)) for end in (at, at + 1)))
    return Tokens(ids=text.encode("utf-32-le"), offsets=offsets)


def _kind(order: Order) -> ModelKind:
    """What the model is for, by the name of its folder."""
    is_reranker = isinstance(order, Load) and "reranker" in Path(order.folder).name
    return ModelKind.RERANKER if is_reranker else ModelKind.EMBEDDING


def main() -> None:
    """Load as slowly or badly as told, then serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    parser.add_argument("--device", default="none")
    parser.add_argument("--load-seconds", type=float, default=0.0)
    parser.add_argument("--text-seconds", type=float, default=0.0)
    parser.add_argument("--dies-loading", type=int, default=0, help="number of the signal")
    parser.add_argument("--unit", type=int, default=0, help="1 for vectors of length 1")
    parser.add_argument(
        "--journal", type=Path, help="file that gets the checksum of every text it is given, a line each"
    )
    parser.add_argument("--unless", type=Path, default=Path("/nowhere"), help="file that heals it")
    told = parser.parse_args()

    def load(order: Order) -> LightModel:
        time.sleep(told.load_seconds)
        if told.dies_loading and not told.unless.exists():
            os.kill(os.getpid(), told.dies_loading)
        return LightModel(
            facts(dimensions=told.dimensions, device=told.device, kind=_kind(order)),
            text_seconds=told.text_seconds,
            is_unit=told.unit,
            journal=told.journal,
        )

    serve(load)


if __name__ == "__main__":
    main()
