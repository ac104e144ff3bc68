from hypothesis import given
from hypothesis import strategies as st

from vectray_client.read.assembly import Piece
from vectray_client.read.contents import Entry, with_headings


def _headed(lines: list[str], *entries: Entry) -> list[tuple[str, int]]:
    (page,) = with_headings([[Piece(line) for line in lines]], entries)
    return [(piece.text, piece.level) for piece in page]


def test_the_line_that_an_entry_names_becomes_a_heading() -> None:
    """Whatever its white space, case, hyphens and number."""
    assert _headed(
        ["before", "1.2  The  Seeds", "after", "第三节：播 种"],
        Entry(page=0, level=2, title="the see-ds"),
        Entry(page=0, level=3, title="播种"),
    ) == [("before", 0), ("1.2  The  Seeds", 2), ("after", 0), ("第三节：播 种", 3)]


def test_a_heading_may_be_set_over_lines() -> None:
    """It is one heading all the same."""
    entry = Entry(page=0, level=1, title="A long title of two lines")
    assert _headed(["A long title", "of two lines", "text"], entry) == [
        ("A long title of two lines", 1),
        ("text", 0),
    ]


def test_a_title_that_is_not_on_its_page_opens_it() -> None:
    """It may be drawn as a picture; but under a heading that was found, it would claim the wrong text."""
    found, missing = Entry(page=0, level=1, title="Found"), Entry(page=0, level=1, title="Drawn")
    assert _headed(["text"], missing) == [("Drawn", 1), ("text", 0)]
    assert _headed(["Found", "text"], found, missing) == [("Found", 1), ("text", 0)]


def test_a_word_within_a_line_is_no_heading() -> None:
    """Only whole lines are."""
    assert _headed(["Seeds are small."], Entry(page=0, level=1, title="Seeds")) == [
        ("Seeds", 1),
        ("Seeds are small.", 0),
    ]


def test_entries_stay_on_their_pages() -> None:
    """The same title may stand on many."""
    pages = list(with_headings([[Piece("Notes")], [Piece("Notes")]], [Entry(page=1, level=1, title="Notes")]))
    assert [[piece.level for piece in page] for page in pages] == [[0], [1]]


@given(
    st.lists(st.lists(st.text("ab 1."), max_size=5), max_size=4),
    st.lists(st.builds(Entry, page=st.integers(0, 5), level=st.integers(1, 6), title=st.text("ab 1."))),
)
def test_no_line_is_lost(pages: list[list[str]], entries: list[Entry]) -> None:
    """Headings add to the text at most; its order stays."""
    headed = list(with_headings([[Piece(line) for line in page] for page in pages], entries))
    assert len(headed) == len(pages)
    for lines, page in zip(pages, headed, strict=True):
        rest = "".join(piece.text for piece in page)
        for line in lines:
            assert line in rest
            rest = rest[rest.index(line) + len(line) :]
