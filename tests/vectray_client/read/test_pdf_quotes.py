from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from vectray_client.read.pdf_quotes import Box, with_quotes_in_place

WIDTH = 10.0


def _mended(extracted: str, *drawn: str) -> str:
    """`extracted`, each character of which stands where it is found in one of the `drawn` lines."""
    boxes: Mapping[str, Box] = {
        character: (WIDTH * column, -20.0 * row, WIDTH * column + 8, 10 - 20.0 * row)
        for row, line in enumerate(drawn)
        for column, character in enumerate(line)
    }
    end_of_line = (WIDTH * max(map(len, drawn)), 0.0, WIDTH * max(map(len, drawn)), 0.0)
    return with_quotes_in_place(extracted, box_of=lambda index: boxes.get(extracted[index], end_of_line))


def test_marks_at_the_end_of_their_line_go_back() -> None:
    """Chinese text is read as it is printed."""
    assert _mended("他说好的然后走了 “ ”\r\n第二行", "他说“好的”然后走了", "第二行").startswith(
        "他说“好的”然后走了"
    )


def test_marks_that_enclose_nothing_are_put_around_what_they_should() -> None:
    """Wherever in the line they were left."""
    assert _mended("他说“ ” 好的，然后走了", "他说“好的”，然后走了") == "他说“好的”，然后走了"


def test_a_mark_may_belong_to_the_next_line() -> None:
    """It is put into the line that it is level with."""
    assert _mended("他只说好 “ ”\r\n的然后走了", "他只说“好", "的”然后走了").split() == [
        "他只说“好",
        "的”然后走了",
    ]


def test_a_page_in_order_stays_as_it_is() -> None:
    """No place is asked for where nothing looks wrong."""
    page = "“One” and ‘two’.\r\n“Three”"
    assert with_quotes_in_place(page, box_of=lambda _: (0.0, 0.0, 1 / 0, 0.0)) == page


@given(st.text("ab汉 “”\r\n"), st.lists(st.floats(0, 100), min_size=1))
def test_no_character_is_lost(page: str, lefts: list[float]) -> None:
    """Wherever boxes are said to be; only gaps may close."""
    mended = with_quotes_in_place(page, box_of=lambda index: (lefts[index % len(lefts)], 0.0, 1.0, 1.0))
    assert sorted(mended.replace(" ", "")) == sorted(page.replace(" ", ""))
