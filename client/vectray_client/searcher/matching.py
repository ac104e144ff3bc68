"""Where a question stands in a text, and whether a passage may answer it. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from vectray_client.searcher.question import Question, comparable
from vectray_client.store.folding import folded_with_offsets, span_in_text
from vectray_client.store.keywords import MIN_PREFIX_LETTERS, RUNS, UNSPACED, Term, stem

Span = tuple[int, int]
"""First character, and one past the last."""


def admits(question: Question, text: str) -> bool:
    """Whether a passage (`Chunk.embedded_text`) holds all quoted phrases, and nothing that is excluded.

    Words count as wholes: "cat" is not in a concatenation. Any white space is a space.
    """
    if not (question.phrases or question.excluded):
        return True
    compared = comparable(text)
    return all(_exactly(phrase).search(compared) for phrase in question.phrases) and not any(
        _exactly(phrase).search(compared) for phrase in question.excluded
    )


def matches(text: str, question: Question) -> list[Span]:
    """Where the words and phrases of a question stand in a text, in its characters: in order, joined where they touch.

    A word is found by its stem, too; one that is not there at all is found where others begin so.
    """
    folded_text, offsets = folded_with_offsets(text)
    if not folded_text:
        return []
    found = [
        *(span for phrase in question.phrases for span in _places(_exactly(phrase), folded_text)),
        *_of_words(folded_text, [term for term in question.terms if term.is_word]),
        *_of_characters(folded_text, [term for term in question.terms if not term.is_word]),
    ]
    return joined(span_in_text(offsets, *span) for span in found)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order; those that overlap or touch become one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _of_words(text: str, terms: Sequence[Term]) -> Iterator[Span]:
    if not terms:
        return
    words = [(found.span(), found[0]) for found in RUNS.finditer(text) if found[2]]
    stems = {form for term in terms for form in term.forms}
    exact = [(span, word) for span, word in words if word in stems or stem(word) in stems]
    yield from (span for span, _ in exact)
    seen = {form for _, word in exact for form in (word, stem(word))}
    missing = tuple(
        term.forms[0]
        for term in terms
        if seen.isdisjoint(term.forms) and len(term.forms[0]) >= MIN_PREFIX_LETTERS
    )
    yield from (
        (start, start + max(len(begun) for begun in missing if word.startswith(begun)))
        for (start, _), word in words
        if word.startswith(missing)
    )


def _of_characters(text: str, terms: Sequence[Term]) -> Iterator[Span]:
    for term in terms:
        (characters,) = term.forms
        yield from _places(re.compile(f"(?={re.escape(characters)})"), text, len(characters))


def _places(pattern: re.Pattern[str], text: str, length: int = 0) -> Iterator[Span]:
    return ((found.start(), found.end() + length) for found in pattern.finditer(text))


@lru_cache(maxsize=256)
def _exactly(phrase: str) -> re.Pattern[str]:
    """What finds a comparable phrase: as it stands, but for white space, and no part of a word."""
    words = r"\s+".join(map(re.escape, phrase.split()))
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, phrase) else ""
    behind = rf"(?!{_LETTER})" if re.search(rf"{_LETTER}\Z", phrase) else ""
    return re.compile(f"{before}{words}{behind}")


_LETTER: Final = rf"[^\W_{UNSPACED}]"
"""Of a word with spaces around it."""
