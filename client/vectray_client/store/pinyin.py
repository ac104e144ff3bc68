"""How Han characters are read, for those who type a name by its sound. Pure."""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Final
from zlib import crc32

MAX_SYLLABLES: Final = 5
MAX_INITIALS: Final = 8
_MOST_VARIANTS: Final = 8
"""Of the readings of several characters together; what is left out are unusual ones of the later characters."""

_FILE = "pinyin.txt"


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """The syllables, without tones, of each simplified character, the most usual first: 17,000 characters in 3 MB."""
    found: dict[str, tuple[str, ...]] = {}
    lines = [line.split(" ") for line in _table().splitlines()]
    for column in (1, 2):
        for line in lines:
            found |= {char: (*found.get(char, ()), line[0]) for char in line[column]}
    return found


def recipe() -> str:
    """Names what `spellings` depends on."""
    return f"pinyin-{crc32(_table().encode()):08x}"


@lru_cache(maxsize=16_384)  # names repeat words
def spellings(characters: str) -> tuple[tuple[str, ...], ...]:
    """How the first characters of a text may be typed: a syllable each, and, of more of them, an initial each.

    Nothing for a text that does not begin with a character that is known.
    """
    known = readings()
    said: list[tuple[str, ...]] = []
    for char in islice(characters, MAX_INITIALS):
        if char not in known:
            break
        said.append(known[char])
    initials = [tuple(dict.fromkeys(syllable[0] for syllable in syllables)) for syllables in said]
    return (*_variants(said[:MAX_SYLLABLES]), *_variants(initials)) if said else ()


def _variants(choices: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The first of each, then with one of them another, and so on."""
    variants = [tuple(choice[0] for choice in choices)]
    for at, choice in enumerate(choices):
        others = [(*variant[:at], other, *variant[at + 1 :]) for other in choice[1:] for variant in variants]
        variants += others[: _MOST_VARIANTS - len(variants)]
    return variants


def _table() -> str:
    return files("vectray_client.store").joinpath(_FILE).read_text("utf-8")
