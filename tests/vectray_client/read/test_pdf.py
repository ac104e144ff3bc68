import pytest
from tests.vectray_client.read.documents import pdf as bookmarked_pdf
from tests.vectray_client.read.samples import garbled_pdf, pdf
from tests.vectray_client.read.story import Part

from vectray_client.domain import Extracted, Refusal, Verdict
from vectray_client.read.pdf import extract_pdf


def test_every_page_is_read_and_known_by_its_start() -> None:
    """Chinese and English, paragraphs joined, an empty page included in the count."""
    extracted = extract_pdf(
        pdf(["机器学习是人工智能的", "一个分支。"], [], ["Second, multi-", "plied page."])
    )
    assert isinstance(extracted, Extracted)
    assert [extracted.text[block.start : block.end] for block in extracted.blocks] == [
        "机器学习是人工智能的一个分支。",
        "Second, multiplied page.",
    ]
    assert len(extracted.page_starts) == 3
    assert extracted.text[extracted.page_starts[2] :].startswith("Second")


@pytest.mark.parametrize(
    ("content", "verdict", "reason"),
    [
        (pdf(["secret"], password="x"), Verdict.FAILED, "the PDF is protected by a password"),
        (pdf(["text"])[:400], Verdict.FAILED, "the PDF is damaged"),
        (b"%PDF-1.7", Verdict.FAILED, "the PDF is damaged"),
        (pdf([], []), Verdict.SKIPPED, "there is no text in it: its pages are probably scanned images"),
        (
            bookmarked_pdf([Part("", 1)]),
            Verdict.SKIPPED,
            "there is no text in it: its pages are probably scanned images",
        ),
        (
            garbled_pdf(),
            Verdict.FAILED,
            "its fonts do not say which characters they show, so that no text can be read from it",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_words(content: bytes, verdict: Verdict, reason: str) -> None:
    """Protected, damaged and scanned documents are told apart."""
    assert extract_pdf(content) == Refusal(verdict=verdict, reason=reason)


def test_bookmarks_are_headings_of_the_text_they_lead_to() -> None:
    """They part the paragraphs around them, and pages are counted as before."""
    parts = [
        Part("第一章 The beginning", 1),
        Part("A line that has no end and goes on as if"),
        Part("第二节", 2),
        Part("nothing had been between"),
    ]
    extracted = extract_pdf(bookmarked_pdf(parts))
    assert isinstance(extracted, Extracted)
    blocks = [(extracted.text[block.start : block.end], block.heading_level) for block in extracted.blocks]
    assert blocks == [
        ("第一章 The beginning", 1),
        ("A line that has no end and goes on as if", 0),
        ("第二节", 2),
        ("nothing had been between", 0),
    ]
    assert extracted.text[extracted.page_starts[1] :].startswith("第二节")
