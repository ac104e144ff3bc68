from hypothesis import given
from hypothesis import strategies as st

from vectray_client.desktop.names import columns, name_of, shortened


@given(text=st.text(), most=st.integers(3, 60))
def test_what_is_shown_fits_and_harms_nobody(text: str, most: int) -> None:
    """No name takes more room than there is, begins another line, or turns the direction of writing."""
    shown = shortened(text, most_columns=most)
    assert columns(shown) <= most
    assert not any(character in shown for character in "\n\r\u202e\u2066\x00\x1b")


def test_a_long_name_keeps_both_ends() -> None:
    """Beginning and end tell names apart; Chinese characters are twice as wide."""
    assert shortened("minutes of the meeting of 2026.docx", most_columns=16) == "minutes …26.docx"
    assert shortened("二〇二六年十一月的会议纪要.docx", most_columns=16) == "二〇二六…要.docx"
    assert shortened("short.md", most_columns=16) == "short.md"


def test_a_path_is_known_by_its_last_part() -> None:
    """The root has no other name than itself."""
    assert name_of("/home/me/笔记") == "笔记"
    assert name_of("/") == "/"


def test_a_name_of_marks_alone_is_still_a_line() -> None:
    """A line without words would part others."""
    assert name_of("/home/me/\u202e\u200f\n") == "…"
