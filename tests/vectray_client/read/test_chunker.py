import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectray_client.read.samples import count_words

from vectray_client.domain import Block, Chunk, Extracted
from vectray_client.read.blocks import code_blocks, markdown_blocks, plain_blocks, title_of
from vectray_client.read.chunker import chunk

LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["", "", "# One", "## Two words", "### 三个字", "```", "Title", "===", "def f():", "    x = 1"]
        ),
        st.text(st.sampled_from("ab 汉字。.! \t"), max_size=90),
    )
)
MAX_TOKENS = st.integers(16, 60)


def _markdown(text: str) -> Extracted:
    blocks = markdown_blocks(text)
    return Extracted(text=text, blocks=blocks, title=title_of(text, blocks))


def _chunks(text: str, max_tokens: int = 100) -> tuple[Chunk, ...]:
    return chunk(_markdown(text), count=count_words, max_tokens=max_tokens)


@given(LINES, st.sampled_from([markdown_blocks, plain_blocks, code_blocks]), MAX_TOKENS)
def test_every_character_is_in_exactly_one_passage(lines: list[str], blocks_of, max_tokens: int) -> None:  # noqa: ANN001
    """In order, without overlap, and with nothing but white space between passages and at their ends."""
    text = "\n".join(lines)
    extracted = Extracted(text=text, blocks=blocks_of(text))
    end = 0
    for passage in chunk(extracted, count=count_words, max_tokens=max_tokens):
        assert passage.text == text[passage.start : passage.end] == passage.text.strip()
        assert passage.text
        assert not text[end : passage.start].strip()
        end = passage.end
    assert not text[end:].strip()


@given(LINES, MAX_TOKENS)
def test_no_passage_is_too_long(lines: list[str], max_tokens: int) -> None:
    """The limit holds for what the model reads: the passage under its headings."""
    for passage in _chunks("\n".join(lines), max_tokens):
        assert count_words([passage.embedded_text]) <= [max_tokens]
        assert count_words([passage.heading]) <= [max_tokens // 8]


@given(LINES, MAX_TOKENS)
def test_a_heading_is_never_parted_from_the_text_below_it(lines: list[str], max_tokens: int) -> None:
    """The passage that ends with a heading's last character goes on with the block below, unless that is a heading."""
    extracted = _markdown("\n".join(lines))
    ends = {passage.end for passage in chunk(extracted, count=count_words, max_tokens=max_tokens)}
    for block, below in zip(extracted.blocks, extracted.blocks[1:], strict=False):
        text = extracted.text[block.start : block.end]
        if block.heading_level and not below.heading_level and count_words([text]) <= [max_tokens // 2]:
            assert block.start + len(text.rstrip()) not in ends


@given(LINES)
@settings(max_examples=20)
def test_equal_documents_have_equal_passages(lines: list[str]) -> None:
    """Nothing but the document decides."""
    assert _chunks("\n".join(lines)) == _chunks("\n".join(lines))


def test_the_headings_above_a_passage_are_its_context() -> None:
    """Outermost first, the passage's own first heading left out because the passage shows it."""
    long = " ".join(["word"] * 80) + "."
    text = (
        f"# Book\n\n{long}\n\n## Part ##\n\n{long}\n\n{long}\n\n### Detail\n\n{long}\n\n## Next\n\n{long}\n"
    )
    assert [(passage.text.splitlines()[0][:10], passage.heading) for passage in _chunks(text)] == [
        ("# Book", ""),
        ("## Part ##", "Book"),
        ("word word ", "Book › Part"),
        ("### Detail", "Book › Part"),
        ("## Next", "Book"),
    ]


def test_a_title_that_is_no_heading_stands_above_all() -> None:
    """The title of a web page is context for every passage; a first heading that repeats it would say it twice."""
    block = Block(start=0, end=4)
    assert (
        chunk(Extracted(text="text", blocks=(block,), title="Page"), count=count_words, max_tokens=99)[
            0
        ].heading
        == "Page"
    )
    heading = Block(start=0, end=4, heading_level=2)
    below = Block(start=5, end=9)
    titled = Extracted(text="Page\ntext", blocks=(heading, below), title="Page")
    assert chunk(titled, count=count_words, max_tokens=99)[0].heading == ""


def test_a_long_path_loses_its_outermost_headings() -> None:
    """What is nearest to the passage says most about it."""
    body = " ".join(["word"] * 90)
    text = f"# {'a ' * 9}\n\n## b b b\n\n### c c c\n\n{body}\n\n{body}\n"
    assert _chunks(text)[-1].heading == "b b b › c c c"


def test_small_sections_share_a_passage() -> None:
    """A page of one-line answers is not cut into one passage a line."""
    text = "".join(f"## Question {n}\n\nAnswer {n}.\n\n" for n in range(8))
    assert len(_chunks(text)) == 1


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    """Each passage of it starts with a sentence and ends with one."""
    text = "".join(f"这是第{number}句话，内容不同，{'长' * (number % 7)}。" for number in range(60))
    passages = _chunks(text)
    assert len(passages) > 5
    assert all(passage.text.startswith("这是第") and passage.text.endswith("。") for passage in passages)


def test_long_code_is_cut_between_lines() -> None:
    """A statement is not cut at a full stop in it."""
    text = "```\n" + "".join(f"call({number}); // Note. Well\n" for number in range(200)) + "```\n"
    assert all(passage.text.startswith(("```", "call(")) for passage in _chunks(text))


def test_white_space_without_end_does_not_make_an_endless_passage() -> None:
    """White space costs no tokens, but is sent and stored all the same."""
    assert [passage.text for passage in _chunks("a" + " " * 1_000_000 + "b")] == ["a", "b"]


def test_passages_know_their_line_or_their_page() -> None:
    """Line numbers where there are no pages, page numbers where there are; both count from 1."""
    text = "\n\n".join(" ".join([f"w{number}"] * 90) for number in range(3))
    assert [(passage.line, passage.page) for passage in _chunks(text)] == [(1, None), (3, None), (5, None)]
    starts = (0, 0, text.index("w1"), text.index("w2") + 9)
    paged = Extracted(text=text, blocks=plain_blocks(text), page_starts=starts)
    assert [(passage.line, passage.page) for passage in chunk(paged, count=count_words, max_tokens=100)] == [
        (None, 2),
        (None, 3),
        (None, 3),
    ]


def test_too_small_a_limit_is_refused() -> None:
    """Below 16 tokens nothing could be promised."""
    with pytest.raises(ValueError, match="at least 16"):
        _chunks("text", 15)


def test_passages_know_their_cell() -> None:
    """The last one that begins at or before the passage; what stands before the first one is in none."""
    text = "\n\n".join(" ".join([f"w{number}"] * 90) for number in range(4))
    cells = ((text.index("w1"), "Sheet1!A1"), (text.index("w2") + 5, "Sheet1!A2"))
    extracted = Extracted(text=text, blocks=plain_blocks(text), cells=cells)
    found = chunk(extracted, count=count_words, max_tokens=100)
    assert [passage.cell for passage in found] == ["", "Sheet1!A1", "Sheet1!A1", "Sheet1!A2"]
