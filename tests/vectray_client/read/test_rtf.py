import pytest

from vectray_client.domain import Extracted
from vectray_client.read.rtf import extract_rtf

STYLES = rb"{\stylesheet{\s0 Normal;}{\s3\sbasedon0\fs30 Heading 2;}{\s12 heading 1;}{\*\cs5 heading 3;}}"


def _read(body: bytes) -> Extracted:
    extracted = extract_rtf(rb"{\rtf1\ansi\ansicpg936" + STYLES + body + b"}")
    assert isinstance(extracted, Extracted)
    return extracted


def _blocks(extracted: Extracted) -> list[tuple[str, int]]:
    return [(extracted.text[block.start : block.end], block.heading_level) for block in extracted.blocks]


def test_styles_of_headings_make_headings() -> None:
    """By their names, whatever their numbers; style 30 is not style 3."""
    extracted = _read(rb"\pard\s12 {Title}\par\pard\s3{Section}\par\pard\s30 text\par\pard plain\par")
    assert _blocks(extracted) == [("Title", 1), ("Section", 2), ("text", 0), ("plain", 0)]
    assert extracted.title == "Title"


def test_a_row_is_one_line() -> None:
    """A vertical bar that was typed is no edge of a cell."""
    assert _read(rb"\trowd\intbl a|b\cell c\cell\row\pard after\par").text == "a|b | c\n\nafter"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"\u27721?\u23383?", "汉字"),
        (rb"\'ba\'ba\'d7\'d6", "汉字"),
        ("汉字".encode("gb18030"), "汉字"),
        (rb"\u-10179?\u-8704?", "\U0001f600"),
        (rb"\u55357? alone", "\ufffd alone"),
        (rb"caf\'e9 \'ff", "caf\ufffd \ufffd"),
    ],
)
def test_characters_are_read_however_they_are_written(body: bytes, text: str) -> None:
    """By number, by byte, raw, in two halves; what is no character is replaced, never fatal."""
    assert _read(body).text == text


def test_pictures_are_left_out() -> None:
    """They are megabytes of digits."""
    assert _read(rb"before {\pict\pngblip " + b"89504e47\n" * 1_000 + rb"}after").text == "before after"
