import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectray_client.read.samples import count_words

from vectray_client.domain import Chunk, Extracted
from vectray_client.read.blocks import markdown_blocks, plain_blocks
from vectray_client.read.chunker import chunk
from vectray_client.read.outline import places
from vectray_client.read.units import units_of


@pytest.mark.parametrize("has_headings", [True, False])
def test_an_edit_changes_only_the_passages_around_it(*, has_headings: bool) -> None:
    """In 200 paragraphs, a paragraph put in, taken out or changed leaves nearly all passages as they were."""
    dice = random.Random(7)  # noqa: S311 - dice, no secrets
    words = [f"word{number}" for number in range(500)]
    paragraphs = [" ".join(dice.choices(words, k=dice.randint(10, 60))) + "." for _ in range(200)]
    if has_headings:
        paragraphs[::8] = [f"## Section {number}" for number in range(25)]

    def texts(edited: list[str]) -> set[str]:
        text = "\n\n".join(edited)
        extracted = Extracted(text=text, blocks=markdown_blocks(text))
        return {passage.embedded_text for passage in chunk(extracted, count=count_words, max_tokens=100)}

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
