import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import FileType
from vectray_client.searcher.sentences import sentences_of

TEXTS = st.text(st.sampled_from("ab 。！.?!”\n\t|-#1你好 \u3000"), max_size=200)


def said(text: str, file_type: FileType = FileType.TEXT) -> list[str]:
    """The sentences themselves."""
    return [text[sentence.start : sentence.end] for sentence in sentences_of(text, file_type)]


@given(TEXTS, st.sampled_from(FileType))
def test_nothing_but_white_space_is_left_out(text: str, file_type: FileType) -> None:
    """Sentences are in order, do not overlap, and neither begin nor end with white space."""
    at = 0
    for sentence in sentences_of(text, file_type):
        assert text[at : sentence.start].strip() == ""
        piece = text[sentence.start : sentence.end]
        assert piece
        assert piece == piece.strip()
        at = sentence.end
    assert text[at:].strip() == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("一。二！他说：“三。”四", ["一。", "二！", "他说：“三。”", "四"]),
        ("1. Boil water. 2. Add tea.", ["1. Boil water.", "2. Add tea."]),
        ("Version 3.11 is out.", ["Version 3.11 is out."]),
        ("Milk\nEggs\nBread", ["Milk", "Eggs", "Bread"]),
        ("# Title\nText.", ["# Title", "Text."]),
        ("| a | b |\n| 1 | 2 |", ["| a | b |", "| 1 | 2 |"]),
        ("Ann\t31\nBob\t45", ["Ann\t31", "Bob\t45"]),
    ],
)
def test_a_sentence_ends_where_a_reader_sees_its_end(text: str, expected: list[str]) -> None:
    """By its mark in either language, or by its line where lines are items, rows or headings."""
    assert said(text) == expected


def test_a_wrapped_line_is_no_end() -> None:
    """An editor broke it, not its writer, unless an item, a row or a paragraph begins behind it."""
    line = "a sentence that goes on and on until its line is full"
    assert said(f"{line}\nand on.\n") == [f"{line}\nand on."]
    assert said("这一行在编辑器里写满了四十列以后就自动换行了，\n于是接着写。") == [
        "这一行在编辑器里写满了四十列以后就自动换行了，\n于是接着写。"
    ]
    for behind in ("- item", "2. item", "\nparagraph", "    indented", "| row |", "（二）条"):
        assert said(f"{line}\n{behind}") == [line, behind.strip()]


def test_lines_of_code_stand_for_themselves() -> None:
    """They have no sentences, however long they are."""
    code = "def answer(question: Question, *, patience_seconds: float):\n    return 42"
    assert said(code, FileType.CODE) == code.split("\n    ")


def test_what_has_no_end_is_cut() -> None:
    """A page without a full stop is no sentence; the pieces say that they belong together."""
    pieces = sentences_of("word " * 300, FileType.TEXT)
    assert [piece.is_cut for piece in pieces] == [False, *[True] * (len(pieces) - 1)]
    assert max(piece.end - piece.start for piece in pieces) <= 400
