from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import Chunk, Excerpt, FileType, FoundPassage, Hit, Leg
from vectray_client.searcher.excerpts import Vector, excerpted, sentences_to_embed
from vectray_client.searcher.question import Question, question_of

EAST, NORTH = np.eye(2, dtype=np.float32)
TEXTS = st.text(st.sampled_from("潮水 tide。. \n-Ａａé"), max_size=80)


def question(text: str) -> Question:
    """A question, asked at some time."""
    return question_of(text, now=datetime(2026, 11, 22, tzinfo=UTC))


def hit(
    text: str, *more: str, path: str = "/d/a.md", heading: str = "", vector_score: float | None = 0.5
) -> Hit:
    """A document that was found with these passages."""
    best, *others = (
        FoundPassage(
            chunk=Chunk(text=each, start=0, end=len(each), heading=heading), vector_score=vector_score
        )
        for each in (text, *more)
    )
    return Hit(
        path=path, score=1.0, best=best, more=tuple(others), file_type=FileType.MARKDOWN, modified_ns=0
    )


def excerpt_for(asked: str, *texts: str) -> Excerpt:
    """The excerpt of the first of these passages, each another document's."""
    found = excerpted([hit(text) for text in texts], question(asked))[0].best.excerpt
    assert found
    return found


def marked(excerpt: Excerpt, leg: Leg = Leg.WORDS) -> list[str]:
    """What is marked for a search."""
    return [excerpt.text[mark.start : mark.end] for mark in excerpt.highlights if mark.leg == leg]


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), TEXTS, st.booleans())
def test_every_found_passage_has_its_excerpt(texts: list[tuple[str, str]], asked: str, near: bool) -> None:
    """Nothing else about a hit changes, whatever is asked and found; an empty passage has none."""
    hits = [hit(*both) for both in texts]
    vectors = dict.fromkeys(sentences_to_embed(hits), NORTH)
    answered = excerpted(hits, question(asked), vector=EAST if near else None, sentence_vectors=vectors)
    assert [bare(one) for one in answered] == hits
    for one in answered:
        assert one.why.endswith(".")
        for found in (one.best, *one.more):
            assert (found.excerpt is not None) == bool(found.chunk.text.strip())


def bare(found: Hit) -> Hit:
    """A hit before excerpts were made."""
    best, *more = (replace(passage, excerpt=None) for passage in (found.best, *found.more))
    return replace(found, best=best, more=tuple(more), why="", matched_words=(), name_highlights=())


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        ("tides", "The Tide rises. ", ["Tide"]),
        ("CAFE", "Ein Ｃafé. ", ["Ｃafé"]),
        ("机器学习", "他在教機器學習。", ["機器學習"]),
        ("photo", "On photography. ", ["photo"]),
        ('"the tide rises"', "So it was until this very morning, when the tide\nrises. ", ["the tide rises"]),
    ],
)
def test_what_matched_is_marked_as_it_stands(asked: str, text: str, expected: list[str]) -> None:
    """Stems, case, width, accents, traditional characters, beginnings of words and phrases over a line's end."""
    assert marked(excerpt_for(asked, text)) == expected


def test_rare_words_decide() -> None:
    """A word that every found passage has says little about any of them."""
    text = "The harbour and its harbour master. " * 8 + "A lighthouse stands there. " + "Nothing. " * 40
    others = ["The harbour is old."] * 9
    assert "lighthouse" in excerpt_for("harbour lighthouse", text, *others).text


def test_the_words_are_told_once_and_whole() -> None:
    """As they stand in the best passage, in its order, however often and of however many only the beginning was asked for."""
    (found,) = excerpted([hit("Tides, TIDES and photography. 潮汐。")], question("photo tide 潮汐"))
    assert found.matched_words == ("Tides", "photography", "潮汐")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("报告", ["報告"]),
        ("baogao 2026", ["報告", "2026"]),
        ("bg", ["報告"]),
        ("报告 tide", []),
        ("sea name:2026", ["2026"]),
    ],
)
def test_the_name_is_marked_where_all_of_the_question_stands_in_it(asked: str, expected: list[str]) -> None:
    """However it was typed, in characters of the last part of the path; one word of many says nothing about the file."""
    (found,) = excerpted([hit("x", path="/tides/年度報告 2026.md")], question(asked))
    assert ["年度報告 2026.md"[mark.start : mark.end] for mark in found.name_highlights] == expected


def test_a_heading_that_is_shown_by_itself_is_not_repeated() -> None:
    """Unless the passage has nothing else."""
    (found,) = excerpted([hit("## Sea\nTides rise.", heading="World › Sea")], question("sea"))
    assert found.best.excerpt
    assert found.best.excerpt.text == "Tides rise."
    (found,) = excerpted([replace(hit("# World\nTides rise."), title="World")], question("sea"))
    assert found.best.excerpt
    assert found.best.excerpt.text == "Tides rise."
    (found,) = excerpted([hit("## Sea", heading="World › Sea")], question("sea"))
    assert found.best.excerpt
    assert found.best.excerpt.text == "Sea"


def answer_by_meaning(text: str, vectors: Mapping[str, Vector], asked: str = "zebra") -> Excerpt:
    """The excerpt for a question that lies in the east."""
    (found,) = excerpted([hit(text)], question(asked), vector=EAST, sentence_vectors=vectors)
    assert found.best.excerpt
    return found.best.excerpt


def test_the_sentence_nearest_in_meaning_is_marked_and_shown() -> None:
    """Even far behind in a passage none of whose words was asked for."""
    text = "Filling words are here. " * 30 + "This is what was meant. " + "More of them follow. " * 30
    texts = sentences_to_embed([hit(text)])
    assert texts == ("Filling words are here.", "This is what was meant.", "More of them follow.")
    excerpt = answer_by_meaning(text, dict(zip(texts, (NORTH, EAST, NORTH), strict=True)))
    assert marked(excerpt, Leg.MEANING) == ["This is what was meant."]
    assert excerpt_for("zebra", text).text.startswith("Filling")


def test_no_sentence_is_the_nearest_of_some() -> None:
    """If one has no vector, or there is one alone, nothing is marked."""
    assert marked(answer_by_meaning("One. Two.", {"One.": EAST}), Leg.MEANING) == []
    assert marked(answer_by_meaning("One.", {"One.": EAST}), Leg.MEANING) == []


@given(st.lists(TEXTS, max_size=6), st.integers(0, 10), st.integers(0, 200))
def test_what_is_to_be_embedded_is_bounded(texts: list[str], most: int, most_characters: int) -> None:
    """Each sentence once, no more than allowed, and of every passage all or none."""
    hits = [hit(text) for text in texts]
    chosen = sentences_to_embed(hits, most=most, most_characters=most_characters)
    assert len(chosen) == len(set(chosen)) <= most
    assert sum(map(len, chosen)) <= most_characters
    everything = sentences_to_embed(hits)
    assert everything[: len(chosen)] == chosen


def test_only_passages_that_were_found_by_meaning_are_embedded() -> None:
    """Of the best passages first, then of the further ones; one sentence needs no vector."""
    hits = [hit("C. D.", "G. H."), hit("E. F.", vector_score=None), hit("Single.")]
    assert sentences_to_embed([hit("Cc1. Dd1.", "Gg1. Hh1."), *hits[1:], hit("Ee1. Ff1.")]) == (
        "Cc1.", "Dd1.", "Ee1.", "Ff1.", "Gg1.", "Hh1.",
    )  # fmt: skip
