import sqlite3
from collections.abc import Sequence
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vectray_client.store.keywords import MAX_QUERY_TERMS, match_expression, tokens

HAN = "机器学习的人工智能之"
ANYTHING = st.text(max_size=60)  # lone surrogates and control characters among it
STORABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def indexed(texts: Sequence[str]) -> sqlite3.Connection:
    """An FTS5 table like the index's."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE keywords USING fts5 (tokens, content='', tokenize='ascii')")
    connection.executemany(
        "INSERT INTO keywords (rowid, tokens) VALUES (?, ?)",
        [(n, tokens(text)) for n, text in enumerate(texts)],
    )
    return connection


def found(texts: Sequence[str], query: str) -> list[int]:
    """The numbers of the texts that a query finds, best first."""
    expression = match_expression(query)
    if expression is None:
        return []
    with closing(indexed(texts)) as connection:
        rows = connection.execute(
            "SELECT rowid FROM keywords WHERE keywords MATCH ? ORDER BY rank", (expression,)
        )
        return [number for (number,) in rows]


@settings(deadline=None)
@given(st.text(HAN, min_size=1, max_size=12), st.text(HAN, min_size=1, max_size=4))
def test_up_to_four_characters_are_found_exactly_where_they_stand(text: str, word: str) -> None:
    """Of scripts without spaces every short substring is found, and nothing that is not one."""
    assert found([text], word) == ([0] if word in text else [])


@settings(deadline=None)
@given(st.text(HAN + "日本語カタカナひらがな한국어", min_size=2, max_size=12), st.data())
def test_each_substring_is_found_in_mixed_scripts(text: str, data: st.DataObject) -> None:
    """Kana and Hangul are found as Han is, also where scripts meet."""
    start = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(1, 4))
    assert found([text], text[start : start + length]) == [0]


def test_a_phrase_does_not_reach_across_punctuation() -> None:
    """Neighbours in the token stream are neighbours in the text."""
    assert found(["机器。学习"], "器学") == []
    assert found(["机器。学习"], "机器学习") == []


@settings(deadline=None)
@given(STORABLE)
@example("x" * 100_000)
def test_fts5_splits_tokens_at_spaces_only(text: str) -> None:
    """What is one token here is one term in the index, neither cut nor folded any further."""
    with closing(indexed([text])) as connection:
        connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (keywords, 'instance')")
        terms = [term for (term,) in connection.execute('SELECT term FROM terms ORDER BY "offset"')]
    assert terms == tokens(text).split()


@given(ANYTHING)
@example('" OR tokens:* NEAR(a b) - ^x AND NOT')
@example("\0'\ud800\"*")
@settings(deadline=None, max_examples=300)
def test_no_query_is_an_error(query: str) -> None:
    """Whatever a person types or pastes is a query, and none of it is taken for FTS5's syntax."""
    assert found(["neutral ground"], query) in ([], [0])


@settings(deadline=None)
@given(STORABLE)
def test_a_text_is_found_by_itself(text: str) -> None:
    """The query goes the same way as the text: whatever has keywords is found by them."""
    assert found([text], text) == ([0] if tokens(text) else [])


@pytest.mark.parametrize("query", ["", "   ", "？！。", "-- \0 --", "\ud800", "😀"])
def test_without_a_word_there_is_nothing_to_look_for(query: str) -> None:
    """Punctuation alone is no query, not one that matches everything."""
    assert match_expression(query) is None


@given(st.text(st.characters(categories=["Lo", "Ll"]), max_size=5_000))
@settings(deadline=None, max_examples=25)
def test_the_number_of_terms_is_bounded(query: str) -> None:
    """A pasted chapter costs no more than a long question."""
    expression = match_expression(query)
    assert expression is None or expression.count(" OR ") < MAX_QUERY_TERMS


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Café crème", "CAFE"),
        ("Cafe\u0301", "café"),
        ("ＶＥＣＴＯＲ　ｓｅａｒｃｈ", "vector"),
        ("Straße", "STRASSE"),
        ("a co\u00adoper\u00adation", "cooperation"),
        ("embeddings of documents", "embed document"),
        ("ﬁnancial", "financial"),
        ("Пётр", "петр"),
        ("ﾃﾞｰﾀ", "データ"),
        ("第12章", "12"),
        ("snake_case_name", "case"),
    ],
)
def test_spelling_does_not_matter(text: str, query: str) -> None:
    """Case, accents, width, ligatures, hyphens for line breaks and English endings make no difference."""
    assert found([text], query) == [0]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("谁在一九二八年发现了青霉素？", 0),
        ("光合作用是在哪里进行的？", 1),
        ("Who was it that discovered penicillin?", 2),
        ("what is the purpose of the cell's chloroplasts", 3),
    ],
)
def test_a_question_finds_the_passage_that_answers_it(query: str, best: int) -> None:
    """What a question is made of besides its subject does not decide about the order."""
    passages = [
        "一九二八年，亚历山大·弗莱明在伦敦发现青霉素，这是第一种抗生素。",
        "植物的光合作用在叶绿体里进行，把光变成糖。",
        "Penicillin was discovered by Alexander Fleming in London in 1928.",
        "In the chloroplasts of a cell light is turned into sugar.",
        "谁是在哪里的？这是什么？那是谁的呢？",
        "Who is it that was it? What is the of it, and what was that?",
    ]
    assert found(passages, query)[0] == best


@pytest.mark.parametrize("query", ["to be or not to be", "的", "是什么", "what"])
def test_function_words_alone_are_still_looked_for(query: str) -> None:
    """Words are left out for others to be heard, not when there are no others."""
    assert found([f"{query}。"], query) == [0]
