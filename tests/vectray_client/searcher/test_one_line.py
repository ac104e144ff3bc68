from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import Excerpt, FileType, Leg
from vectray_client.searcher.matching import Span
from vectray_client.searcher.one_line import Weighed, excerpt_of
from vectray_client.searcher.sentences import sentences_of
from vectray_client.searcher.widths import columns

STORY = (
    "The harbour is old. Every morning the tide lifts the boats, and the fishermen mend their nets. "
    "Nobody remembers who built the mole. The lighthouse came later."
)


def weighed(
    text: str, *words: str, nearest: int | None = None, file_type: FileType = FileType.TEXT
) -> Weighed:
    """A passage in which the sentences with more of these words weigh more."""
    sentences = sentences_of(text, file_type)
    spans: list[Span] = sorted((text.index(word), text.index(word) + len(word)) for word in words)
    weights = [sum(each.start <= start < each.end for start, _ in spans) for each in sentences]
    return Weighed(text=text, sentences=sentences, words=spans, weights=weights, nearest=nearest)


def marked(excerpt: Excerpt, leg: Leg = Leg.WORDS) -> list[str]:
    """What is marked."""
    return [excerpt.text[mark.start : mark.end] for mark in excerpt.highlights if mark.leg == leg]


@st.composite
def passages(draw: st.DrawFn) -> Weighed:
    """Passages of any text, any words of which may be marked and any sentence nearest."""
    text = draw(
        st.text(st.sampled_from("ab。.,!\n\t |-#你好，\u0301\x00\u3000x"), min_size=1, max_size=300).filter(
            str.strip
        )
    )
    sentences = sentences_of(text, draw(st.sampled_from([FileType.TEXT, FileType.CODE])))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    weights = draw(st.lists(st.floats(0, 9), min_size=len(sentences), max_size=len(sentences)))
    return Weighed(
        text=text,
        sentences=sentences,
        is_markdown=draw(st.booleans()),
        words=list(zip(edges[::2], edges[1::2], strict=False)),
        weights=weights,
        nearest=draw(st.none() | st.integers(0, len(sentences) - 1)),
    )


@given(passages(), st.integers(12, 80))
def test_an_excerpt_is_one_line_that_fits_and_is_the_texts_own(passage: Weighed, most_columns: int) -> None:
    """It holds no control and no line end, is not too wide, and but for ellipses, dots and white space it stands in the passage."""
    excerpt = excerpt_of(passage, most_columns=most_columns)
    assert (
        columns(excerpt.text) <= most_columns + 2
    )  # a dot between two lines takes two columns more than the white space did
    assert excerpt.text or "\x00" in passage.text
    assert not any(character < " " for character in excerpt.text)
    told = "".join(excerpt.text.strip("…").replace(" · ", "").split())
    assert told in "".join(passage.text.replace("\x00", " ").split())


@given(passages(), st.integers(12, 80))
def test_marks_are_in_order_and_on_what_matched(passage: Weighed, most_columns: int) -> None:
    """No mark is empty or outside; those of words do not overlap, and each stands on the very characters of a match."""
    excerpt = excerpt_of(passage, most_columns=most_columns)
    assert list(excerpt.highlights) == sorted(excerpt.highlights)
    matches = ["".join(passage.text[start:end].replace("\x00", " ").split()) for start, end in passage.words]
    at = 0
    for mark in excerpt.highlights:
        assert 0 <= mark.start < mark.end <= len(excerpt.text)
        if mark.leg == Leg.WORDS:
            assert mark.start >= at
            at = mark.end
            shown = "".join(excerpt.text[mark.start : mark.end].replace(" · ", "").split())
            assert any(shown in match for match in matches)


def test_a_passage_may_end_in_a_control_character() -> None:
    """Nothing stands for white space behind which there is nothing."""
    assert excerpt_of(weighed("Low tide.\n\x00", "tide")).text == "Low tide."


def test_the_best_sentence_is_shown_with_its_neighbours() -> None:
    """Whole sentences as long as they fit; nothing was cut, so nothing says so."""
    assert excerpt_of(weighed(STORY, "lighthouse")).text == STORY
    short = excerpt_of(weighed(STORY, "lighthouse"), most_columns=80)
    assert short.text == "Nobody remembers who built the mole. The lighthouse came later."
    assert marked(short) == ["lighthouse"]


def test_room_is_given_to_the_neighbour_that_says_more() -> None:
    """Words beside the best sentence are worth seeing."""
    text = "Nothing here. Tide and boats are here. A word of boots."
    assert excerpt_of(weighed(text, "Tide", "boats", "boots"), most_columns=48).text.endswith("boots.")
    assert excerpt_of(weighed(text, "Tide", "boats", "Nothing"), most_columns=48).text.startswith("Nothing")


def test_a_long_sentence_is_cut_around_its_words() -> None:
    """Between words, with an ellipsis where something is missing."""
    text = "word " * 60 + "the treasure lies below the old oak " + "word " * 60
    cut = excerpt_of(weighed(text, "treasure", "oak"), most_columns=60)
    assert marked(cut) == ["treasure", "oak"]
    assert cut.text.startswith("…word")
    assert cut.text.endswith("word…")


def test_a_short_sentence_takes_in_a_part_of_a_long_one() -> None:
    """A reader learns little from two words."""
    text = "Yes, treasure. " + "It lies below the old oak, " * 20
    assert (
        excerpt_of(weighed(text, "treasure"), most_columns=40).text == "Yes, treasure. It lies below the old…"
    )


def test_chinese_needs_no_spaces_and_has_half_the_characters() -> None:
    """Lines of it that were wrapped are joined without a gap, and 240 columns hold 120 of its characters."""
    text = "潮汐是由月球引力引起的海水周期性涨落现象，每天两次涨潮，\n两次落潮。" + "海" * 300
    excerpt = excerpt_of(weighed(text, "涨潮"))
    assert "每天两次涨潮，两次落潮。" in excerpt.text
    assert excerpt.text.endswith("海…")
    assert 236 <= columns(excerpt.text) <= 240


def test_lines_are_told_apart() -> None:
    """Items, rows and lines of code that share one line have a dot between them."""
    assert excerpt_of(weighed("Milk\nEggs\n", "Eggs")).text == "Milk · Eggs"
    code = weighed("def f(x):\n    return x\n", "return", file_type=FileType.CODE)
    assert excerpt_of(code).text == "def f(x): return x"


def test_what_makes_headings_and_tables_is_not_told() -> None:
    """Of Markdown the words are read, and marks stay on theirs; of anything else every character."""
    text = "Rain fell.\n\n## Green tea\n\nEighty degrees.\n\n| City | People |\n|---|:--:|\n| Oslo | 700 |\n"
    passage = replace(weighed(text, "tea", "Oslo", file_type=FileType.MARKDOWN), is_markdown=True)
    excerpt = excerpt_of(passage)
    assert excerpt.text == "Rain fell. · Green tea · Eighty degrees. · | City | People | · | Oslo | 700 |"
    assert marked(excerpt) == ["tea", "Oslo"]
    assert "## Green tea" in excerpt_of(replace(passage, is_markdown=False)).text


def test_the_nearest_sentence_is_marked_for_meaning() -> None:
    """Beside the words, which may lie in it."""
    excerpt = excerpt_of(weighed(STORY, "tide", nearest=1))
    assert marked(excerpt) == ["tide"]
    assert marked(excerpt, Leg.MEANING) == [STORY[20:94]]
