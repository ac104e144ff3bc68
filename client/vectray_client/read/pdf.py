"""PDF, page by page, by PDFium. Not thread-safe: one document at a time in a process."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import pypdfium2
import pypdfium2.raw as pdfium

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.assembly import Piece, assembled
from vectray_client.read.contents import Entry, with_headings
from vectray_client.read.legibility import is_garbled
from vectray_client.read.pdf_outline import outline
from vectray_client.read.pdf_quotes import with_quotes_in_place
from vectray_client.read.reflow import full_width, lines_of, paragraphs, vocabulary
from vectray_client.read.refusals import failed, skipped

_REFUSALS = {
    pdfium.FPDF_ERR_PASSWORD: failed("the PDF is protected by a password"),
    pdfium.FPDF_ERR_SECURITY: failed("the PDF is protected in a way that is not supported"),
}
_DAMAGED = failed("the PDF is damaged")
_SCANNED = skipped("there is no text in it: its pages are probably scanned images")
_GARBLED = failed("its fonts do not say which characters they show, so that no text can be read from it")
# PDFium marks a line end inside a hyphenated word with this non-character instead of hyphen and line feed.
_LINE_END_HYPHEN = "\ufffe"
# A page count is only a number in the file; a document whose first pages are all broken has no others.
_MAX_BROKEN_PAGES = 1_000


def extract_pdf(content: bytes) -> Extracted | Refusal:
    """The paragraphs of every page that can be read, under the headings that the document's bookmarks name."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            pages = list(_readable_pages(document))
            entries = list(outline(document))
    except pypdfium2.PdfiumError as error:
        return _REFUSALS.get(error.err_code, _DAMAGED)
    if all(page is None for page in pages):
        return _DAMAGED
    legible = [page if page and not is_garbled(page) else "" for page in pages]
    if not any(page.strip() for page in legible):
        return _GARBLED if any(page and page.strip() for page in pages) else _SCANNED
    return assembled(_pieces(legible, entries))


def _pieces(pages: Sequence[str], entries: Iterable[Entry]) -> Iterator[Piece]:
    """Paragraphs, one a line. Headings are looked for among the lines, before these are joined."""
    known = vocabulary(pages)
    lines = [[Piece(line, is_line=True) for line in lines_of(page)] for page in pages]
    for page in with_headings(lines, entries):
        width = full_width([piece.text for piece in page if not piece.level])
        yield Piece("", opens_page=True)
        for is_heading, run in groupby(page, key=lambda piece: piece.level > 0):
            if is_heading:
                yield from run
            else:
                texts = [piece.text for piece in run]
                yield from (
                    Piece(text, is_line=True) for text in paragraphs(texts, full_width=width, known=known)
                )


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
            # Beyond 16 bits, characters and PDFium's places are no longer counted alike.
            if len(text) == text_page.count_chars():
                text = with_quotes_in_place(text, box_of=text_page.get_charbox)
        finally:
            text_page.close()
    finally:
        page.close()
    return text.replace(_LINE_END_HYPHEN, "-\n")
