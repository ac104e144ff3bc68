"""Jupyter notebooks. The format: https://nbformat.readthedocs.io/en/latest/format_description.html"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.assembly import Piece, assembled, first_heading
from vectray_client.read.blocks import heading_text, markdown_blocks
from vectray_client.read.normalise import normalise
from vectray_client.read.refusals import failed

_MAX_OUTPUT_CHARACTERS = 2_000  # of one cell: what is printed is often a log or a table without end
_TOO_DEEP = failed("its parts are nested too deeply")
_NOT_JSON = failed("its content is not what its name says")

_Json = Mapping[str, Any]


def extract_notebook(content: bytes) -> Extracted | Refusal:
    """Markdown as Markdown, code as code, and the beginning of what each cell printed."""
    try:
        pieces = list(_pieces(json.loads(content)))
    except RecursionError:
        return _TOO_DEEP
    except (ValueError, TypeError, AttributeError):  # not JSON, or JSON of something else
        return _NOT_JSON
    return assembled(pieces, title=first_heading(pieces))


def _pieces(notebook: _Json) -> Iterator[Piece]:
    for number, cell in enumerate(_cells(notebook), start=1):
        source = _joined(cell.get("source", cell.get("input")))
        kind = cell.get("cell_type")
        if kind == "code":
            count = cell.get("execution_count", cell.get("prompt_number"))
            name = f"In [{count if isinstance(count, int) else ' '}]"
            yield Piece(source, is_code=True, cell=name)
            yield Piece(_outputs(cell)[:_MAX_OUTPUT_CHARACTERS], is_code=True, cell=name)
        elif kind == "heading":  # format 3
            yield Piece(source, level=min(6, int(cell.get("level", 1))), cell=f"cell {number}")
        else:
            yield from _markdown(source, cell=f"cell {number}")


def _cells(notebook: _Json) -> Iterator[_Json]:
    yield from notebook.get("cells", ())
    for sheet in notebook.get("worksheets", ()):  # format 3
        yield from sheet.get("cells", ())


def _markdown(source: str, *, cell: str) -> Iterator[Piece]:
    text = normalise(source)
    for block in markdown_blocks(text):
        raw = text[block.start : block.end]
        shown = heading_text(raw) if block.heading_level else raw
        yield Piece(shown, level=block.heading_level, is_code=block.is_code, cell=cell)


def _outputs(cell: _Json) -> str:
    """Printed text, plain results, and errors by name; never pictures or HTML."""
    texts = []
    for output in cell.get("outputs", ()):
        texts.append(_joined(output.get("text")))
        texts.append(_joined(output.get("data", {}).get("text/plain")))
        if output.get("ename"):
            texts.append(f"{output['ename']}: {output.get('evalue', '')}")
    return "\n".join(text for text in texts if text)


def _joined(lines: object) -> str:
    """The format allows one string or a list of lines."""
    if isinstance(lines, str):
        return lines
    return "".join(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else ""
