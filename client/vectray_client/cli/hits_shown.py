"""Found documents as a person reads them in a terminal."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from vectray_client.cli.elided import elided
from vectray_client.cli.terminal import printable, screen
from vectray_client.domain import Chunk, Excerpt, FileType, FoundPassage, Highlight, Hit, Leg
from vectray_client.opening.places import place_of

_INDENT = 3
_MOST_COPIES = 3
_STYLES = {Leg.WORDS: "bold yellow", Leg.MEANING: "underline"}
"""Told apart without colour, too."""


def show_hits(hits: Sequence[Hit]) -> None:
    """Print the documents, best first, each with its number. Where no terminal is, paths are whole and no line is broken."""
    console = screen()
    for number, hit in enumerate(hits, start=1):
        console.print(_heading(hit, number, console))
        for line in _lines(hit):
            console.print(
                Padding(line, (0, 0, 0, _INDENT)) if console.is_terminal else Text(" " * _INDENT) + line
            )
        console.print()


def _heading(hit: Hit, number: int, console: Console) -> Text:
    folder, name = os.path.split(hit.path)
    shown = Text.assemble(
        marked(name, hit.name_highlights, style="bold"), _place(hit.best.chunk, hit.file_type)
    )
    before = f"{number}. "
    if console.is_terminal:
        room = console.width - cell_len(before) - shown.cell_len - len(os.sep)
        folder = elided(printable(folder), most_columns=max(room, 1))
        shown.stylize(f"link {Path(hit.path).as_uri()}")
    return Text.assemble((before, "dim"), (printable(os.path.join(folder, "")), "dim"), shown)  # noqa: PTH118 - paths are strings here


def _lines(hit: Hit) -> Iterator[Text]:
    if heading := hit.best.chunk.heading or hit.title:
        yield Text(printable(heading), "cyan")
    yield _shown(hit.best)
    for found in hit.more:
        yield Text.assemble(_place(found.chunk, hit.file_type).removeprefix(":").strip(), "  ", _shown(found))
    yield Text("  ".join(filter(None, (hit.why, _scores(hit), _day(hit)))), "dim")
    if hit.copies:
        others = len(hit.copies) - _MOST_COPIES
        more = f" and {others} more" if others > 0 else ""
        yield Text(f"also {printable(', '.join(hit.copies[:_MOST_COPIES]))}{more}", "dim")


def _shown(found: FoundPassage) -> Text:
    excerpt = found.excerpt or Excerpt(text=" ".join(found.chunk.text.split()))
    return marked(excerpt.text, excerpt.highlights)


def marked(text: str, highlights: Sequence[Highlight], *, style: str = "") -> Text:
    """Return a line with its highlights, which may lie in each other; what would command the terminal is written out."""
    edges = sorted({0, len(text), *(edge for mark in highlights for edge in (mark.start, mark.end))})
    shown = Text(style=style)
    for start, end in pairwise(edges):
        styles = [_STYLES[mark.leg] for mark in highlights if mark.start <= start and end <= mark.end]
        shown.append(printable(text[start:end]), " ".join(styles) or None)
    return shown


def _place(chunk: Chunk, file_type: FileType) -> str:
    if chunk.cell:
        return f" {printable(chunk.cell)}"
    place = place_of(chunk, file_type)
    return f" page {place.page}" if place.page else f":{place.line}" if place.line else ""


def _scores(hit: Hit) -> str:
    meaning = "" if hit.best.vector_score is None else f"meaning {hit.best.vector_score:.3f}"
    words = "" if hit.best.keyword_score is None else f"words {hit.best.keyword_score:.1f}"
    return " ".join(filter(None, (meaning, words)))


def _day(hit: Hit) -> str:
    return (
        datetime.fromtimestamp(hit.modified_ns / 1e9).astimezone().strftime("%Y-%m-%d")
        if hit.modified_ns
        else ""
    )
