"""A worker that fails in the way that a text asks for.

    python -m tests.benchmarks.faulty_worker --marks FOLDER

A text is `KIND NUMBER` and anything after that. When one of a faulty kind is met for the first time, an empty file named NUMBER
appears in the folder of marks.
"""

import argparse
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tests.light_worker import facts

from vectrayd.domain.embedding import Embedding, Outcome, Tokens
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.output import Packed, pack
from vectrayd.runtime.serving import serve

DIMENSIONS = 8
TO_BE_KILLED = "to-be-killed"
"""Ending of the marks of workers that wait for somebody else to kill them; the file holds the process id."""
_TEXT_SECONDS = 0.001
_FOR_EVER_SECONDS = 3600.0
_NO_SUCH_MEMORY = 1 << 60


class Faulty:
    """Gives every text the same vector, unless it meets a fault first."""

    def __init__(self, marks: Path) -> None:
        self._marks = marks
        self.facts = facts(dimensions=DIMENSIONS)

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Meet the texts one after another."""
        rows = np.ones((len(texts), DIMENSIONS), np.float32)
        for place, text in enumerate(texts):
            time.sleep(_TEXT_SECONDS)
            kind, number, *_ = text.split()
            if kind != "well":
                self._meet(kind, is_first=self._mark(number), is_alone=len(texts) == 1, row=rows[place])
        return [
            Embedding(one.data, tokens_used=1, tokens_total=1) if isinstance(one, Packed) else one
            for one in pack(rows, options)
        ]

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """No tokens."""
        return [Tokens(ids=b"", offsets=b"")] * len(texts)

    def _mark(self, number: str) -> bool:
        try:
            (self._marks / number).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def _meet(self, kind: str, *, is_first: bool, is_alone: bool, row: np.ndarray) -> None:
        match kind:
            case "exception":
                raise RuntimeError("as ordered")
            case "memory" if not is_alone:  # what does not fit as a whole fits in parts
                bytearray(_NO_SUCH_MEMORY)
            case "nan":
                row[0] = np.nan
            case "died" if is_first:
                os.kill(os.getpid(), signal.SIGKILL)
            case "poison":
                os.kill(os.getpid(), signal.SIGKILL)
            case "killed" if is_first:
                (self._marks / f"{time.monotonic_ns()}.{TO_BE_KILLED}").write_text(str(os.getpid()))
                time.sleep(_FOR_EVER_SECONDS)
            case "hang" if is_first:
                time.sleep(_FOR_EVER_SECONDS)


def main() -> None:
    """Work until the supervisor hangs up, or worse."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--marks", type=Path, required=True)
    model = Faulty(parser.parse_args().marks)
    serve(lambda _: model)


if __name__ == "__main__":
    main()
