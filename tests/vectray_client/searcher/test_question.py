import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vectray_client.domain import FileType
from vectray_client.searcher.matching import admits
from vectray_client.searcher.question import Question, QuestionTooLong, question_of
from vectray_client.store.keywords import any_of, tokens

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIGNS = """ " “ ” 「 」 『 』 - － type: 类型： in: name: since: 7d pdf 机器 學 word C++ ' * ^ ( NEAR OR : ％ """.split()  # noqa: SIM905 - as in function_words.py
PIECES = st.sampled_from([*SIGNS, " ", "\u3000", "\0", "\ud800"])
TYPED = st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)


@pytest.fixture(scope="module")
def fts5() -> Iterator[sqlite3.Connection]:
    """A table like the index's, empty."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE VIRTUAL TABLE keywords USING fts5 (tokens, tokenize='ascii')")
        yield connection


def is_found(fts5: sqlite3.Connection, text: str, expression: str) -> bool:
    """Whether FTS5 finds a text."""
    fts5.execute("INSERT OR REPLACE INTO keywords (rowid, tokens) VALUES (1, ?)", (tokens(text),))
    found = fts5.execute("SELECT 1 FROM keywords WHERE keywords MATCH ?", (expression,)).fetchall()
    return bool(found)


def asked(text: str) -> Question:
    """What a person typed."""
    return question_of(text, now=NOW)


@pytest.mark.parametrize(
    "quoted", ['"机器学习"', "“机器学习”", "「机器学习」", "『機器學習』", "”机器学习“", "＂机器学习＂"]
)
def test_quotes_of_all_kinds_make_a_phrase(quoted: str) -> None:
    """Also between Chinese characters, without spaces; the model reads the words as they were typed."""
    question = asked(f"关于{quoted}的论文")
    assert question.phrases == ("机器学习",)
    assert question.meaning.replace("機器學習", "机器学习") == "关于 机器学习 的论文"


@pytest.mark.parametrize("text", ['say "hello', '5" disk and 6" too', "他说「你好", 'a"', '"', '""', "“”"])
def test_a_quote_that_is_none_is_left_alone(text: str) -> None:
    """Neither one that nobody has closed yet, nor an inch, nor one with nothing in it asks for anything."""
    assert asked(text).phrases == ()


def test_excluded_words_and_phrases_are_no_part_of_the_meaning() -> None:
    """The model would look for what is not wanted."""
    question = asked('report -draft －草稿 -"old version" well-known --help -')
    assert question.excluded == ("draft", "草稿", "old version")
    assert question.meaning == "report well-known --help -"


def test_filters_in_two_languages() -> None:
    """Folders and types add up, of other filters the last counts; a full-width colon does, and so do quotes."""
    question = asked(
        '周报 类型：pdf TYPE:word 位置:~/笔记 in:"My Docs" 名称:張三 起始:2026-01-01 until:2026-02'
    )
    assert question.meaning == "周报"
    assert question.file_types == (FileType.PDF, FileType.DOCX, FileType.DOC, FileType.ODT, FileType.RTF)
    assert question.folders == ("~/笔记", "My Docs")
    assert question.name == "张三"
    assert question.since_ns == int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 10**9
    assert question.before_ns == int(datetime(2026, 3, 1, tzinfo=UTC).timestamp()) * 10**9


@pytest.mark.parametrize(
    "text", ["type:poem", "since:never", "in:", "name:", "http://host:80", "a:b", "myin:x", "类型：诗"]
)
def test_what_is_no_filter_stays_words(text: str) -> None:
    """Nobody loses a word because it looks like something else."""
    assert asked(text) == Question(meaning=text, terms=asked(text.replace(":", " ")).terms)


@given(TYPED)
@example("'; DROP TABLE chunks; --")
@example('" OR tokens:* NEAR(a b) - ^x AND NOT')
@settings(deadline=None)
def test_nothing_that_is_typed_is_an_error(fts5: sqlite3.Connection, text: str) -> None:
    """Whatever it is: the expressions are ones that FTS5 takes, and the meaning one that can be sent."""
    question = asked(text)
    question.meaning.encode()
    for expression in (any_of(question.terms), question.required_expression, question.excluded_expression):
        if expression:
            assert is_found(fts5, "neutral ground", expression) in (True, False)


@given(TYPED)
@settings(deadline=None)
def test_a_question_without_operators_is_its_own_meaning(text: str) -> None:
    """Asking the meaning again changes nothing but white space: it holds no filter and no phrase that was taken out."""
    meaning = asked(text).meaning
    assert asked(text.replace("\0", " ")).meaning == meaning
    assert meaning == " ".join(meaning.split())


TEXTS = st.text("机器學习 。,abAB-", max_size=12)


@given(TEXTS, st.text("机器学习ab ,-", min_size=1, max_size=4))
@settings(deadline=None)
@example("機器。學習", "器学")
@example("x c++ y", "c++")
def test_a_required_expression_finds_all_that_holds_the_phrase(
    fts5: sqlite3.Connection, text: str, phrase: str
) -> None:
    """FTS5 may find too much, which `admits` then sees; never too little."""
    question = asked(f'"{phrase}"')
    if question.phrases and admits(question, text):
        assert is_found(fts5, text, question.required_expression)


@given(TEXTS, st.text("机器学习ab", min_size=1, max_size=3))
@settings(deadline=None)
def test_an_excluded_expression_finds_only_what_holds_the_word(
    fts5: sqlite3.Connection, text: str, word: str
) -> None:
    """Nothing is left out that does not hold it."""
    question = asked(f"-{word}")
    if question.excluded_expression:
        assert is_found(fts5, text, question.excluded_expression) == (not admits(question, text))


@pytest.mark.parametrize(
    "text", ['"' * 100_000, "「" * 100_000, '-"' * 50_000, "类型:" * 33_000, '"a" ' * 25_000, "字" * 100_000]
)
def test_a_hundred_thousand_characters_are_taken_apart_in_time(text: str) -> None:
    """Nothing in the language takes longer than its length; a test's own time limit would tell."""
    assert len(asked(text).terms) <= 64


def test_more_than_that_is_refused_in_one_sentence() -> None:
    """A person may have pasted a book."""
    with pytest.raises(QuestionTooLong, match="at most 100,000 characters; this one has 100,001"):
        asked("x" * 100_001)


def test_a_pasted_text_demands_nothing() -> None:
    """Quotes, dashes and colons in a paragraph are the paragraph's own; in a question they are operators."""
    paragraph = (
        'The program uses pattern recognition. During the "training" phase, words from documents are selected, and the probability'
        " of each word in each section is computed -roughly- and stored in a reference dictionary, type:code or not."
    )
    asked = question_of(paragraph, now=NOW)
    assert (asked.phrases, asked.excluded, asked.file_types) == ((), (), ())
    assert asked.meaning == paragraph
    assert question_of('words of the "training" phase', now=NOW).phrases == ("training",)
