from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectray_client.searcher.matching import admits, joined, matches
from vectray_client.searcher.question import Question, question_of

ANYTHING = st.text(max_size=40)
HAN = "机器学习的人工智能"


def asked(text: str) -> Question:
    """What a person typed."""
    return question_of(text, now=datetime(2026, 11, 22, tzinfo=UTC))


def marked(text: str, question: str) -> list[str]:
    """What is marked of a text."""
    return [text[start:end] for start, end in matches(text, asked(question))]


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("用機器學習做分類", "机器学习", ["機器學習"]),
        ("ＶＥＣＴＯＲ Café cafe\u0301!", "vector café", ["ＶＥＣＴＯＲ", "Café", "cafe\u0301"]),
        ("embeddings of Documents", "embedding document", ["embeddings", "Documents"]),
        ("Photography is art", "photo", ["Photo"]),
        ("A photo, not photography", "photo", ["photo"]),
        ("Who is the author of that", "who is the author", ["author"]),
        ("C++ and c", '"C++"', ["C++", "c"]),
        ("青霉素在哪里被发现", "谁在一九二八年发现了青霉素", ["青霉素", "发现"]),
        (
            "machine\nlearning, machine, learning",
            '"machine learning"',
            ["machine", "learning", "machine", "learning"],
        ),
    ],
)
def test_what_matched_is_marked_as_it_stands(text: str, question: str, expected: list[str]) -> None:
    """However it is spelt there: script, width, case, accents, endings; beginnings only where there is no whole word."""
    found = marked(text, question)
    assert found == expected or [part for whole in found for part in whole.split()] == expected


@given(ANYTHING, ANYTHING)
@settings(deadline=None)
def test_marks_are_in_order_apart_and_inside_the_text(text: str, question: str) -> None:
    """Whatever is asked of whatever text."""
    spans = matches(text, asked(question))
    flat = [offset for span in spans for offset in span]
    assert flat == sorted(set(flat))
    assert all(0 <= offset <= len(text) for offset in flat)


@given(st.text(HAN, min_size=1, max_size=12), st.text(HAN, min_size=1, max_size=4))
@settings(deadline=None)
def test_short_runs_are_marked_wherever_they_stand(text: str, word: str) -> None:
    """As they are found: every occurrence, and nothing else."""
    spans = [(at, at + len(word)) for at in range(len(text)) if text.startswith(word, at)]
    assert matches(text, asked(word)) == joined(spans)


@pytest.mark.parametrize(
    ("question", "text", "is_admitted"),
    [
        ('"machine learning"', "Machine\n Learning", True),
        ('"machine learning"', "machine, learning", False),
        ('"cat"', "a concatenation", False),
        ('"C++"', "c++ or c", True),
        ('"C++"', "c or d", False),
        ('"学"', "機器學習", True),
        ('"器学"', "机器。学习", False),
        ("-cat", "a concatenation", True),
        ("-cat", "a Cat", False),
        ("-草稿", "這是草稿", False),
        ('-"old version"', "an old, version", True),
        ('"a" -b', "a b", False),
        ("a b", "c", True),
    ],
)
def test_a_passage_is_admitted_by_the_very_text(question: str, text: str, *, is_admitted: bool) -> None:
    """Phrases must stand there as they are, excluded words must not; free words demand nothing."""
    assert admits(asked(question), text) is is_admitted
