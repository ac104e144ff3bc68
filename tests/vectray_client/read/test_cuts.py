import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.read.cuts import lines, sentences, windows

TEXTS = st.text(st.sampled_from('ab 。！？；.!?"”)\n，,'))


@given(TEXTS)
def test_sentences_and_lines_lose_nothing(text: str) -> None:
    """The pieces, in order, are the text."""
    for cut in (sentences, lines):
        assert "".join(text[start:end] for start, end in cut(text, 0, len(text))) == text


@given(TEXTS, st.integers(1, 9))
def test_windows_lose_nothing_and_keep_their_size(text: str, characters: int) -> None:
    """The pieces, in order, are the text, and none is longer than asked for."""
    pieces = [text[start:end] for start, end in windows(text, 0, len(text), characters=characters)]
    assert "".join(pieces) == text
    assert all(len(piece) <= characters for piece in pieces)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? “Three!” Four", ["One.", " Two?", " “Three!”", " Four"]),
        ("第一句。第二句！“第三句？”第四；五", ["第一句。", "第二句！", "“第三句？”", "第四；", "五"]),
        ("See a.b.c and 3.14, www.x.org.", ["See a.b.c and 3.14, www.x.org."]),
    ],
)
def test_sentences_end_where_a_reader_would_say_so(text: str, expected: list[str]) -> None:
    """Chinese marks anywhere, Latin ones before white space, closing quotes with their sentence."""
    assert [text[start:end] for start, end in sentences(text, 0, len(text))] == expected


def test_windows_end_between_words_where_they_can() -> None:
    """A word is cut only if it is longer than half a window."""
    text = "one two, three"
    assert [text[start:end] for start, end in windows(text, 0, len(text), characters=6)] == [
        "one ",
        "two, ",
        "three",
    ]
    assert [end - start for start, end in windows("x" * 14, 0, 14, characters=6)] == [6, 6, 2]


def test_a_long_run_of_marks_takes_no_longer_than_its_length() -> None:
    """Half a million full stops are one sentence end, found at once (the suite's time limit is the judge)."""
    text = "." * 500_000 + "x"
    assert list(sentences(text, 0, len(text))) == [(0, len(text))]
