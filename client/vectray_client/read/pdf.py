"""PDF, page by page, by PDFium. Not thread-safe: one document at a time in a process."""

from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from vectray_client.domain import Block, Extracted, Refusal
from vectray_client.read.reflow import compounds, paragraphs
from vectray_client.read.refusals import failed, skipped

SIGNATURE = b"%PDF-"

_REFUSALS = {
    pdfium.FPDF_ERR_PASSWORD: failed("the PDF is protected by a password"),
    pdfium.FPDF_ERR_SECURITY: failed("the PDF is protected in a way that is not supported"),
}
_DAMAGED = failed("the PDF is damaged")
_SCANNED = skipped("there is no text in it: its pages are probably scanned images")
# PDFium marks a line end inside a hyphenated word with this non-character instead of hyphen and line feed.
_LINE_END_HYPHEN = "\ufffe"
# A page count is only a number in the file; a document whose first pages are all broken has no others.
_MAX_BROKEN_PAGES = 1_000


def extract_pdf(content: bytes) -> Extracted | Refusal:
    """The paragraphs of every page that can be read. No library finds headings in PDF reliably, so there are none."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            pages = list(_readable_pages(document))
    except pypdfium2.PdfiumError as error:
        return _REFUSALS.get(error.err_code, _DAMAGED)
    if all(page is None for page in pages):
        return _DAMAGED
    hyphenated = frozenset[str]().union(*(compounds(page) for page in pages if page))
    extracted = _extracted([paragraphs(page or "", hyphenated=hyphenated) for page in pages])
    return extracted if extracted.blocks else _SCANNED


def _readable_pages(document: pypdfium2.PdfDocument) -> Iterator[str | None]:
    """The text of each page, None for a page that is damaged."""
    broken = 0
    for index in range(len(document)):
        try:
            yield _page_text(document, index)
        except pypdfium2.PdfiumError:
            broken += 1
            if broken > _MAX_BROKEN_PAGES:
                return
            yield None


def _page_text(document: pypdfium2.PdfDocument, index: int) -> str:
    page = document[index]
    try:
        text_page = page.get_textpage()
        try:
            text: str = text_page.get_text_range()
        finally:
            text_page.close()
    finally:
        page.close()
    return text.replace(_LINE_END_HYPHEN, "-\n")


def _extracted(pages: Sequence[Sequence[str]]) -> Extracted:
    """One paragraph a line, a blank line between pages."""
    parts: list[str] = []
    blocks: list[Block] = []
    page_starts: list[int] = []
    offset = 0
    for page in pages:
        page_starts.append(offset)
        for paragraph in page:
            blocks.append(Block(start=offset, end=offset + len(paragraph)))
            parts.append(paragraph + "\n")
            offset += len(paragraph) + 1
        parts.append("\n")
        offset += 1
    return Extracted(text="".join(parts), blocks=tuple(blocks), page_starts=tuple(page_starts))
