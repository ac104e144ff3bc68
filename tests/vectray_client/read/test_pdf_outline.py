import pypdfium2
from tests.vectray_client.read.documents import pdf
from tests.vectray_client.read.samples import raw_pdf
from tests.vectray_client.read.story import Part

from vectray_client.read.contents import Entry
from vectray_client.read.pdf_outline import outline


def _outline(content: bytes) -> list[Entry]:
    with pypdfium2.PdfDocument(content) as document:
        return list(outline(document))


def test_bookmarks_tell_page_level_and_title() -> None:
    """In their order."""
    assert _outline(pdf([Part("One", 1), Part("一之二", 2), Part("Three", 2)])) == [
        Entry(page=0, level=1, title="One"),
        Entry(page=1, level=2, title="一之二"),
        Entry(page=2, level=2, title="Three"),
    ]


def test_a_document_without_bookmarks_has_none() -> None:
    """Most have not."""
    assert _outline(pdf([Part("text")])) == []


def test_bookmarks_that_lead_back_come_to_an_end() -> None:
    """Each is the next of the other; and the second one's title is half a character."""
    bookmark = b"<</Title(%s)/Parent 4 0 R/Next %d 0 R/Dest[3 0 R/Fit]>>"
    content = raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            b"<</First 5 0 R/Last 6 0 R>>",
            bookmark % (b"a", 6),
            bookmark % (b"\xfe\xff\xd8\x00", 5),
        ]
    )
    assert _outline(content) == [Entry(page=0, level=1, title="a")]
