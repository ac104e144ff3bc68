import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.read.cell_names import cell_name, column_name


@pytest.mark.parametrize(
    ("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
)
def test_columns_are_counted_in_letters(index: int, name: str) -> None:
    """As spreadsheet programs do."""
    assert column_name(index) == name


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_different_columns_have_different_names(first: int, second: int) -> None:
    """A name leads to one column."""
    assert (column_name(first) == column_name(second)) == (first == second)


def test_a_sheet_is_quoted_where_it_has_to_be() -> None:
    """A name can be typed into the program as it is."""
    assert cell_name("Sheet1", "B", 12) == "Sheet1!B12"
    assert cell_name("数据", "A", 1) == "数据!A1"
    assert cell_name("My sheet", "A", 1) == "'My sheet'!A1"
