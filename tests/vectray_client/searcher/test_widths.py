import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from vectray_client.searcher.widths import columns


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0), ("a b", 3), ("汉字，。", 8), ("ｗide", 5), ("e\u0301", 1), ("\u200bx", 1), ("한국", 4)],
)
def test_columns_are_those_of_a_terminal(text: str, expected: int) -> None:
    """Han and full-width forms take two, marks none."""
    assert columns(text) == expected


@given(st.text(st.characters(codec="gb2312")))
def test_terminals_agree_about_chinese(text: str) -> None:
    """What fits here fits where it is printed; of some signs terminals think that they are narrower."""
    assert columns(text) >= cell_len(text) - text.count("\t") * 8 or "\x00" in text
