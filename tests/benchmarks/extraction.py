"""How much of documents comes out, and how long it takes.

    python -m tests.benchmarks.extraction FOLDER [--rounds 3]

FOLDER holds documents and a `truth.json` beside them: by file name without suffix, lists of the sentences (`sent`), headings
(`head`) and cells (`cells`) that the document holds, in reading order. Printed for each file: the share of its sentences that are
found whole (white space aside), whether these are in order, the share of its headings that are marked as headings, and of its
cells; and the processor's milliseconds, the best of the rounds.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.figures import row

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.extract import EXTRACTORS
from vectray_client.read.filetypes import file_type_of


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    truths = json.loads((arguments.folder / "truth.json").read_text("utf-8"))
    print(row("file", "sentences", "in order", "headings", "cells", "ms"))
    print(row(*["---"] * 6))
    for path in sorted(arguments.folder.iterdir(), key=lambda path: (path.suffix, path.stem)):
        if path.stem in truths and file_type_of(path.name):
            extracted, milliseconds = _measured(path, arguments.rounds)
            print(row(path.name, *_shares(extracted, truths[path.stem]), f"{milliseconds:.1f}"))


def _measured(path: Path, rounds: int) -> tuple[Extracted | Refusal, float]:
    file_type = file_type_of(path.name)
    assert file_type is not None
    content = path.read_bytes()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        extracted = EXTRACTORS[file_type](content)
        times.append(time.process_time() - start)
    return extracted, min(times) * 1_000


def _shares(extracted: Extracted | Refusal, truth: dict[str, Sequence[str]]) -> tuple[str, ...]:
    if isinstance(extracted, Refusal):
        return (extracted.reason, "", "", "")
    flat = _squeezed(extracted.text)
    places = [flat.find(_squeezed(sentence)) for sentence in truth["sent"]]
    found = [place for place in places if place >= 0]
    marked = {
        _squeezed(extracted.text[block.start : block.end]).lstrip("#")
        for block in extracted.blocks
        if block.heading_level
    }
    return (
        _share(len(found), places),
        "yes" if found == sorted(found) else "no",
        _share(sum(_squeezed(heading) in marked for heading in truth["head"]), truth["head"]),
        _share(sum(_squeezed(cell) in flat for cell in truth["cells"]), truth["cells"]),
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _share(part: int, whole: Sequence[object]) -> str:
    return f"{part / len(whole):.3f}" if whole else "-"


if __name__ == "__main__":
    main()
