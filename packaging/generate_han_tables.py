"""Write what the index knows of Han characters, from OpenCC and pypinyin: `.venv/bin/python packaging/generate_han_tables.py`.

The two libraries are not installed with the product: one takes 60 MB of memory for what fits into 60 KB, and with another release
of either every index would have to make its words anew.
"""

from collections import defaultdict
from itertools import chain
from pathlib import Path

from opencc import OpenCC
from pypinyin import Style, pinyin

TABLES = Path(__file__).resolve().parent.parent / "client" / "vectray_client" / "store"
_HAN = (range(0x3400, 0xA000), range(0x20000, 0x323B0))
_COMMON = range(0x4E00, 0xA000)
_MOST_READINGS = 3
"""Further ones are found in dictionaries of old texts only."""


def simplified() -> str:
    """Two lines: traditional characters by code point, and below each the simplified one."""
    convert = OpenCC("t2s").convert
    # Twice: of two characters the simplified one is a traditional one, too.
    pairs = [(char, convert(convert(char))) for block in _HAN for char in map(chr, block)]
    changed = [(char, simple) for char, simple in pairs if simple != char]
    return f"{''.join(char for char, _ in changed)}\n{''.join(simple for _, simple in changed)}\n"


def readings() -> str:
    """A line for each syllable, without its tone and with `v` for ü: the simplified characters that are mostly read so, and, behind
    a space, those that are at times.
    """
    convert = OpenCC("t2s").convert
    mostly: defaultdict[str, str] = defaultdict(str)
    at_times: defaultdict[str, str] = defaultdict(str)
    for char in map(chr, _COMMON):
        if convert(char) == char:
            for place, syllable in enumerate(_syllables(char)):
                (at_times if place else mostly)[syllable] += char
    syllables = sorted({*mostly, *at_times})
    return "".join(f"{syllable} {mostly[syllable]} {at_times[syllable]}\n" for syllable in syllables)


def _syllables(char: str) -> list[str]:
    """The readings of a character without tones, the most usual ones."""
    found = pinyin([char], style=Style.NORMAL, heteronym=True, errors="ignore")
    return [syllable for syllable in chain.from_iterable(found) if syllable.isascii()][:_MOST_READINGS]


def main() -> None:
    """Write both tables."""
    (TABLES / "simplified.txt").write_text(simplified(), "utf-8")
    (TABLES / "pinyin.txt").write_text(readings(), "utf-8")


if __name__ == "__main__":
    main()
