from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import Block
from vectray_client.read.blocks import code_blocks, heading_text, markdown_blocks, plain_blocks, title_of

LINES = st.lists(
    st.sampled_from(
        [
            "",
            "  ",
            "# One",
            "## 二",
            "#tag",
            "Title",
            "===",
            "---",
            "```",
            "~~~~",
            "````x",
            "a: b",
            "Word.",
            "def f():",
            "@x",
            "    y",
        ]
    ).map(lambda line: line + "\n")
).map("".join)


def _texts(text: str, blocks: tuple[Block, ...]) -> list[str]:
    return [text[block.start : block.end] for block in blocks]


@pytest.mark.parametrize("blocks_of", [markdown_blocks, plain_blocks, code_blocks])
@given(text=LINES)
def test_blocks_hold_all_that_is_not_white_space(
    blocks_of: Callable[[str], tuple[Block, ...]], text: str
) -> None:
    """In order, without overlap, and with nothing but white space between them."""
    end = 0
    for block in blocks_of(text):
        assert end <= block.start < block.end
        assert not text[end : block.start].strip()
        end = block.end
    assert not text[end:].strip()


def test_headings_of_both_kinds_are_found() -> None:
    """Number signs and underlines make headings; a tag and a rule do not."""
    text = "# One\nText\n#tag\n\nTwo\n===\n\nThree\n---\n\n---\n\n###### Six ##\n"
    levels = [
        (block.heading_level, heading_text(text[block.start : block.end])) for block in markdown_blocks(text)
    ]
    assert levels == [(1, "One"), (0, "Text #tag"), (1, "Two"), (2, "Three"), (0, "---"), (6, "Six")]


def test_a_paragraph_over_a_rule_is_no_heading() -> None:
    """Only a single line can be underlined: a heading of several lines is far rarer than a forgotten blank line."""
    assert [block.heading_level for block in markdown_blocks("One line\nanother line\n---\n")] == [0]


def test_fenced_code_is_one_block() -> None:
    """Blank lines and number signs inside a fence are code; a shorter or other fence does not close it."""
    code = "````python\n# no heading\n\n```\n~~~~\n````"
    text = f"Before\n{code}\nAfter\n"
    blocks = markdown_blocks(text)
    assert _texts(text, blocks) == ["Before", code, "After"]
    assert [block.is_code for block in blocks] == [False, True, False]


def test_a_fence_that_is_never_closed_reaches_to_the_end() -> None:
    """As in CommonMark."""
    text = "```\n# code\n\nmore"
    assert _texts(text, markdown_blocks(text)) == [text]


def test_front_matter_is_one_block() -> None:
    """What stands between the rules at the very start is data, if it begins like data."""
    text = "---\ntitle: x\n\ntags: [a]\n---\n# One\n"
    assert _texts(text, markdown_blocks(text)) == ["---\ntitle: x\n\ntags: [a]\n---", "# One"]
    rule = "---\nJust text\n\n---\n"
    assert not any(block.is_code for block in markdown_blocks(rule))


def test_plain_paragraphs_end_with_a_sentence_or_a_blank_line() -> None:
    """Chinese texts often have no blank lines; hard-wrapped English ones mostly have."""
    text = "第一段。\n第二段。\nA line that\ngoes on.\n\nlast"
    assert _texts(text, plain_blocks(text)) == ["第一段。", "第二段。", "A line that\ngoes on.", "last"]


def test_code_is_parted_at_definitions() -> None:
    """A definition in the first column starts a block together with its decorators; a nested one does not."""
    text = "import x\n@cache\n@other\ndef f():\n    def g(): pass\nclass A:\n    x = 1\n\n    y = 2\nexport default function h() {}\n"
    blocks = code_blocks(text)
    assert _texts(text, blocks) == [
        "import x",
        "@cache\n@other\ndef f():\n    def g(): pass",
        "class A:\n    x = 1",
        "    y = 2",
        "export default function h() {}",
    ]
    assert all(block.is_code for block in blocks)


def test_the_title_is_the_first_heading_of_level_one() -> None:
    """Wherever it stands; without one there is none."""
    text = "## Sub\n\n# The *title* #\n\n# Another\n"
    assert title_of(text, markdown_blocks(text)) == "The *title*"
    assert title_of("## Sub\n", markdown_blocks("## Sub\n")) == ""


@pytest.mark.parametrize("line", ["# a" + " " * 300_000 + "b", "-" * 300_000, "`" * 300_000, "." * 300_000])
def test_long_lines_take_no_longer_than_their_length(line: str) -> None:
    """No pattern goes over the same characters again and again (the suite's time limit is the judge)."""
    for blocks_of in (markdown_blocks, plain_blocks, code_blocks):
        assert heading_text(line[slice(blocks_of(line)[0].start, None)])
