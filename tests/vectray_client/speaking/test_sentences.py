import pytest

from vectray_client.indexer.pausing import Pause
from vectray_client.read import refusals
from vectray_client.speaking.language import Language
from vectray_client.speaking.sentences import said


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("the PDF is damaged", "PDF 已损坏"),
        (
            "It could not be read: the PDF is damaged; it is tried again when it changes.",
            "无法读取：PDF 已损坏。文件改动后会再试。",
        ),
        (Pause(seconds_left=600).reason, "索引已暂停，还有 11 分钟。"),
        ("reading notes.txt", "正在读取 notes.txt"),
        ("reading two\nlines.txt", "正在读取 two\nlines.txt"),
        ("reading idle", "正在读取 idle"),
        ("the system could not read it ($1)", "系统无法读取（$1）"),
        ("what nobody has translated", "What nobody has translated"),
        ("", ""),
    ],
)
def test_what_a_pattern_caught_stands_in_the_words(english: str, chinese: str) -> None:
    """Reasons inside a sentence are translated; names are not, whatever they are."""
    assert said(english, Language.ZH) == chinese


def test_english_is_left_as_it_is() -> None:
    """But for its first letter: reasons begin small, as they stand in other sentences elsewhere."""
    assert said("the PDF is damaged", Language.EN) == "The PDF is damaged"


def test_reasons_of_readers_are_known() -> None:
    """Whoever reads Chinese reads why a file is left out in Chinese."""
    reasons = [refusal.reason for refusal in vars(refusals).values() if isinstance(refusal, refusals.Refusal)]
    assert len(reasons) > 5
    assert [reason for reason in reasons if said(reason, Language.ZH).isascii()] == []
