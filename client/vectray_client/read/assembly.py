"""Pieces of a document, in reading order, to its text and where its parts are."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from vectray_client.domain import Block, Extracted, Refusal
from vectray_client.read.normalise import normalise
from vectray_client.read.refusals import skipped

# A packed format may hold a thousand times its own size; the limit is that of files that are their own text.
_MAX_CHARACTERS = 64_000_000
_MAX_ROW_CHARACTERS = 2_000  # a row that holds more is the layout of a page
_TOO_MUCH_TEXT = skipped("it holds more text than a document would: over 64 million characters")


class Piece(NamedTuple):
    """A heading, a paragraph, a run of code, a row: what becomes one block."""

    text: str
    """A piece of white space alone leaves no block; its page and its cell still count."""
    level: int = 0
    """1 to 6 for a heading."""
    is_code: bool = False
    """Its indentation and line ends mean something."""
    is_line: bool = False
    """One line among others: no blank line parts it from the line before."""
    opens_page: bool = False
    cell: str | None = None
    """What people call the cell that begins here; empty where cells come to their end."""


def assembled(pieces: Iterable[Piece], *, title: str = "") -> Extracted | Refusal:
    """The document that the pieces make; refused if it is endless."""
    parts: list[str] = []
    blocks: list[Block] = []
    page_starts: list[int] = []
    cells: list[tuple[int, str]] = []
    offset = waiting_pages = 0
    after_line = False
    for piece in pieces:
        waiting_pages += piece.opens_page
        text = _clean(piece)
        if text:
            separator = "\n" if after_line and piece.is_line and not piece.opens_page else "\n\n"
            if parts:
                parts.append(separator)
                offset += len(separator)
            page_starts.extend([offset] * waiting_pages)
            waiting_pages = 0
            if piece.cell is not None:
                cells.append((offset, piece.cell))
            end = offset + len(text)
            blocks.append(Block(start=offset, end=end, heading_level=piece.level, is_code=piece.is_code))
            parts.append(text)
            offset, after_line = end, piece.is_line
            if offset > _MAX_CHARACTERS:
                return _TOO_MUCH_TEXT
    return Extracted(
        text="".join(parts),
        blocks=tuple(blocks),
        title=title,
        page_starts=(*page_starts, *[offset] * waiting_pages),
        cells=tuple(cells),
    )


def one_line(text: str) -> str:
    """`text` with every run of white space as one space."""
    return " ".join(text.split())


def row(cells: Iterable[str]) -> str:
    """Cells side by side on one line, from the first to the last that holds anything; empty if none does."""
    texts = [one_line(cell) for cell in cells]
    filled = [index for index, text in enumerate(texts) if text]
    return " | ".join(texts[filled[0] : filled[-1] + 1]) if filled else ""


def row_pieces(cells: Sequence[Sequence[Piece]]) -> Iterator[Piece]:
    """A table's row on one line; but where tables lay out pages, what is in the cells is read as if they were not there."""
    inside = [piece for cell in cells for piece in cell if piece.text]
    alone = sum(any(piece.text for piece in cell) for cell in cells) == 1
    structured = any(piece.level or piece.is_code or piece.opens_page for piece in inside)
    long = sum(len(piece.text) for piece in inside) > _MAX_ROW_CHARACTERS
    if alone or structured or long:
        yield from inside
    else:
        yield Piece(row(" ".join(piece.text for piece in cell) for cell in cells), is_line=True)


def first_heading(pieces: Iterable[Piece]) -> str:
    """The first heading of level 1, on one line; empty if there is none."""
    return next((one_line(piece.text) for piece in pieces if piece.level == 1), "")


def _clean(piece: Piece) -> str:
    text = normalise(piece.text)
    if piece.is_code:
        return text.strip("\n") if text.strip() else ""
    return text.strip()
