import pytest
from tests.vectray_client.read.packages import opendocument, packed

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.opendocument import extract_opendocument


def _read(body: str) -> Extracted:
    extracted = extract_opendocument(opendocument(body))
    assert isinstance(extracted, Extracted)
    return extracted


def _blocks(extracted: Extracted) -> list[tuple[str, int]]:
    return [(extracted.text[block.start : block.end], block.heading_level) for block in extracted.blocks]


def test_a_text_keeps_its_structure() -> None:
    """Headings, spaces and tabs that are elements, line breaks, lists line by line."""
    extracted = _read(
        '<office:text><text:h text:outline-level="1">Ti<text:s/>tle</text:h>'
        "<text:p>a<text:tab/>b<text:line-break/>c <text:span>d</text:span></text:p>"
        "<text:list><text:list-item><text:p>one</text:p></text:list-item>"
        "<text:list-item><text:p>two</text:p><text:list><text:list-item><text:p>deep</text:p></text:list-item>"
        "</text:list></text:list-item></text:list></office:text>"
    )
    assert _blocks(extracted) == [("Ti tle", 1), ("a b\nc d", 0), ("one", 0), ("two", 0), ("deep", 0)]
    assert extracted.text.endswith("one\ntwo\ndeep")
    assert extracted.title == "Ti tle"


def test_what_is_anchored_in_a_paragraph_comes_after_it() -> None:
    """A footnote in the middle of a sentence would tear it apart."""
    extracted = _read(
        "<office:text><text:p>before<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>the note</text:p></text:note-body></text:note> after"
        "<draw:frame><draw:text-box><text:p>in a box</text:p></draw:text-box></draw:frame></text:p></office:text>"
    )
    assert _blocks(extracted) == [("before after", 0), ("the note", 0), ("in a box", 0)]


def test_what_was_deleted_or_only_repeats_is_not_read() -> None:
    """Tracked deletions are gone for their writer, and a table of contents says everything twice."""
    extracted = _read(
        "<office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
        "<text:table-of-content><text:p>Title</text:p></text:table-of-content><text:p>here</text:p></office:text>"
    )
    assert extracted.text == "here"


def test_slides_are_pages() -> None:
    """Their notes belong to them."""
    extracted = _read(
        "<office:presentation><draw:page><draw:frame><draw:text-box><text:p>one</text:p></draw:text-box></draw:frame>"
        "<presentation:notes><draw:frame><draw:text-box><text:p>say this</text:p></draw:text-box></draw:frame>"
        "</presentation:notes></draw:page><draw:page/><draw:page><text:p>three</text:p></draw:page></office:presentation>"
    )
    assert extracted.text == "one\n\nsay this\n\nthree"
    assert extracted.page_starts == (0, 15, 15)


def test_sheets_count_what_is_said_to_repeat() -> None:
    """Rows and columns keep their names, but nothing is read a million times."""
    extracted = _read(
        '<office:spreadsheet><table:table table:name="S">'
        '<table:table-row table:number-rows-repeated="9"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>c</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="16000"><text:p>d</text:p></table:table-cell></table:table-row>'
        "</table:table></office:spreadsheet>"
    )
    assert extracted.text == "S\n\nc | d"
    assert extracted.cells == ((0, "S!A1"), (3, "S!C10"))


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"mimetype": "x"}, "it is damaged, or made in a way that is not understood"),
        (
            {"content.xml": "<x/>", "META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"},
            "it is protected by a password",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(members: dict[str, str | bytes], reason: str) -> None:
    """In plain words."""
    answer = extract_opendocument(packed(members))
    assert isinstance(answer, Refusal)
    assert answer.reason == reason
