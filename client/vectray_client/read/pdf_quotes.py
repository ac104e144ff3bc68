"""Quotation marks that PDFium leaves lying about, back to where they are drawn.

Chinese text often takes its “ ” from a second font, whose boxes overlap their neighbours'; such marks come after what
they enclose, or at the end of their line or of the line before.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from vectray_client.read.reflow import HAN

_MARKS = frozenset("“”‘’")
# They enclose nothing, or stand alone at a line's end.
_LOOSE = re.compile(r"[“‘] ?[”’]| [“”‘’](?=\r?\n|\Z)")
_LINE = re.compile(r"[^\r\n]+")
_HAN_CHARACTER = re.compile(rf"[{HAN}]")
_MIN_RISING_SHARE = 0.8  # boxes overlap a little, in italics and around narrow letters

Box = tuple[float, float, float, float]
"""Left, bottom, right, top; the origin is the page's lower left corner."""


class _Line(NamedTuple):
    """What a line holds besides the marks that are to be moved."""

    characters: list[str]
    boxes: list[Box]


def with_quotes_in_place(page: str, *, box_of: Callable[[int], Box]) -> str:
    """`page` with loose marks moved. `box_of` tells where the character at an index is drawn.

    Lines that do not run from left to right stay as they are.
    """
    spans = [found.span() for found in _LINE.finditer(page)]
    starts = [start for start, _ in spans]
    loose = {bisect_right(starts, found.start()) - 1 for found in _LOOSE.finditer(page)}
    lines: dict[int, _Line] = {}
    for number in {near for first in loose for near in (first, first + 1) if near < len(spans)}:
        kept = [index for index in range(*spans[number]) if number not in loose or page[index] not in _MARKS]
        lines[number] = _line([(page[index], box_of(index)) for index in kept])
    moved = {
        number: [index for index in range(*spans[number]) if page[index] in _MARKS]
        for number in sorted(loose)
    }
    if not all(_runs_right(line) for line in lines.values()):
        return page
    for number, marks in moved.items():
        for index in marks:
            box = box_of(index)
            _put(page[index], box, _line_around(box, lines[number], lines.get(number + 1)))
    return _with_lines(page, {spans[number]: "".join(line.characters) for number, line in lines.items()})


def _line(placed: Sequence[tuple[str, Box]]) -> _Line:
    """Without the spaces that PDFium put where it jumped back to what a mark should enclose."""
    kept: list[tuple[str, Box]] = []
    next_left = float("inf")
    for character, box in reversed(placed):
        if character != " ":
            next_left = box[0]
        if box[0] <= next_left:
            kept.append((character, box))
    kept.reverse()
    return _Line([character for character, _ in kept], [box for _, box in kept])


def _runs_right(line: _Line) -> bool:
    lefts = [box[0] for box in line.boxes]
    rising = sum(first <= second for first, second in pairwise(lefts))
    return rising >= _MIN_RISING_SHARE * (len(lefts) - 1)


def _line_around(box: Box, line: _Line, following: _Line | None) -> _Line:
    """The one of two lines that the middle of `box` is level with."""
    middle = (box[1] + box[3]) / 2
    if following and not _is_level(middle, line) and _is_level(middle, following):
        return following
    return line


def _is_level(height: float, line: _Line) -> bool:
    return any(bottom <= height <= top for _, bottom, _, top in line.boxes)


def _put(mark: str, box: Box, line: _Line) -> None:
    index = next((index for index, other in enumerate(line.boxes) if other[0] > box[0]), len(line.boxes))
    # A mark that was taken out of its place has left a gap there; between Chinese characters nobody else has.
    end = index + (line.characters[index : index + 1] == [" "] and _touches_han(line.characters, index))
    line.characters[index:end] = [mark]
    line.boxes[index:end] = [box]


def _touches_han(characters: list[str], index: int) -> bool:
    around = (*characters[max(0, index - 1) : index], *characters[index + 1 : index + 2])
    return any(_HAN_CHARACTER.match(character) for character in around)


def _with_lines(page: str, lines: dict[tuple[int, int], str]) -> str:
    parts: list[str] = []
    done = 0
    for (start, end), text in sorted(lines.items()):
        parts += [page[done:start], text]
        done = end
    return "".join([*parts, page[done:]])
