import pytest
from tests.vectray_client.read.samples import pdf

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
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_words(content: bytes, verdict: Verdict, reason: str) -> None:
    """Protected, damaged and scanned documents are told apart."""
    assert extract_pdf(content) == Refusal(verdict=verdict, reason=reason)
