"""RTF, by striprtf, which knows no structure: headings and cells are marked before it throws their control words away."""

import re
from collections.abc import Iterator

from striprtf.striprtf import rtf_to_text

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.assembly import Piece, assembled, first_heading, row

# Rich Text Format Specification 1.9.1: style sheet, `\sN` puts a paragraph in style N, `\cell` ends a cell.
_HEADING_STYLE = re.compile(r"\{\\s(\d{1,5})(?:[^{};]|\{[^{}]*\})*?\bheading ([1-9]);\}", re.IGNORECASE)
_STYLE = re.compile(r"\\s(\d{1,5})(?!\d) ?")
_CELL = re.compile(r"\\(?:nest)?cell(?![a-z]) ?")
_PICTURE = re.compile(rb"[0-9A-Fa-f\r\n]{1000,}")  # nobody writes a thousand hexadecimal digits by hand
_EIGHT_BITS = re.compile(rb"[\x80-\xff]")
# Private use characters: no text means anything by them.
_CELL_MARK = "\ue000"
_FIRST_HEADING_MARK = 0xE000  # plus the level
_MARKS = re.compile("[\ue001-\ue006]")
_MAX_LEVEL = 6


def extract_rtf(content: bytes) -> Extracted | Refusal:
    """One block a paragraph; headings by the style sheet's `heading 1` to `heading 9`, a table's row on one line."""
    # Eight-bit characters are written as they ought to be: in the encoding that the file itself names.
    source = _EIGHT_BITS.sub(lambda found: b"\\'%02x" % found[0][0], _PICTURE.sub(b"", content)).decode(
        "ascii"
    )
    text: str = rtf_to_text(_marked(source), errors="replace")  # type: ignore[no-untyped-call] # has no annotations
    # What lies beyond 16 bits is written as two halves.
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    pieces = list(_pieces(whole))
    return assembled(pieces, title=first_heading(pieces))


def _marked(source: str) -> str:
    levels = {style: min(_MAX_LEVEL, int(level)) for style, level in _HEADING_STYLE.findall(source)}

    def mark(found: re.Match[str]) -> str:
        level = levels.get(found[1])
        return found[0] if level is None else f"\\s{found[1]} {chr(_FIRST_HEADING_MARK + level)}"

    return _STYLE.sub(mark, _CELL.sub(rf"\\cell {_CELL_MARK}", source))


def _pieces(text: str) -> Iterator[Piece]:
    for line in text.split("\n"):
        if _CELL_MARK in line:
            cells = _MARKS.sub("", line).split(f"|{_CELL_MARK}")
            yield Piece(row(cells), is_line=True)
        else:
            mark = _MARKS.search(line)
            level = ord(mark[0]) - _FIRST_HEADING_MARK if mark else 0
            yield Piece(_MARKS.sub("", line).replace("\t", " "), level=level)
