"""Office files, old and new, parsed by office-oxide.

The content decides what a file is: many a `.doc` is RTF inside, many a `.docx` an old `.doc`.
"""

import json
from collections.abc import Mapping
from typing import Literal
from zipfile import ZipFile

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.archive import PROTECTED, open_archive, without_pictures
from vectray_client.read.assembly import assembled, first_heading
from vectray_client.read.office_pieces import pieces_of
from vectray_client.read.refusals import DAMAGED, failed, skipped
from vectray_client.read.rtf import extract_rtf
from vectray_client.read.spreadsheet import extract_sheets

try:
    import office_oxide
except ImportError:  # there is no wheel for Windows on ARM
    office_oxide = None  # type: ignore[assignment] # a module, or none

# The folder of the archive that holds the document, and office-oxide's name of the format.
_Kind = Literal["docx", "xlsx", "pptx", "doc", "xls", "ppt"]
_PACKED: Mapping[str, _Kind] = {"word/": "docx", "ppt/": "pptx", "xl/": "xlsx"}
# The stream of a compound file that holds the document. One document may hold others: presentations hold most,
# spreadsheets are held most.
_STREAMS: Mapping[str, _Kind] = {
    "PowerPoint Document": "ppt",
    "WordDocument": "doc",
    "Workbook": "xls",
    "Book\0": "xls",
}
_ENCRYPTED_STREAM = "EncryptedPackage"
_MAX_CELLS = 5_000_000
_PASSWORD = ("password", "encrypt")

_NOT_OFFICE = failed("its content is not what its name says")
_NOT_HERE = skipped("there is no reader for it on this system")
_TOO_WIDE = failed(f"its sheets span more than {_MAX_CELLS:,} cells")


def extract_office(content: bytes) -> Extracted | Refusal:
    """Text documents, presentations (a slide is a page) and spreadsheets (a sheet is a heading, a row is a cell's place)."""
    if content.startswith(b"{\\rtf"):
        return extract_rtf(content)
    if content.startswith(b"PK"):
        return _packed(content)
    if _names(content, _ENCRYPTED_STREAM):
        return PROTECTED
    kind = next((kind for stream, kind in _STREAMS.items() if _names(content, stream)), None)
    return _NOT_OFFICE if kind is None else _parsed(content, kind)


def _names(content: bytes, stream: str) -> bool:
    """Whether a compound file has a stream of that name: names are UTF-16 in its directory."""
    return stream.encode("utf-16-le") in content


def _packed(content: bytes) -> Extracted | Refusal:
    opened = open_archive(content)
    if isinstance(opened, Refusal):
        return opened
    kind = _packed_kind(opened)
    if kind is None:
        return _NOT_OFFICE
    if kind == "xlsx":
        return extract_sheets(opened)
    return _parsed(without_pictures(content, opened), kind)


def _packed_kind(opened: ZipFile) -> _Kind | None:
    names = opened.namelist()
    return next(
        (kind for folder, kind in _PACKED.items() if any(name.startswith(folder) for name in names)), None
    )


def _parsed(content: bytes, kind: _Kind) -> Extracted | Refusal:
    if office_oxide is None:
        return _NOT_HERE
    try:
        document = office_oxide.Document.from_bytes(content, kind)
        # Sheets are filled up to their widest row: a few kilobytes may stand for a gigabyte of empty cells.
        if kind == "xls" and document.plain_text().count("\t") > _MAX_CELLS:
            return _TOO_WIDE
        described = json.loads(document.to_ir_json())
    except office_oxide.OfficeOxideError as error:
        return PROTECTED if any(word in str(error) for word in _PASSWORD) else DAMAGED
    pieces = list(pieces_of(described, kind=kind))
    title = first_heading(pieces) or str(described["metadata"].get("title") or "")
    return assembled(pieces, title="" if kind == "xls" else title)
