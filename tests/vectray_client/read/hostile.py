"""Documents made to hang, crash or bloat whoever opens them: small files, by name."""

import json
import zlib
from collections.abc import Mapping

from tests.vectray_client.read.documents import WRITERS
from tests.vectray_client.read.packages import (
    book,
    docx,
    office_package,
    opendocument,
    packed,
    presentation,
    word_document,
    workbook,
)
from tests.vectray_client.read.samples import endless_pdf, raw_pdf, stream

_LAUGHS = '<!ENTITY l0 "ha">' + "".join(
    f"<!ENTITY l{level} '{ten * 10}'>" for level, ten in enumerate([f"&l{n};" for n in range(9)], start=1)
)
_LAUGHTER = f"<!DOCTYPE r [{_LAUGHS}]>"
_SPY = '<!DOCTYPE r [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'
_JOKE = "before &l9; after"


def _page(content: bytes) -> bytes:
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
            content,
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )


def _flate_bomb() -> bytes:
    drawn = zlib.compress(b"BT /F 9 Tf 1 1 Td (a) Tj ET\n" * 4_000_000, 1)
    return _page(stream(b"/Filter/FlateDecode", drawn))


def _tree(kids: bytes, count: int) -> bytes:
    return raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)])


def _zip_bomb() -> bytes:
    return docx(more={"word/media/huge.xml": b" " * 40_000_000})


def _sparse_sheet() -> bytes:
    near, far = (
        f'<row r="{row}"><c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c></row>'
        for column, row, text in (("A", 1, "near"), ("XFD", 1_048_576, "far"))
    )
    return packed(workbook({"S": near + far}))


def _wide_sheet() -> bytes:
    return packed(
        workbook({"S": "".join(f'<row r="{n}"><c r="XFD{n}"><v>{n}</v></c></row>' for n in range(1, 1000))})
    )


def _endless_sheet() -> bytes:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    return opendocument(
        f'<office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet>'
    )


def _with_prologue(members: dict[str, str | bytes], name: str, prologue: str) -> bytes:
    return packed(members | {name: f"{prologue}{members[name]}"})


def _word(prologue: str) -> bytes:
    body = word_document(f"<w:p><w:r><w:t>{_JOKE}</w:t></w:r></w:p>")
    return _with_prologue(office_package("word/document.xml", body), "word/document.xml", prologue)


def _slides(prologue: str) -> bytes:
    shape = f"<p:sp><p:txBody><a:p><a:r><a:t>{_JOKE}</a:t></a:r></a:p></p:txBody></p:sp>"
    return _with_prologue(presentation([shape]), "ppt/slides/slide1.xml", prologue)


def _sheet(prologue: str) -> bytes:
    row = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{_JOKE}</t></is></c></row>'
    return _with_prologue(workbook({"S": row}), "xl/worksheets/sheet1.xml", prologue)


def _odf(prologue: str) -> bytes:
    return opendocument(f"<office:text><text:p>{_JOKE}</text:p></office:text>", prologue=prologue)


def _book(prologue: str) -> bytes:
    return _with_prologue(book({"a.xhtml": f"<p>{_JOKE}</p>"}), "OPS/a.xhtml", prologue)


def _package(prologue: str) -> bytes:
    members = book({"a.xhtml": "<p>text</p>"})
    members["OPS/book.opf"] = str(members["OPS/book.opf"]).replace("The book", _JOKE)
    return _with_prologue(members, "OPS/book.opf", prologue)


def _nested_mail(opening: str) -> bytes:
    parts = (opening.replace("N", str(number)) for number in range(3_000))
    return "".join(["Subject: deep\n", *parts, "Content-Type: text/plain\n\nhello\n"]).encode()


_MULTIPART = 'Content-Type: multipart/mixed; boundary="bN"\n\n--bN\n'
_FORWARDED = "Content-Type: message/rfc822\n\n"


def hostile_documents() -> Mapping[str, bytes]:
    """Every one of them, by a file name that says what it is."""
    return {
        "flate_bomb.pdf": _flate_bomb(),
        "recursive_form.pdf": endless_pdf(),
        "nested_arrays.pdf": _page(b"[" * 200_000 + b"]" * 200_000),
        "page_loop.pdf": _tree(b"2 0 R", 1),
        "page_count.pdf": _tree(b"", 1_000_000_000),
        "zip_bomb.docx": _zip_bomb(),
        "sparse.xlsx": _sparse_sheet(),
        "wide.xlsx": _wide_sheet(),
        "endless.ods": _endless_sheet(),
        "laughs.docx": _word(_LAUGHTER),
        "laughs.pptx": _slides(_LAUGHTER),
        "laughs.xlsx": _sheet(_LAUGHTER),
        "laughs.odt": _odf(_LAUGHTER),
        "laughs.epub": _book(_LAUGHTER),
        "laughs_in_package.epub": _package(_LAUGHTER),
        "laughs.html": f"{_LAUGHTER}<p>{_JOKE}".encode(),
        "spy.docx": _word(_SPY),
        "spy.pptx": _slides(_SPY),
        "spy.xlsx": _sheet(_SPY),
        "spy.odt": _odf(_SPY),
        "spy.epub": _book(_SPY),
        "spy_in_package.epub": _package(_SPY),
        "spy.html": f"{_SPY}<p>{_JOKE}".encode(),
        "deep.docx": packed(
            office_package("word/document.xml", word_document("<w:tbl><w:tr><w:tc>" * 30_000))
        ),
        "deep.odt": opendocument("<office:text>" + "<text:section>" * 30_000),
        "deep.html": b"<div>" * 300_000 + b"text",
        "deep.epub": packed(book({"a.xhtml": "<div>" * 300_000 + "text"})),
        "deep_parts.eml": _nested_mail(_MULTIPART),
        "deep_mails.eml": _nested_mail(_FORWARDED),
        "deep.ipynb": b'{"cells":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        "deep.rtf": b"{\\rtf1 " + b"{" * 300_000 + b"text" + b"}" * 300_001,
        "charset_that_lies.eml": "Content-Type: text/plain; charset=us-ascii\n\n说谎的编码标签，正文其实是中文".encode(
            "gb18030"
        ),
        "charset_that_is_none.eml": "Content-Type: text/plain; charset=x-none\n\n没有这样的编码，正文仍是中文".encode(),
        "charset_that_is_a_tool.eml": b"Content-Type: text/plain; charset=zlib\n\ntext",
        "charset_that_lies.html": '<meta charset="utf-16"><p>说谎的编码标签，正文其实是中文'.encode(
            "gb18030"
        ),
        "nul.html": b"<p>a\0b</p>\n" * 1_000,
        "nul.txt": b"text\0with\0NUL\0" * 1_000,
        "half_characters.ipynb": json.dumps(
            {"cells": [{"cell_type": "raw", "source": "\ud83d half"}]}
        ).encode(),
        "half_characters.rtf": rb"{\rtf1 \u55357? half}",
        "notebook_of_something_else.ipynb": b"[1, 2]",
        **_damaged(),
    }


def _damaged() -> dict[str, bytes]:
    """Every format cut short in two places, and with bytes flipped all over."""
    damaged: dict[str, bytes] = {}
    for suffix, write in WRITERS.items():
        content = write()
        damaged[f"half.{suffix}"] = content[: len(content) // 2]
        damaged[f"nearly_whole.{suffix}"] = content[: len(content) * 95 // 100]
        flipped = bytearray(content)
        for place in range(40, len(flipped), 97):
            flipped[place] ^= 1 << place % 8
        damaged[f"flipped.{suffix}"] = bytes(flipped)
    return damaged
