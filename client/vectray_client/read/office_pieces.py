"""What office-oxide says of a document, to pieces. Its elements: https://docs.rs/office_oxide/latest/office_oxide/ir/"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vectray_client.read.assembly import Piece, one_line, row, row_pieces
from vectray_client.read.cell_names import cell_name, column_name

_Element = Mapping[str, Any]

_MARGINS = (
    "header",
    "first_page_header",
    "even_page_header",
    "footer",
    "first_page_footer",
    "even_page_footer",
)


def pieces_of(described: Mapping[str, Any], *, kind: str) -> Iterator[Piece]:
    """The pieces of a document (`doc`, `docx`), of a presentation's slides (`ppt`, `pptx`) or of sheets (`xls`)."""
    for section in described["sections"]:
        if kind in ("ppt", "pptx"):
            yield Piece("", opens_page=True)
        if kind == "xls":
            yield from _sheet(section)
        else:
            yield from _elements(section["elements"])
        yield from _elements(section.get("speaker_notes") or ())
    yield from _margins(described["sections"])


def _margins(sections: Iterable[Mapping[str, Any]]) -> Iterator[Piece]:
    """Headers and footers, each once and after the text: on paper they stand in the middle of sentences."""
    texts = (
        piece.text
        for section in sections
        for margin in _MARGINS
        for piece in _elements((section.get(margin) or {}).get("content") or ())
    )
    for text in dict.fromkeys(texts):
        if any(character.isalpha() for character in text):
            yield Piece(text)


def _elements(elements: Iterable[_Element]) -> Iterator[Piece]:
    for element in elements:
        match element["type"]:
            case "heading":
                yield Piece(one_line(_inline(element["content"])), level=max(1, min(6, element["level"])))
            case "paragraph":
                yield Piece(_inline(element["content"]))
            case "table":
                for entry in element["rows"]:
                    yield from row_pieces([list(_elements(cell["content"])) for cell in entry["cells"]])
            case "list":
                yield from _list(element)
            case "code_block":
                yield Piece(element["content"], is_code=True)
            case "text_box" | "footnote" | "endnote":
                yield from _elements(element["content"])
            case _:  # pictures, shapes and breaks hold no text
                pass


def _sheet(section: Mapping[str, Any]) -> Iterator[Piece]:
    """A sheet's rows, none of which is left out: where they stand tells their numbers."""
    name = section.get("title") or ""
    yield Piece(name, level=1, cell=cell_name(name, "A", 1))
    for table in section["elements"]:
        for number, entry in enumerate(table.get("rows", ()), start=1):
            values = [" ".join(piece.text for piece in _elements(cell["content"])) for cell in entry["cells"]]
            first = next((index for index, value in enumerate(values) if value), 0)
            yield Piece(row(values), is_line=True, cell=cell_name(name, column_name(first), number))


def _list(element: _Element) -> Iterator[Piece]:
    for item in element["items"]:
        for piece in _elements(item["content"]):
            yield piece._replace(is_line=True)
        if item.get("nested"):
            yield from _list(item["nested"])


def _inline(content: Iterable[_Element]) -> str:
    return "".join(
        "\n" if span["type"] == "line_break" else span.get("text", "").replace("\t", " ") for span in content
    )
