"""XLSX, row by row, as it streams from the archive.

Parsers that hand over whole tables fill them up to the farthest cell, which may be 17 thousand million cells away, and
forget the rows' numbers.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zipfile import ZipFile

from lxml import etree

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.assembly import Piece, assembled, row
from vectray_client.read.cell_names import cell_name
from vectray_client.read.xmltree import attribute, local_name, parse, stream

_WORKBOOK = "xl/workbook.xml"
_REMARKS = re.compile(r"xl/(?:comments|threadedComments/|drawings/drawing)[^/]*\.xml$")
_COLUMN = re.compile(r"[A-Z]+")
# ECMA-376 part 1, 18.8.30: the numbers of built-in date formats, those of East Asian versions included.
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NO_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_CODE = re.compile(r"[ymdhs]", re.IGNORECASE)
# Day 0 is the last of 1899 minus one: the format takes 1900 for a leap year, and so counts a day too many ever after.
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no time zones
_DAY_ZERO_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_DIGITS = 15  # what the program shows; the rest is the noise of binary fractions


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workbook:
    """What the cells of all sheets refer to."""

    strings: Sequence[str]
    date_styles: frozenset[int]
    day_zero: datetime


def extract_sheets(archive: ZipFile) -> Extracted | Refusal:
    """Each sheet under its name, each row on one line and known by its first cell; notes and text boxes at the end."""
    return assembled(_pieces(archive))


def _pieces(archive: ZipFile) -> Iterator[Piece]:
    root = parse(archive.read(_WORKBOOK))
    book = _Workbook(
        strings=_shared_strings(archive),
        date_styles=_date_styles(archive),
        day_zero=_day_zero(root),
    )
    targets = _targets(archive)
    for sheet in root.iter("{*}sheet"):
        member = targets.get(attribute(sheet, "id"), "")
        if member not in archive.NameToInfo:
            continue
        name = sheet.get("name") or ""
        yield Piece(name, level=1, cell=cell_name(name, "A", 1))
        yield from _rows(archive.read(member), name, book)
    yield from _remarks(archive)


def _rows(content: bytes, sheet: str, book: _Workbook) -> Iterator[Piece]:
    number = 0
    for element in stream(content, "row"):
        number = int(element.get("r") or number + 1)
        values = [_value(cell, book) for cell in element]
        first = next((cell.get("r") for cell, value in zip(element, values, strict=True) if value), None)
        column = _COLUMN.match(first or "")
        yield Piece(
            row(values),
            is_line=True,
            cell=cell_name(sheet, column[0] if column else "A", number),
        )


def _value(cell: etree._Element, book: _Workbook) -> str:
    """A cell as a person sees it, nearly: its number format counts only as far as it makes a date."""
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        return _rich_text(cell)
    raw = next((child.text or "" for child in cell if local_name(child) == "v"), "")
    if kind == "s":
        return book.strings[int(raw)] if raw else ""
    if kind == "b":
        return "TRUE" if raw == "1" else "FALSE"
    if kind != "n" or not raw:
        return raw
    style = int(cell.get("s") or 0)
    return _date(float(raw), book.day_zero) if style in book.date_styles else _number(raw)


def _number(raw: str) -> str:
    return raw if len(raw) <= _DIGITS else f"{float(raw):.{_DIGITS}g}"


def _date(days: float, day_zero: datetime) -> str:
    try:
        moment = day_zero + timedelta(seconds=round(days * 86_400))
    except (OverflowError, ValueError):
        return f"{days:.{_DIGITS}g}"
    if 0 <= days < 1:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d}" if days == int(days) else f"{moment:%Y-%m-%d %H:%M:%S}"


def _shared_strings(archive: ZipFile) -> list[str]:
    member = "xl/sharedStrings.xml"
    if member not in archive.NameToInfo:
        return []
    return [_rich_text(item) for item in stream(archive.read(member), "si")]


def _rich_text(item: etree._Element) -> str:
    """A text, or its runs one after the other; without the readings above its characters."""
    texts = list(item.iter("{*}t"))
    if len(texts) == 1:
        return texts[0].text or ""
    return "".join(text.text or "" for text in texts if local_name(text.getparent()) != "rPh")


def _date_styles(archive: ZipFile) -> frozenset[int]:
    """The cell styles that show a number as a date."""
    member = "xl/styles.xml"
    if member not in archive.NameToInfo:
        return frozenset()
    root = parse(archive.read(member))
    codes: Mapping[int, str] = {
        int(entry.get("numFmtId") or 0): entry.get("formatCode") or "" for entry in root.iter("{*}numFmt")
    }
    styles = (int(style.get("numFmtId") or 0) for formats in root.iter("{*}cellXfs") for style in formats)
    return frozenset(index for index, number in enumerate(styles) if _is_date(number, codes))


def _is_date(number: int, codes: Mapping[int, str]) -> bool:
    code = codes.get(number)
    if code is None:
        return number in _DATE_FORMATS
    return _DATE_CODE.search(_NO_CODE.sub("", code)) is not None


def _day_zero(workbook: etree._Element) -> datetime:
    flags = (attribute(properties, "date1904") for properties in workbook.iter("{*}workbookPr"))
    return _DAY_ZERO_1904 if any(flag in ("1", "true") for flag in flags) else _DAY_ZERO


def _targets(archive: ZipFile) -> dict[str, str]:
    """The member that each relationship of the workbook leads to, by its id."""
    root = parse(archive.read("xl/_rels/workbook.xml.rels"))
    return {
        entry.get("Id") or "": posixpath.normpath(posixpath.join("/xl", entry.get("Target") or "")).lstrip(
            "/"
        )
        for entry in root
    }


def _remarks(archive: ZipFile) -> Iterator[Piece]:
    for member in archive.namelist():
        if _REMARKS.match(member):
            for remark in stream(archive.read(member), "comment", "threadedComment", "p"):
                runs = remark.iter("{*}t", "{*}text")
                yield Piece("".join(run.text or "" for run in runs), cell="")
