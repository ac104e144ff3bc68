from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.assembly import Piece, assembled, first_heading, row, row_pieces

PIECES = st.builds(
    Piece,
    text=st.text(st.sampled_from("ab \n\t汉\0\ud800")),
    level=st.integers(0, 6),
    is_code=st.booleans(),
    is_line=st.booleans(),
    opens_page=st.booleans(),
    cell=st.sampled_from([None, "", "S!A1"]),
)


def _assembled(*pieces: Piece) -> Extracted:
    extracted = assembled(pieces)
    assert isinstance(extracted, Extracted)
    return extracted


@given(st.lists(PIECES))
def test_blocks_are_the_pieces_that_say_something(pieces: list[Piece]) -> None:
    """In order, without overlap; nothing but white space lies between them; every page has a start."""
    extracted = _assembled(*pieces)
    end = 0
    for block in extracted.blocks:
        assert block.start >= end
        assert not extracted.text[end : block.start].strip()
        assert extracted.text[block.start : block.end].strip()
        end = block.end
    assert end == len(extracted.text)
    assert len(extracted.page_starts) == sum(piece.opens_page for piece in pieces)
    assert list(extracted.page_starts) == sorted(extracted.page_starts)
    assert {offset for offset, _ in extracted.cells} <= {block.start for block in extracted.blocks}


def test_lines_stand_close_and_paragraphs_apart() -> None:
    """A table is not torn apart by blank lines, and a page never runs on in the line before."""
    extracted = _assembled(
        Piece("p"),
        Piece("a", is_line=True),
        Piece("b", is_line=True),
        Piece("c", is_line=True, opens_page=True),
    )
    assert extracted.text == "p\n\na\nb\n\nc"


def test_an_empty_page_begins_where_the_next_one_does() -> None:
    """The page of a passage is counted with the pages that hold nothing."""
    extracted = _assembled(
        Piece("one", opens_page=True), Piece("", opens_page=True), Piece("three", opens_page=True)
    )
    assert extracted.page_starts == (0, 5, 5)


def test_code_keeps_its_indentation() -> None:
    """Only the line ends around it go."""
    assert _assembled(Piece("\n  if x:\n    y\n", is_code=True)).text == "  if x:\n    y"


def test_endless_text_is_refused() -> None:
    """What a small archive unpacks to may be more than anybody wrote."""
    assert isinstance(assembled(Piece("a" * 1_000_000) for _ in range(65)), Refusal)


def test_a_row_is_one_line() -> None:
    """Empty cells keep their place, except at the ends."""
    assert row(["", "a", " b\nc ", "", "d", " ", ""]) == "a | b c |  | d"
    assert row(["", " "]) == ""


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    """Its headings stay headings, and a text in a frame is not pressed into one line."""
    cells = [[Piece("Menu")], [Piece("Title", level=1), Piece("Text")]]
    assert list(row_pieces(cells)) == [Piece("Menu"), Piece("Title", level=1), Piece("Text")]
    assert list(row_pieces([[Piece("one"), Piece("two")], [Piece("")]])) == [Piece("one"), Piece("two")]
    assert list(row_pieces([[Piece("a" * 2_000)], [Piece("b")]])) == [Piece("a" * 2_000), Piece("b")]
    assert list(row_pieces([[Piece("a"), Piece("b")], [Piece("c")]])) == [Piece("a b | c", is_line=True)]


def test_the_first_heading_of_level_one_is_found() -> None:
    """On one line, whatever it was broken over."""
    assert first_heading([Piece("x"), Piece("y", level=2), Piece("The\ntitle", level=1)]) == "The title"
    assert first_heading([Piece("x")]) == ""
