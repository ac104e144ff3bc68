from collections.abc import Callable

import generate_han_tables
import pytest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "made"),
    [("simplified.txt", generate_han_tables.simplified), ("pinyin.txt", generate_han_tables.readings)],
    ids=["simplified", "pinyin"],
)
def test_the_tables_are_those_of_the_libraries(name: str, made: Callable[[], str]) -> None:
    """Nobody has edited them; where a library's release has other characters, an index has to make its words anew."""
    assert (generate_han_tables.TABLES / name).read_text("utf-8") == made()
