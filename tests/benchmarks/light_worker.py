"""A worker without a model: every vector is the same, and work takes as long as it is told to.

    python -m tests.benchmarks.light_worker [--dimensions 384] [--microseconds-per-byte 0]

Speaks with the supervisor exactly as the real one does.
"""

import argparse
import struct
import time
from collections.abc import Sequence

from vectrayd.domain.embedding import Embedding, Outcome, Tokens
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.serving import serve


class Constant:
    """Gives every text the first unit vector, in float32 whatever is asked for."""

    def __init__(self, *, dimensions: int, seconds_per_byte: float) -> None:
        self._seconds_per_byte = seconds_per_byte
        vector = struct.pack(f"<{dimensions}f", 1.0, *[0.0] * (dimensions - 1))
        self._embedding = Embedding(vector, tokens_used=8, tokens_total=8)
        self.facts = facts(dimensions)

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Take the time, then answer."""
        del options
        if self._seconds_per_byte:
            time.sleep(self._seconds_per_byte * sum(len(text.encode()) for text in texts))
        return [self._embedding] * len(texts)

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """No tokens."""
        return [Tokens(ids=b"", offsets=b"")] * len(texts)


def facts(dimensions: int) -> ModelFacts:
    """What a worker without a model says of it."""
    return ModelFacts(
        fingerprint="0" * 64,
        dimensions=dimensions,
        max_tokens=512,
        prompts={},
        device="cpu",
        precision="float32",
        fallback_reason="",
        tokenizer_file="",
    )


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this worker."""
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--microseconds-per-byte", type=float, default=0.0)


def main() -> None:
    """Work until the supervisor hangs up."""
    parser = argparse.ArgumentParser()
    add_flags(parser)
    flags = parser.parse_args()
    model = Constant(dimensions=flags.dimensions, seconds_per_byte=flags.microseconds_per_byte / 1e6)
    serve(lambda _: model)


if __name__ == "__main__":
    main()
