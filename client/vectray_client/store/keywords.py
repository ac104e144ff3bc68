"""Keywords: the words under which FTS5 files a passage, and the expressions that find them again.

Scripts written without spaces (Han, kana, Hangul) have no words that a program could cut out without being wrong at
times. Each of their characters becomes one token together with the character after it, so every substring is a phrase of
tokens and is found exactly. An English word is followed by its stem. All is folded before. Tokens hold ASCII letters,
ASCII digits and non-ASCII characters only, which is just what FTS5's tokenizer `ascii` keeps together: it splits them at
the spaces and nowhere else.
"""

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from itertools import islice
from typing import Final

from Stemmer import Stemmer

from vectray_client.store.folding import RECIPE as FOLDING_RECIPE
from vectray_client.store.folding import folded
from vectray_client.store.function_words import ENGLISH_FUNCTION_WORDS, HAN_FUNCTION_CHARACTERS

RECIPE: Final = f"3 {FOLDING_RECIPE} snowball-{version('PyStemmer')}"
"""Names what `tokens` depends on. Tokens of another recipe may differ, so they have to be made anew."""

MAX_QUERY_TERMS: Final = 64
MAX_QUERY_CHARACTERS: Final = 4_000
"""More than 64 terms need even of a text in which most words are repeated or say nothing."""
MAX_EXACT_CHARACTERS: Final = 200
"""Of a phrase that must stand there just so. What is longer is looked for by its beginning, and compared with the text."""

MAX_PHRASE_CHARACTERS: Final = 4
"""Up to here a run without spaces is taken for a word or a name, above for a sentence. On 300 questions of CMRC 2018
keywords alone are right at the first place in 94.7 % with 2, 3 and 4 and in 93.3 % with 6."""
MIN_PREFIX_LETTERS: Final = 3
"""Shorter beginnings are those of too many words."""

UNSPACED: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c"  # radicals, 々 〇, Hangzhou numerals
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # kana
    "\u3105-\u312f\u31a0-\u31bf"  # bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"  # Hangul
)
"""Characters of scripts that are written without spaces, as part of a regular expression's set."""
# Words are cut at 64 characters: longer ones are encoded data, of which FTS5 would have to keep every one.
RUNS: Final = re.compile(rf"([{UNSPACED}]+)|([^\W_{UNSPACED}]{{1,64}})")
"""Of a folded text: runs without spaces, and words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Something to look for: a word, or a few characters of a run without spaces."""

    forms: tuple[str, ...]
    """Folded: the word and its stem, if that is another; or the characters."""
    phrases: tuple[str, ...]
    """FTS5's expression for each form."""
    is_word: bool
    tells: bool
    """Whether it says something by itself; function words do not."""

    @property
    def prefix(self) -> str:
        """FTS5's expression for all words that begin so; empty if these are too many, or it is no word."""
        return f"{self.phrases[0]}*" if self.is_word and len(self.forms[0]) >= MIN_PREFIX_LETTERS else ""


def tokens(text: str) -> str:
    """The tokens of a passage, separated by single spaces, in the order of the text."""
    return " ".join(_tokens(RUNS.findall(folded(text))))


def terms(query: str) -> tuple[Term, ...]:
    """What to look for of what a person typed, each once.

    Words that only hold a sentence together are left out, unless there are no others.
    """
    runs = RUNS.findall(folded(query[:MAX_QUERY_CHARACTERS]))
    telling = _first_distinct(term for term in _terms(runs) if term.tells)
    return telling or _first_distinct(_terms(runs))


def any_of(chosen: Iterator[Term] | tuple[Term, ...]) -> str:
    """FTS5's expression for any of these terms, for BM25 to weigh. What they say in FTS5's own syntax has no effect."""
    return " OR ".join(phrase for term in chosen for phrase in term.phrases)


def match_expression(query: str) -> str | None:
    """FTS5's expression for any term of what a person typed. None if it holds no word."""
    return any_of(terms(query)) or None


def phrase_expression(phrase: str) -> str:
    """FTS5's expression for a phrase, its words one behind the other; empty if it holds none.

    Punctuation and spaces between them are not compared, so it finds a little too much, and nothing too little.
    """
    runs = RUNS.findall(folded(phrase)[:MAX_EXACT_CHARACTERS])
    if not runs:
        return ""
    found = _tokens(runs)
    unspaced, _ = runs[-1]
    if len(unspaced) > 1:
        found.pop()  # in the text another character may follow
    return f'"{" ".join(found)}"' + ("*" if len(unspaced) == 1 else "")


def stem(word: str) -> str:
    """The stem of a folded word; the word itself if it is not English."""
    return _word_and_stem(word).split()[-1]


def _tokens(runs: list[tuple[str, str]]) -> list[str]:
    made: list[str] = []
    for unspaced, word in runs:
        if word:
            made.append(_word_and_stem(word))
        else:
            made.extend(_pairs(unspaced))
            made.append(unspaced[-1])
    return made


def _first_distinct(found: Iterator[Term]) -> tuple[Term, ...]:
    """The first terms, until they have as many forms as are looked for."""
    distinct: dict[Term, None] = {}
    forms = 0
    for term in found:
        if term not in distinct:
            forms += len(term.forms)
            if forms > MAX_QUERY_TERMS:
                break
            distinct[term] = None
    return tuple(distinct)


def _terms(runs: list[tuple[str, str]]) -> Iterator[Term]:
    for unspaced, word in runs:
        if word:
            forms = tuple(_word_and_stem(word).split())
            phrases = tuple(f'"{form}"' for form in forms)
            yield Term(forms=forms, phrases=phrases, is_word=True, tells=word not in ENGLISH_FUNCTION_WORDS)
        elif len(unspaced) == 1:
            yield _characters(unspaced, f'"{unspaced}"*')
        elif len(unspaced) <= MAX_PHRASE_CHARACTERS:
            yield _characters(unspaced, f'"{" ".join(_pairs(unspaced))}"')
        else:
            yield from (_characters(pair, f'"{pair}"') for pair in _pairs(unspaced))


def _characters(characters: str, phrase: str) -> Term:
    tells = not HAN_FUNCTION_CHARACTERS.issuperset(characters)
    return Term(forms=(characters,), phrases=(phrase,), is_word=False, tells=tells)


def _pairs(unspaced: str) -> Iterator[str]:
    return map(operator.add, unspaced, islice(unspaced, 1, None))


@lru_cache(maxsize=65_536)  # the words of a language repeat
def _word_and_stem(word: str) -> str:
    if not word.isascii():
        return word
    # A stemmer of its own, without a cache: threads cannot share one, and questions are asked in several.
    stemmed: str = Stemmer("english", 0).stemWord(word)
    return word if stemmed == word else f"{word} {stemmed}"
