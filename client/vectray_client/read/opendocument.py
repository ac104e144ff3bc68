"""OpenDocument texts, presentations and spreadsheets: one `content.xml` each.

The elements: https://docs.oasis-open.org/office/OpenDocument/v1.3/ part 3.
"""

from collections.abc import Iterator

from lxml import etree

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.archive import PROTECTED, open_archive
from vectray_client.read.assembly import Piece, assembled, first_heading, row, row_pieces
from vectray_client.read.cell_names import cell_name, column_name
from vectray_client.read.refusals import DAMAGED
from vectray_client.read.xmltree import attribute, local_name, parse

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
# What changes removed, what repeats the headings, and what is said about the text rather than in it.
_UNREAD = frozenset(
    ["tracked-changes", "table-of-content", "forms", "scripts", "sequence-decls", "annotation-end"]
)


def extract_opendocument(content: bytes) -> Extracted | Refusal:
    """Headings with their levels; a slide is a page, a sheet a heading, a sheet's row is known by its first cell."""
    archive = open_archive(content)
    if isinstance(archive, Refusal):
        return archive
    if _CONTENT not in archive.NameToInfo:
        return DAMAGED
    if _MANIFEST in archive.NameToInfo and b"encryption-data" in archive.read(_MANIFEST):
        return PROTECTED
    body = next(parse(archive.read(_CONTENT)).iter("{*}body"))
    pieces = list(_blocks(body))
    return assembled(pieces, title=first_heading(pieces))


def _blocks(parent: etree._Element) -> Iterator[Piece]:
    for element in parent:
        match local_name(element):
            case "h":
                yield from _paragraph(element, level=min(6, int(attribute(element, "outline-level") or 1)))
            case "p":
                yield from _paragraph(element)
            case "list-item" | "list-header":
                yield from (piece._replace(is_line=True) for piece in _blocks(element))
            case "spreadsheet":
                yield from _sheets(element)
            case "table-row":
                yield from row_pieces([list(_blocks(cell)) for cell in element if _is_cell(cell)])
            case "page":
                yield Piece("", opens_page=True)
                yield from _blocks(element)
            case name if name not in _UNREAD:
                yield from _blocks(element)


def _paragraph(element: etree._Element, *, level: int = 0) -> Iterator[Piece]:
    """The paragraph, and after it what is anchored in it: notes, text boxes, remarks."""
    anchored: list[etree._Element] = []
    yield Piece("".join(_inline(element, anchored)), level=level)
    for inner in anchored:
        yield from _blocks(inner)


def _inline(element: etree._Element, anchored: list[etree._Element]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        match local_name(child):
            case "s":
                yield " "
            case "tab":
                yield " "
            case "line-break":
                yield "\n"
            case "frame" | "custom-shape" | "annotation":
                anchored.append(child)
            case "note":
                anchored.extend(child.iter("{*}note-body"))
            case "ruby":
                yield from (text for base in child.iter("{*}ruby-base") for text in _inline(base, anchored))
            case name if name and name not in _UNREAD:
                yield from _inline(child, anchored)
        yield child.tail or ""


def _sheets(spreadsheet: etree._Element) -> Iterator[Piece]:
    for table in spreadsheet.iterchildren("{*}table"):
        name = attribute(table, "name")
        yield Piece(name, level=1, cell=cell_name(name, "A", 1))
        number = 1
        for element in table.iter("{*}table-row"):
            cells = list(_placed_cells(element))
            first = next((column for column, text in cells if text), 0)
            yield Piece(
                row(text for _, text in cells), is_line=True, cell=cell_name(name, column_name(first), number)
            )
            number += _repeats(element, "number-rows-repeated")


def _placed_cells(table_row: etree._Element) -> Iterator[tuple[int, str]]:
    """Column, counted from 0, and text. A cell that is said to repeat is read once: it may repeat to the sheet's edge."""
    column = 0
    for cell in table_row:
        if _is_cell(cell):
            yield column, _cell_text(cell)
            column += _repeats(cell, "number-columns-repeated")


def _is_cell(element: etree._Element) -> bool:
    return local_name(element) in ("table-cell", "covered-table-cell")


def _cell_text(cell: etree._Element) -> str:
    return " ".join(piece.text for piece in _blocks(cell))


def _repeats(element: etree._Element, name: str) -> int:
    return max(1, int(attribute(element, name) or 1))
