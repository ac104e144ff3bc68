from vectray_client.read.reflow import NO_WORDS, Vocabulary, full_width, lines_of, vocabulary
from vectray_client.read.reflow import paragraphs as paragraphs_of

LONG = "This line is as long as the lines of this page are, more or less"


def paragraphs(page: str, known: Vocabulary = NO_WORDS) -> list[str]:
    """Those of a whole page."""
    lines = lines_of(page)
    return paragraphs_of(lines, full_width=full_width(lines), known=known)


def test_lines_of_one_paragraph_are_joined() -> None:
    """English lines are joined with a space, Chinese ones without."""
    assert paragraphs("A sentence that was broken to fit\nthe width of the paper.") == [
        "A sentence that was broken to fit the width of the paper."
    ]
    assert paragraphs("机器学习是人工智能的一个\n分支。") == ["机器学习是人工智能的一个分支。"]


def test_a_short_line_ends_its_paragraph() -> None:
    """Headings, last lines and cells are shorter than the page is wide."""
    page = f"A heading\n{LONG}\n{LONG}\nand ends.\n{LONG}"
    assert paragraphs(page) == ["A heading", f"{LONG} {LONG} and ends.", LONG]


def test_list_items_stay_apart() -> None:
    """A mark at the start of a line starts a paragraph, even under a full line."""
    page = f"{LONG}\n• {LONG}\n2. {LONG}\n（三）{LONG}"
    assert paragraphs(page) == [LONG, f"• {LONG}", f"2. {LONG}", f"（三）{LONG}"]


def test_broken_words_are_mended() -> None:
    """A hyphen at a line's end goes, unless the document writes the word with it elsewhere or it was there before."""
    assert paragraphs("We talk of embed-\ndings here.") == ["We talk of embeddings here."]
    known = vocabulary(["It is a well-known fact."])
    assert paragraphs("It is a Well-\nknown fact.", known) == ["It is a Well-known fact."]
    assert paragraphs("state-of-the-\nart models") == ["state-of-the-art models"]
    assert paragraphs("See www.ecma-\ninternational.org/x") == ["See www.ecma-international.org/x"]
    assert paragraphs("the Baden-\nWürttemberg train") == ["the Baden-Württemberg train"]


def test_two_words_of_their_own_keep_their_hyphen() -> None:
    """Unless the document writes them as one elsewhere; syllables are no words."""
    page = "multiple-\nownership"
    assert paragraphs(page, vocabulary(["multiple owners, one ownership"])) == ["multiple-ownership"]
    assert paragraphs(page, vocabulary(["Multiple, ownership, MultipleOwnership"])) == ["multipleownership"]
    assert paragraphs("for-\nget", vocabulary(["for, get"])) == ["forget"]


def test_gaps_between_han_characters_go() -> None:
    """Justified Chinese comes with spaces that nobody wrote; those around Latin words may stay."""
    assert paragraphs("机 器 学习 ， 使用 import 命令") == ["机器学习，使用 import 命令"]


def test_what_fonts_draw_becomes_what_people_type() -> None:
    """Ligatures and radicals are written as letters and characters, control characters go."""
    assert paragraphs("\ufb01le \u2f08\u2f2d\x01") == ["file 人山"]


def test_a_page_without_text_has_no_paragraphs() -> None:
    """A blank page is no reason to fail."""
    assert paragraphs("") == []
    assert paragraphs(" \r\n\t") == []
