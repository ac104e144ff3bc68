"""What a file's name may be typed as: any part of it from the beginning of a word or a Han character on, and pinyin. Pure.

Each way is one token, so that whatever somebody has typed so far is the beginning of a token.
"""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Final

from vectray_client.store.folding import RECIPE as FOLDING_RECIPE
from vectray_client.store.folding import folded, folded_with_offsets, span_in_text
from vectray_client.store.keywords import UNSPACED
from vectray_client.store.pinyin import MAX_INITIALS, recipe, spellings

RECIPE: Final = f"1 {FOLDING_RECIPE} {recipe()}"
"""Names what `name_tokens` depends on."""
MAX_FORM_CHARACTERS: Final = 24
"""Nobody types more of a name without a space. Longer words are looked for by so many."""
MAX_WORDS: Final = 8
"""More is a sentence."""
WHOLE: Final = "\ue000"
"""Stands before the token that is a whole name, without its suffix: a character for private use, which no word holds."""

_RUN = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rpartition(os.sep)[2]


def name_tokens(path: str) -> str:
    """The tokens of a path's last part, separated by single spaces."""
    name = name_of(path)
    stem = name.rpartition(".")[0] or name
    text, offsets = folded_with_offsets(name)
    beginnings = (text[start:end] for start, end in _beginnings(name, text, offsets))
    forms = dict.fromkeys(form for rest in beginnings for form in _forms(rest))
    return " ".join((*forms, f"{WHOLE}{whole_name(stem)}"))


def whole_name(text: str) -> str:
    """A name without suffix, or what somebody typed, as they are compared: folded letters and digits, nothing between them."""
    return "".join(_RUN.findall(folded(text)))[: 4 * MAX_FORM_CHARACTERS]


def name_words(typed: str) -> tuple[str, ...]:
    """The parts of what somebody typed that are each to stand in a name; empty for a sentence."""
    words = tuple(dict.fromkeys(word[:MAX_FORM_CHARACTERS] for word in _RUN.findall(folded(typed[:1_000]))))
    return words if len(words) <= MAX_WORDS else ()


def name_matches(name: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where words of `name_words` stand in a name, however they were typed: bounds in the name, each word's first place."""
    text, offsets = folded_with_offsets(name)
    places = [(start, text[start:end]) for start, end in _beginnings(name, text, offsets)]
    found: set[tuple[int, int]] = set()
    for word in words:
        lengths = ((start, _length(rest, word)) for start, rest in places)
        start, length = next((place for place in lengths if place[1]), (0, 0))
        if length:
            found.add(span_in_text(offsets, start, start + length))
    return sorted(found)


def _forms(rest: str) -> Iterator[str]:
    """Ways to type what begins here."""
    yield rest[:MAX_FORM_CHARACTERS]
    yield from map("".join, spellings(rest[:MAX_INITIALS]))


def _length(rest: str, typed: str) -> int:
    """How many characters of what begins here somebody has typed; 0 if it is something else."""
    if rest.startswith(typed):
        return len(typed)
    for spelling in spellings(rest[:MAX_INITIALS]):
        if "".join(spelling).startswith(typed):
            return next(
                count for count in range(1, len(spelling) + 1) if len("".join(spelling[:count])) >= len(typed)
            )
    return 0


def _beginnings(name: str, text: str, offsets: list[int]) -> Iterator[tuple[int, int]]:
    """Where words and unspaced characters begin in a folded name, each with the end of the run that it stands in."""
    for run in _RUN.finditer(text):
        yield run.span()
        inside = range(run.start() + 1, run.end())
        yield from ((at, run.end()) for at in inside if _begins(name, text, offsets, at))


def _begins(name: str, text: str, offsets: list[int], at: int) -> bool:
    """Whether a word begins inside a run: a character without spaces, a capital letter (newName, HTMLPage), letters behind digits."""
    if _UNSPACED.match(text, at) or _kind(text[at]) != _kind(text[at - 1]):
        return True
    here, before = name[offsets[at]], name[offsets[at - 1]]
    behind = name[offsets[at + 1] : offsets[at + 1] + 1]
    return here.isupper() and (before.islower() or behind.islower())


def _kind(char: str) -> int:
    return 2 if _UNSPACED.match(char) else int(char.isdigit())
