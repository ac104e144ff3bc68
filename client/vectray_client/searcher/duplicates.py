"""Texts that are nearly the same: versions with small edits, mails that quote each other. Pure.

Two texts are compared by the shingles they share (Broder, 'On the resemblance and containment of documents', SEQUENCES 1997): runs
of six characters, white space and case aside. A sample of 64, the smallest of their hashes, finds pairs that are worth comparing whole.
"""

import re
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

_SHINGLE_CHARACTERS: Final = 6
_SAMPLE: Final = 64
_SAMPLE_ALIKE: Final = 45
"""Of 64 that two texts must have in common to be compared. Those that resemble each other by 0.7 have 53 on average."""
ALIKE: Final = 0.7
"""The share of shingles, of those in either text, that both must have: about one Chinese character in thirty may differ, or one English
word in ten. Of CMRC 2018 no two passages share more than 0.34, and of CISI all pairs above 0.56 are the same text filed twice."""
NUMBERS_ALIKE: Final = 0.7
"""The same of numbers, against the text that has fewer: two bills of one shop are alike but for these."""
SHORTEST_CHARACTERS: Final = 120
"""In a shorter text every word counts, and only the same one is nearly the same."""

_NUMBER = re.compile(r"\d+")
# Odd, and with bits everywhere; from the fractional part of the golden ratio, as Knuth has it (TAOCP 3, 6.4).
_FACTOR = np.uint64(0x9E3779B97F4A7C15)

Hashes = NDArray[np.uint64]


def nearly_same(text: str, other: str) -> bool:
    """Whether two texts say the same but for small edits, and in the same numbers."""
    bare, other_bare = _bare(text), _bare(other)
    if bare == other_bare:
        return True
    if min(len(bare), len(other_bare)) < max(SHORTEST_CHARACTERS, ALIKE * max(len(bare), len(other_bare))):
        return False
    return resemblance(bare, other_bare) >= ALIKE and _have_same_numbers(text, other)


def resemblance(text: str, other: str) -> float:
    """The share of shingles that two texts have in common, 0 to 1, of those that either has."""
    shingles, others = _distinct(text), _distinct(other)
    common = len(np.intersect1d(shingles, others, assume_unique=True))
    return common / max(1, len(shingles) + len(others) - common)


def sample(text: str) -> frozenset[int]:
    """At most 64 numbers, of which texts share about as large a part as of their shingles."""
    return frozenset(_distinct(_bare(text))[:_SAMPLE].tolist())


class Samples:
    """The samples of texts seen so far, to find those that a new one may be nearly the same as."""

    def __init__(self) -> None:
        self._samples: dict[int, frozenset[int]] = {}
        self._holders: dict[int, list[int]] = {}

    def alike(self, sampled: frozenset[int]) -> list[int]:
        """The numbers of the texts whose samples have enough in common with this one, the most alike first."""
        enough = min(_SAMPLE_ALIKE, (7 * len(sampled) + 9) // 10)
        # Whoever has so many in common has one of any that are more than the others: most texts have none, and are not counted.
        few = islice(sampled, len(sampled) - enough + 1)
        holders = sorted({holder for number in few for holder in self._holders.get(number, ())})
        common = {holder: len(sampled & self._samples[holder]) for holder in holders}
        alike = (holder for holder in holders if common[holder] >= enough)
        return sorted(alike, key=lambda holder: -common[holder])

    def add(self, holder: int, sampled: frozenset[int]) -> None:
        """Remember a text by a number of the caller's."""
        self._samples[holder] = sampled
        for number in sampled:
            self._holders.setdefault(number, []).append(holder)


def _distinct(bare: str) -> Hashes:
    """A number for each different shingle, ascending."""
    hashes = _hashes(bare)
    hashes.sort()
    return hashes[np.concatenate(([True], hashes[1:] != hashes[:-1]))]


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _hashes(bare: str) -> Hashes:
    """A number for each shingle, uint64, in the order of the text; one for all of a text that is shorter than a shingle."""
    padded = bare.ljust(_SHINGLE_CHARACTERS)
    characters = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    count = len(characters) - _SHINGLE_CHARACTERS + 1
    hashes = np.zeros(count, np.uint64)
    for offset in range(_SHINGLE_CHARACTERS):
        hashes = (hashes ^ characters[offset : offset + count]) * _FACTOR
        hashes ^= hashes >> np.uint64(29)
    return hashes


def _have_same_numbers(text: str, other: str) -> bool:
    numbers, others = set(_NUMBER.findall(text)), set(_NUMBER.findall(other))
    return len(numbers & others) >= NUMBERS_ALIKE * min(len(numbers), len(others))
