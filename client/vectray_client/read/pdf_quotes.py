"""Quotation marks that PDFium puts anywhere in their line, back to where they are drawn.

Chinese text often takes its “ ” from a second font, whose boxes overlap their neighbours'; such marks come after what
they enclose, or at the line's end.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from vectray_client.read.reflow import HAN

_MARK = re.compile("[“”‘’]")
_LOOSE = re.compile(r"[^\r\n]*(?:[“‘] ?[”’]| [“”‘’](?=\r?\n|\Z))[^\r\n]*")
_HAN_CHARACTER = re.compile(rf"[{HAN}]")
_MIN_RISING_SHARE = 0.8  # boxes overlap a little, in italics and around narrow letters


def with_quotes_in_place(page: str, *, left_of: Callable[[int], float]) -> str:
    """`page`, in lines that enclose nothing or end with a lone mark, with marks in the order of the paper.

    `left_of` is where the character at an index begins. Lines that do not run from left to right stay as they are.
    """
    parts: list[str] = []
    done = 0
    for found in _LOOSE.finditer(page):
        line = found[0]
        lefts = [left_of(found.start() + index) for index in range(len(line))]
        parts += [page[done : found.start()], _in_order(line, lefts)]
        done = found.end()
    return "".join([*parts, page[done:]])


def _in_order(line: str, lefts: Sequence[float]) -> str:
    marks = [index for index, character in enumerate(line) if _MARK.match(character)]
    rest = [index for index, character in enumerate(line) if not _MARK.match(character)]
    rising = sum(lefts[first] <= lefts[second] for first, second in pairwise(rest))
    if rising < _MIN_RISING_SHARE * len(rest):
        return line
    characters = [line[index] for index in rest]
    places = [lefts[index] for index in rest]
    for mark in marks:
        _put(line[mark], lefts[mark], characters, places)
    return "".join(characters)


def _put(mark: str, left: float, characters: list[str], places: list[float]) -> None:
    index = next((index for index, place in enumerate(places) if place > left), len(places))
    # A mark that was taken out of its place has left a gap there; between Chinese characters nobody else has.
    end = index + (characters[index : index + 1] == [" "] and _touches_han(characters, index))
    characters[index:end] = [mark]
    places[index:end] = [left]


def _touches_han(characters: Sequence[str], index: int) -> bool:
    around = (*characters[max(0, index - 1) : index], *characters[index + 1 : index + 2])
    return any(_HAN_CHARACTER.match(character) for character in around)
