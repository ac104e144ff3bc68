import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from vectray_client.cli.elided import elided

FOLDERS = st.lists(st.text(st.sampled_from("ab 文档"), min_size=1, max_size=12), max_size=8).map(
    lambda names: "/" + "/".join(names)
)


@given(FOLDERS, st.integers(0, 60))
def test_a_folder_fits_and_keeps_its_ends(folder: str, most_columns: int) -> None:
    """It is as wide as there is room at most, whole if it fits, and else the beginning and the end of itself."""
    short = elided(folder, most_columns=most_columns)
    assert cell_len(short) <= most_columns
    if cell_len(folder) <= most_columns:
        assert short == folder
    elif short:
        before, after = short.split("…")
        assert folder.startswith(before)
        assert folder.endswith(after)


@pytest.mark.parametrize(
    ("most_columns", "expected"),
    [
        (40, "/home/anna/文档/项目/周报"),
        (24, "/home/…/文档/项目/周报"),
        (21, "/home/…/项目/周报"),
        (12, "/…/项目/周报"),
        (7, "/…/周报"),
        (5, "…周报"),
        (4, "…报"),
        (1, "…"),
        (0, ""),
    ],
)
def test_the_middle_is_left_out_first(most_columns: int, expected: str) -> None:
    """People know folders by where they are and by their own names."""
    assert elided("/home/anna/文档/项目/周报", most_columns=most_columns) == expected
