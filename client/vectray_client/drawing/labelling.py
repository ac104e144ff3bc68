"""A few words that set a group of documents apart from the others, Chinese or English. Pure."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, log
from typing import Final

from Stemmer import Stemmer

from vectray_client.store.function_words import ENGLISH_FUNCTION_WORDS, HAN_FUNCTION_CHARACTERS

_WORDS: Final = 3
"""In a label."""
_CANDIDATES: Final = 60
"""Terms of a group that are looked at for its label."""
_LEAST_SHARE: Final = 0.05
"""Of a group's documents that hold a word of its label. One document's words say little of the others."""
_TIMES_LIKELIER: Final = 2
"""That a word of the label has to be in the group than elsewhere."""
_SAME: Final = 0.6
"""Part of a longer term's documents among a shorter one's, from which on the shorter one is a piece of it."""
_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUNS: Final = re.compile(rf"([{_HAN}]{{2,}})|([^\W\d_{_HAN}]{{3,40}})")
_EMPTY_ENGLISH: Final = frozenset(
    "all after before between both each every first get got just like look made make many new one only other same second see two three use used using way without".split()  # noqa: SIM905 - as in the list of function words
)
"""Words that a question may well turn on, but that name no subject."""
_EMPTY_HAN: Final = re.compile(
    "[们們他她它牠祂我你您]|开始|进行|同时|当时|时期|时候|时间|第一|第二|一个|一些|一种|没有|可以|可能|可达|能够|因此|因为|由于|如果|但是|虽然|然而"
    "|以及|以上|以下|以后|以前|之后|之前|后来|目前|现在|其中|其他|主要|部分|上面|下面|通过|成为|认为|称为|出现|发现|包括|许多|不同|作为|根据|方面"
    "|情况|使用|需要|開始|進行|同時|當時|時期|時候|時間|一個|沒有|雖然|後來|現在|發現|許多|不同|作為|根據|情況"
)
_SAME_BEGINNING: Final = 0.75
"""Part of the shorter of two stems that they have in common, from which on they are one word's: science, scientific."""
_LENGTHS: Final = range(2, 5)
"""Characters of a Chinese word or name."""
Forms = Mapping[str, Counter[str]]
"""A term, and how it is written."""


def labels(texts: Sequence[str], groups: Sequence[int]) -> tuple[str, ...]:
    """Return a label for each group from 0 on: `groups` are the texts' own. Empty where the texts of a group have no words, or there is one group alone, which nothing sets apart."""
    stemmer = Stemmer("english")
    written: dict[str, Counter[str]] = defaultdict(Counter)
    everywhere: Counter[str] = Counter()
    inside: dict[int, Counter[str]] = defaultdict(Counter)
    sizes = Counter(groups)
    for text, group in zip(texts, groups, strict=True):
        found: set[str] = set()
        for term, form in _terms(text, stemmer):
            written[term][form] += 1
            found.add(term)
        everywhere.update(found)
        inside[group].update(found)
    return tuple(
        _label(inside[group], everywhere, written, documents=sizes[group], others=len(texts) - sizes[group])
        for group in range(max(sizes, default=-1) + 1)
    )


def _terms(text: str, stemmer: Stemmer) -> Iterator[tuple[str, str]]:
    """Each term, and the way it is written here: words by their stems, and pieces of Chinese that may be words."""
    for han, word in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if word:
            if word not in ENGLISH_FUNCTION_WORDS and word not in _EMPTY_ENGLISH:
                yield stemmer.stemWord(word), word
        else:
            for piece in _pieces(han):
                yield from (
                    (piece[at : at + length], piece[at : at + length])
                    for length in _LENGTHS
                    for at in range(len(piece) - length + 1)
                )


def _pieces(han: str) -> Iterable[str]:
    """What stands between the words and characters that name nothing."""
    telling = _EMPTY_HAN.sub(" ", han)
    return "".join(
        " " if character in HAN_FUNCTION_CHARACTERS else character for character in telling
    ).split()


def _label(
    inside: Counter[str], everywhere: Counter[str], written: Forms, *, documents: int, others: int
) -> str:
    if not others:
        return ""
    least = min(documents, max(2, round(_LEAST_SHARE * documents)))
    weights: dict[str, float] = {}
    for term, count in inside.items():
        here, elsewhere = count / documents, (everywhere[term] - count + 0.5) / (others + 1)
        if count >= least and here >= _TIMES_LIKELIER * elsewhere:
            weights[term] = here * log(here / elsewhere)  # the group's part of their divergence
    telling = sorted(weights, key=lambda term: (-weights[term], -written[term].total(), term))[:_CANDIDATES]
    chosen: list[str] = []
    for term in telling:
        whole = _whole(term, telling, inside)
        if not any(_overlap(whole, other) for other in chosen):
            chosen.append(whole)
        if len(chosen) == _WORDS:
            break
    return " · ".join(written[term].most_common(1)[0][0] for term in chosen)


def _whole(term: str, telling: Sequence[str], inside: Counter[str]) -> str:
    """The longest term that this one is nearly always a piece of."""
    longer = [other for other in telling if term in other and inside[other] >= _SAME * inside[term]]
    return max(longer, key=len, default=term)


def _overlap(one: str, other: str) -> bool:
    """Whether two terms have two characters of Chinese in common, so that they are pieces of one phrase; or one holds the other."""
    if one in other or other in one:
        return True
    if one.isascii():
        shorter = min(len(one), len(other))
        return one[: ceil(_SAME_BEGINNING * shorter)] == other[: ceil(_SAME_BEGINNING * shorter)]
    return any(one[at : at + 2] in other for at in range(len(one) - 1))
