import pytest
from tests.vectray_client.read.compound import compound_file, workbook_stream
from tests.vectray_client.read.packages import (
    docx,
    office_package,
    packed,
    presentation,
    relationships,
    word_document,
)
from tests.vectray_client.read.story import Part

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.office import extract_office


def _read(content: bytes) -> Extracted:
    extracted = extract_office(content)
    assert isinstance(extracted, Extracted), extracted
    return extracted


def _blocks(extracted: Extracted) -> list[tuple[str, int]]:
    return [(extracted.text[block.start : block.end], block.heading_level) for block in extracted.blocks]


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_letter_keeps_notes_remarks_and_headers() -> None:
    """They come after the text; deleted text does not come at all, and a header once however often it is printed."""
    body = (
        "<w:p><w:r><w:t>text</w:t><w:footnoteReference w:id='2'/></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
        '<w:sectPr><w:headerReference w:type="default" r:id="h"/><w:headerReference w:type="first" r:id="h"/></w:sectPr>'
    )
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    members = office_package("word/document.xml", word_document(body)) | {
        "word/footnotes.xml": f'<w:footnotes {space}><w:footnote w:id="2">{_paragraph("a note")}</w:footnote></w:footnotes>',
        "word/comments.xml": f'<w:comments {space}><w:comment w:id="0">{_paragraph("a remark")}</w:comment></w:comments>',
        "word/header1.xml": f"<w:hdr {space}>{_paragraph('page header')}</w:hdr>",
        "word/_rels/document.xml.rels": relationships(
            {
                "f": ("footnotes", "footnotes.xml"),
                "c": ("comments", "comments.xml"),
                "h": ("header", "header1.xml"),
            }
        ),
    }
    assert _blocks(_read(packed(members))) == [
        ("text", 0),
        ("a note", 0),
        ("a remark", 0),
        ("page header", 0),
    ]


def test_pictures_cost_nothing() -> None:
    """A document of pictures is read for its few words."""
    members = {"word/media/image1.png": b"\x89PNG" + bytes(2_000_000)}
    assert _read(docx([Part("words")], more=members)).text == "words"


def test_a_slide_is_a_page_and_its_notes_are_on_it() -> None:
    """What was to be said is found where it was to be said."""
    shape = "<p:sp><p:nvSpPr><p:cNvPr id='2' name='n'/><p:cNvSpPr/><p:nvPr>{}</p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:txBody></p:sp>"
    title = shape.format("<p:ph type='title'/>", "{}")
    slides = [title.format("One"), "", title.format("Three")]
    members = presentation(slides)
    members["ppt/slides/_rels/slide1.xml.rels"] = relationships(
        {"n": ("notesSlide", "../notesSlides/notesSlide1.xml")}
    )
    members["ppt/notesSlides/notesSlide1.xml"] = (
        str(members["ppt/slides/slide1.xml"])
        .replace("p:sld", "p:notes")
        .replace("type='title'", "type='body' idx='1'")
        .replace("One", "say this")
    )
    extracted = _read(packed(members))
    assert extracted.text == "One\n\nsay this\n\nThree"
    assert extracted.page_starts == (0, 15, 15)
    assert extracted.title == "One"


def test_an_old_workbook_is_read() -> None:
    """Sheets under their names, a row on one line and known by its first cell."""
    rows = [[], ["植物", "month"], [], ["", "leek", "March"]]
    extracted = _read(compound_file({"Workbook": workbook_stream("Data", rows)}))
    assert _blocks(extracted) == [("Data", 1), ("植物 | month", 0), ("leek | March", 0)]
    assert [name for _, name in extracted.cells] == ["Data!A1", "Data!A2", "Data!B4"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (compound_file({"EncryptedPackage": bytes(5_000)}), "it is protected by a password"),
        (compound_file({"Other": bytes(5_000)}), "its content is not what its name says"),
        (
            compound_file({"WordDocument": bytes(5_000)}),
            "it is damaged, or made in a way that is not understood",
        ),
        (packed({"a.txt": "text"}), "its content is not what its name says"),
        (b"PK\3\4", "it is damaged, or made in a way that is not understood"),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, reason: str) -> None:
    """Locked, damaged and misnamed files are told apart."""
    answer = extract_office(content)
    assert isinstance(answer, Refusal)
    assert answer.reason == reason


def test_rtf_under_an_office_name_is_read() -> None:
    """Many a program writes it so."""
    assert _read(rb"{\rtf1 text\par}").text == "text"
