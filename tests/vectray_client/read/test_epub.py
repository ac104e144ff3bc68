import pytest
from tests.vectray_client.read.packages import book, packed

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.epub import extract_epub

NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>
<navPoint><navLabel><text>Part one</text></navLabel><content src="one.xhtml"/>
<navPoint><navLabel><text>第一章</text></navLabel><content src="one.xhtml#c1"/></navPoint></navPoint>
<navPoint><navLabel><text>Two</text></navLabel><content src="%74wo.xhtml"/></navPoint></navMap></ncx>"""


def _book(**chapters: str) -> dict[str, str | bytes]:
    return book({f"{name}.xhtml": body for name, body in chapters.items()})


def _read(members: dict[str, str | bytes]) -> Extracted:
    extracted = extract_epub(packed(members))
    assert isinstance(extracted, Extracted)
    return extracted


def _blocks(extracted: Extracted) -> list[tuple[str, int]]:
    return [(extracted.text[block.start : block.end], block.heading_level) for block in extracted.blocks]


def test_chapters_follow_the_spine() -> None:
    """The order of reading is not that of the archive; a chapter named twice is read once."""
    members = _book(a="<h1>First</h1>", b="<p>Second</p>")
    package = str(members["OPS/book.opf"])
    turned = '<itemref idref="c1"/><itemref idref="c0"/><itemref idref="c1"/>'
    members["OPS/book.opf"] = package.replace('<itemref idref="c0"/><itemref idref="c1"/>', turned)
    extracted = _read(members)
    assert _blocks(extracted) == [("Second", 0), ("First", 1)]
    assert extracted.title == "The book"


def test_what_xml_closes_at_once_does_not_swallow_the_rest() -> None:
    """To a reader of HTML, a title without end would hold the whole chapter."""
    extracted = _read(_book(a='<script src="x"/><p/><a id="n"/>text<br/>more<hr/>end'))
    assert extracted.text == "text\nmore\n\nend"


def test_the_table_of_contents_gives_the_headings_that_pages_do_not_mark() -> None:
    """Chapters that mark their own keep those."""
    chapters = {"one.xhtml": "<p>Part one</p><p>第一章</p><p>text</p>", "two.xhtml": "<h3>Own</h3><p>Two</p>"}
    assert _blocks(_read(book(chapters, ncx=NCX))) == [
        ("Part one", 1),
        ("第一章", 2),
        ("text", 0),
        ("Own", 3),
        ("Two", 0),
    ]


def test_the_newer_table_of_contents_counts() -> None:
    """EPUB 3 has a page for it, which is no chapter; books that hold both say the same in both."""
    members = book({"one.xhtml": "<p>First</p><p>text</p>"}, ncx=NCX)
    members["OPS/nav.xhtml"] = '<html><nav><ol><li><a href="one.xhtml">First</a></li></ol></nav></html>'
    navigation = (
        '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>'
    )
    members["OPS/book.opf"] = str(members["OPS/book.opf"]).replace("</manifest>", navigation)
    assert _blocks(_read(members)) == [("First", 1), ("text", 0)]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("OPS/a.xhtml", "the book is protected against copying"),
        ("OPS/font.otf", None),
    ],
)
def test_a_book_under_lock_is_said_to_be(name: str, reason: str | None) -> None:
    """Mangled fonts are in free books too, and hinder nobody."""
    members = _book(a="<p>text</p>")
    reference = f'<enc:CipherReference xmlns:enc="e" URI="{name}"/>'
    members["META-INF/encryption.xml"] = f"<encryption>{reference}</encryption>"
    answer = extract_epub(packed(members))
    assert (answer.reason if isinstance(answer, Refusal) else None) == reason


def test_an_archive_that_is_no_book_is_refused() -> None:
    """A name alone makes none."""
    assert isinstance(extract_epub(packed({"a.txt": "text"})), Refusal)
