"""The formats that are archives of XML, written by hand: small files of which every byte is known."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.vectray_client.read.story import STORY, Part, flat

_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument"
_KINDS = {
    "word": "wordprocessingml.document",
    "ppt": "presentationml.presentation",
    "xl": "spreadsheetml.sheet",
}
_TITLE = "<p:ph type='title'/>"


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(parts: Iterable[Part] = STORY, *, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """WordprocessingML; `more` members are added as they are."""
    return packed(
        office_package("word/document.xml", word_document("".join(map(_word_part, parts)))) | (more or {})
    )


def word_document(body: str) -> str:
    """The main part of a text document."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<w:document xmlns:w="{space}" xmlns:r="{_RELATIONSHIPS}"><w:body>{body}</w:body></w:document>'


def pptx(parts: Iterable[Part] = STORY) -> bytes:
    """PresentationML: every heading begins a slide."""
    slides: list[list[Part]] = []
    for part in parts:
        if part.level or not slides:
            slides.append([])
        slides[-1].append(part)
    return packed(presentation([_slide(slide) for slide in slides]))


def presentation(slides: Sequence[str]) -> dict[str, str | bytes]:
    """The members of a presentation with the given shapes on its slides."""
    numbers = range(1, len(slides) + 1)
    spaces = (
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_RELATIONSHIPS}"'
    )
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="s{number}"/>' for number in numbers)
    members = office_package(
        "ppt/presentation.xml", f"<p:presentation {spaces}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
    )
    members["ppt/_rels/presentation.xml.rels"] = relationships(
        {f"s{number}": ("slide", f"slides/slide{number}.xml") for number in numbers}
    )
    for number, shapes in zip(numbers, slides, strict=True):
        tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        members[f"ppt/slides/slide{number}.xml"] = f"<p:sld {spaces}>{tree}</p:sld>"
    return members


def xlsx(parts: Iterable[Part] = STORY) -> bytes:
    """SpreadsheetML: every part a row, every cell a column."""
    rows = (
        "".join(
            f'<c r="{column}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for column, cell in zip("ABCDEF", part.cells or (part.text,), strict=False)
        )
        for number, part in enumerate(parts, start=1)
    )
    return packed(workbook({"Sheet1": "".join(f'<row r="{n}">{row}</row>' for n, row in enumerate(rows, 1))}))


def workbook(sheets: Mapping[str, str], *, styles: str = "", strings: str = "") -> dict[str, str | bytes]:
    """The members of a workbook with the given rows on its sheets."""
    space = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_RELATIONSHIPS}"'
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="s{number}"/>'
        for number, name in enumerate(sheets, start=1)
    )
    members = office_package("xl/workbook.xml", f"<workbook {space}><sheets>{listed}</sheets></workbook>")
    members["xl/_rels/workbook.xml.rels"] = relationships(
        {f"s{number}": ("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)}
    )
    for number, rows in enumerate(sheets.values(), start=1):
        members[f"xl/worksheets/sheet{number}.xml"] = (
            f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>"
        )
    if styles:
        members["xl/styles.xml"] = f"<styleSheet {space}>{styles}</styleSheet>"
    if strings:
        members["xl/sharedStrings.xml"] = f"<sst {space}>{strings}</sst>"
    return members


def office_package(main: str, content: str) -> dict[str, str | bytes]:
    """The members that every package of Office Open XML has, and its main part."""
    types = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{_CONTENT_TYPE}.{_KINDS[main.partition("/")[0]]}.main+xml"/>'
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": relationships({"r1": ("officeDocument", main)}),
        main: content,
    }


def relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    """Kind and target of each relationship, by its id."""
    entries = "".join(
        f'<Relationship Id="{identifier}" Type="{_RELATIONSHIPS}/{kind}" Target="{target}"/>'
        for identifier, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def odt(parts: Iterable[Part] = STORY) -> bytes:
    """OpenDocument text."""
    return opendocument(f"<office:text>{''.join(map(_odf_part, parts))}</office:text>")


def opendocument(body: str, *, prologue: str = "") -> bytes:
    """A package with that body."""
    names = ("office", "text", "table", "drawing", "presentation")
    spaces = " ".join(
        f'xmlns:{"draw" if name == "drawing" else name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in names
    )
    content = f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>"
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": prologue + content})


def epub(parts: Iterable[Part] = STORY) -> bytes:
    """A book of one chapter."""
    return packed(book({"one.xhtml": "".join(map(html_part, parts))}))


def book(chapters: Mapping[str, str], *, ncx: str = "") -> dict[str, str | bytes]:
    """The members of a book with the given chapters' bodies."""
    manifest = "".join(
        f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    contents = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>' if ncx else ""
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>The book</dc:title></metadata>"
        f"<manifest>{manifest}{contents}</manifest><spine>{spine}</spine></package>"
    )
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        "OPS/book.opf": package,
    }
    for name, body in chapters.items():
        members[f"OPS/{name}"] = (
            f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{body}</body></html>'
        )
    return members | ({"OPS/toc.ncx": ncx} if ncx else {})


def _word_part(part: Part) -> str:
    if part.cells:
        cells = "".join(f"<w:tc>{_word_part(Part(cell))}</w:tc>" for cell in part.cells)
        return f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    level = f'<w:pPr><w:outlineLvl w:val="{part.level - 1}"/></w:pPr>' if part.level else ""
    return f'<w:p>{level}<w:r><w:t xml:space="preserve">{escape(part.text)}</w:t></w:r></w:p>'


def _slide(parts: Iterable[Part]) -> str:
    return "".join(
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="n"/><p:cNvSpPr/>'
        f"<p:nvPr>{_TITLE if part.level else ''}</p:nvPr></p:nvSpPr><p:spPr/>"
        f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{escape(flat(part))}</a:t></a:r></a:p></p:txBody></p:sp>"
        for number, part in enumerate(parts, start=2)
    )


def _odf_part(part: Part) -> str:
    if part.cells:
        cells = (
            f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in part.cells
        )
        return f"<table:table><table:table-row>{''.join(cells)}</table:table-row></table:table>"
    if part.level:
        return f'<text:h text:outline-level="{part.level}">{escape(part.text)}</text:h>'
    return f"<text:p>{escape(part.text)}</text:p>"


def html_part(part: Part) -> str:
    """The part as a page or a chapter holds it."""
    if part.cells:
        return f"<table><tr>{''.join(f'<td><p>{escape(cell)}</p></td>' for cell in part.cells)}</tr></table>"
    tag = f"h{part.level}" if part.level else "p"
    return f"<{tag}>{escape(part.text)}</{tag}>"
