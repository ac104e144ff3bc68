"""A document as a row of units: what passages are packed from."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from vectray_client.domain import Extracted
from vectray_client.read import cuts
from vectray_client.read.anchors import anchors
from vectray_client.read.outline import Count, Place

Span = tuple[int, int]
Measure = Callable[[Sequence[Span]], list[int]]
Cut = Callable[["Unit"], Iterable[Span]]

MAX_CHARACTERS_PER_TOKEN = 16
"""No language and no code comes to so many. A longer text is cut before it is counted, because encoding megabytes in
one piece takes gigabytes."""
# With multilingual-e5-small. Of a block that is likely to be too long only the pieces are counted, because counting is the
# whole cost; where the guess is wrong, they are packed together again.
_TOKENS_PER_HAN_CHARACTER = 0.7
_TOKENS_PER_LETTER = 0.2
# Room for the tokens that come of cutting through a word.
_WINDOW_FILL = 0.9
# How far an edit may be felt, and how far anchors are apart at least. Measured on 1 MB of English and of Chinese: a paragraph put in
# changes 0.1 to 0.2 % of the tokens, at the 99th percentile 0.4 to 0.9 %, for 2 to 3 % more passages than without anchors.
_REACH_PASSAGES = 2


class Unit(NamedTuple):
    """A block or a piece of one, without the white space around it."""

    start: int
    end: int
    tokens: int
    place: Place
    room: int
    """The most tokens of a passage that starts with this unit; its heading path has the rest."""
    limit: int
    """The most tokens of this unit itself, so that the headings just above it fit into its passage."""
    is_code: bool
    is_heading: bool
    starts_passage: bool = False
    """Whether a passage starts here, unless it would be a small one."""
    is_anchor: bool = False
    """Whether a passage starts here, whatever stands before it."""


def units_of(
    extracted: Extracted,
    places: Sequence[Place],
    *,
    count: Count,
    max_tokens: int,
) -> list[Unit]:
    """The blocks in order; a block over its limit is cut into sentences (code: lines), then lines, then windows."""
    text = extracted.text
    max_characters = max_tokens * MAX_CHARACTERS_PER_TOKEN

    def measure(spans: Sequence[Span]) -> list[int]:
        """Tokens, at least 1; where a span is too long to be counted, as many as its characters."""
        counts = iter(count([text[start:end] for start, end in spans if end - start <= max_characters]))
        return [
            max(1, next(counts)) if end - start <= max_characters else end - start for start, end in spans
        ]

    def by_sentence(unit: Unit) -> Iterable[Span]:
        return by_line(unit) if unit.is_code else cuts.sentences(text, unit.start, unit.end)

    def by_line(unit: Unit) -> Iterable[Span]:
        return cuts.lines(text, unit.start, unit.end)

    def by_window(unit: Unit) -> Iterable[Span]:
        return cuts.windows(text, unit.start, unit.end, characters=_window_characters(unit, max_characters))

    def is_likely_too_long(unit: Unit) -> bool:
        return not unit.is_heading and _likely_tokens(text[unit.start : unit.end]) > unit.limit

    blocks = list(_blocks(extracted, places, max_tokens))
    early = _counted(_recut(text, blocks, by_sentence, is_likely_too_long), measure)
    units = list(_with_limits(early, max_tokens // 2))
    for cut in (by_sentence, by_line):
        units = _counted(_recut(text, units, cut, _is_too_long), measure)
    while any(map(_is_too_long, units)):
        units = _counted(_recut(text, units, by_window, _is_too_long), measure)
    return _with_anchors(text, units, reach_tokens=_REACH_PASSAGES * max_tokens)


def stripped(text: str, start: int, end: int) -> Span:
    """`start` and `end` without the white space inside them; equal if there is nothing else."""
    piece = text[start:end].rstrip()
    return start + len(piece) - len(piece.lstrip()), start + len(piece)


def _blocks(extracted: Extracted, places: Sequence[Place], max_tokens: int) -> Iterator[Unit]:
    """The blocks, not counted yet."""
    for block, place in zip(extracted.blocks, places, strict=True):
        start, end = stripped(extracted.text, block.start, block.end)
        if start < end:
            room = max_tokens - place.tokens
            yield Unit(
                start=start,
                end=end,
                tokens=0,
                place=place,
                room=room,
                limit=room,
                is_code=block.is_code,
                is_heading=block.heading_level > 0,
            )


def _with_limits(blocks: Iterable[Unit], max_heading_tokens: int) -> Iterator[Unit]:
    """Headings that follow each other stand in one passage with the text below them. A very long one is text itself."""
    heading_tokens = heading_room = 0
    for unit in blocks:
        if unit.is_heading and unit.tokens <= max_heading_tokens:
            joins = 0 < heading_tokens <= max_heading_tokens - unit.tokens
            heading_tokens = heading_tokens + unit.tokens if joins else unit.tokens
            heading_room = heading_room if joins else unit.room
            yield unit._replace(starts_passage=not joins)
        elif heading_tokens:
            yield unit._replace(is_heading=False, limit=min(unit.room, heading_room - heading_tokens))
            heading_tokens = 0
        else:
            yield unit._replace(is_heading=False) if unit.is_heading else unit


def _recut(text: str, units: Iterable[Unit], cut: Cut, is_too_long: Callable[[Unit], bool]) -> Iterator[Unit]:
    for unit in units:
        if not is_too_long(unit):
            yield unit
            continue
        for span in cut(unit):
            start, end = stripped(text, *span)
            if start < end:
                yield unit._replace(start=start, end=end, tokens=0)


def _counted(units: Iterable[Unit], measure: Measure) -> list[Unit]:
    units = list(units)
    tokens = iter(measure([(unit.start, unit.end) for unit in units if not unit.tokens]))
    return [unit if unit.tokens else unit._replace(tokens=next(tokens)) for unit in units]


def _likely_tokens(text: str) -> float:
    han = (len(text.encode()) - len(text)) // 2  # three bytes each
    return _TOKENS_PER_HAN_CHARACTER * han + _TOKENS_PER_LETTER * (len(text) - han)


def _is_too_long(unit: Unit) -> bool:
    return unit.tokens > unit.limit and unit.end - unit.start > 1


def _window_characters(unit: Unit, max_characters: int) -> int:
    length = unit.end - unit.start
    if length > max_characters:
        return max_characters
    # Half at most, so that cutting comes to an end even where a count is far from even.
    return max(1, min(length // 2, int(length * _WINDOW_FILL * unit.limit / unit.tokens)))


def _with_anchors(text: str, units: Sequence[Unit], *, reach_tokens: int) -> list[Unit]:
    ranks = list(_ranks(text, units))
    found = anchors(ranks, [unit.tokens for unit in units], reach_tokens=reach_tokens)
    return [unit._replace(is_anchor=is_anchor) for unit, is_anchor in zip(units, found, strict=True)]


def _ranks(text: str, units: Iterable[Unit]) -> Iterator[bytes]:
    """By content alone. A heading is a better place to start than any paragraph, and what stands right below one is no place."""
    under_heading = False
    for unit in units:
        if unit.starts_passage or not (unit.is_heading or under_heading):
            content = text[unit.start : unit.end].encode()
            digest = hashlib.blake2b(content, digest_size=8).digest()
            yield (b"heading " if unit.is_heading else b"text ") + digest
        else:
            yield b""
        under_heading = unit.is_heading
