"""A document as a row of units: what passages are packed from."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from vectray_client.domain import Extracted
from vectray_client.read import cuts
from vectray_client.read.outline import Count, Place

Span = tuple[int, int]
Measure = Callable[[Sequence[Span]], list[int]]

# One unit in 32 starts a run of passages by its content alone, so that an edit moves passages no further than to the
# next such unit. Measured on 1 MB without headings: an insertion changes 2.8 passages, 6.6 without anchors, at a mean
# fill of 0.85 instead of 0.89.
_ANCHOR_ODDS = 32
MAX_CHARACTERS_PER_TOKEN = 16
"""No language and no code comes to so many. A longer text is cut before it is counted, because encoding megabytes in
one piece takes gigabytes."""
# Room for the tokens that come of cutting through a word.
_WINDOW_FILL = 0.9


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
    starts_run: bool


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
        return ((unit.start, unit.end),) if unit.is_code else cuts.sentences(text, unit.start, unit.end)

    def by_line(unit: Unit) -> Iterable[Span]:
        return cuts.lines(text, unit.start, unit.end)

    def by_window(unit: Unit) -> Iterable[Span]:
        return cuts.windows(text, unit.start, unit.end, characters=_window_characters(unit, max_characters))

    units = list(_with_limits(_blocks(extracted, places, measure, max_tokens), max_tokens // 2))
    for cut in (by_sentence, by_line):
        units = _recut(text, units, cut, measure)
    while any(_is_too_long(unit) for unit in units):
        units = _recut(text, units, by_window, measure)
    return list(_with_anchors(text, units))


def stripped(text: str, start: int, end: int) -> Span:
    """`start` and `end` without the white space inside them; equal if there is nothing else."""
    piece = text[start:end].rstrip()
    return start + len(piece) - len(piece.lstrip()), start + len(piece)


def _blocks(
    extracted: Extracted, places: Sequence[Place], measure: Measure, max_tokens: int
) -> Iterator[Unit]:
    spans = [stripped(extracted.text, block.start, block.end) for block in extracted.blocks]
    for block, place, (start, end), tokens in zip(
        extracted.blocks, places, spans, measure(spans), strict=True
    ):
        room = max_tokens - place.tokens
        if start < end:
            yield Unit(
                start=start,
                end=end,
                tokens=tokens,
                place=place,
                room=room,
                limit=room,
                is_code=block.is_code,
                is_heading=block.heading_level > 0,
                starts_run=False,
            )


def _with_limits(blocks: Iterable[Unit], max_heading_tokens: int) -> Iterator[Unit]:
    """Headings that follow each other stand in one passage with the text below them. A very long one is text itself."""
    heading_tokens = heading_room = 0
    for unit in blocks:
        if unit.is_heading and unit.tokens <= max_heading_tokens:
            joins = 0 < heading_tokens <= max_heading_tokens - unit.tokens
            heading_tokens = heading_tokens + unit.tokens if joins else unit.tokens
            heading_room = heading_room if joins else unit.room
            yield unit._replace(starts_run=not joins)
        elif heading_tokens:
            yield unit._replace(is_heading=False, limit=min(unit.room, heading_room - heading_tokens))
            heading_tokens = 0
        else:
            yield unit._replace(is_heading=False) if unit.is_heading else unit


def _recut(
    text: str, units: Iterable[Unit], cut: Callable[[Unit], Iterable[Span]], measure: Measure
) -> list[Unit]:
    pieces: list[Unit] = []
    for unit in units:
        if _is_too_long(unit):
            spans = (stripped(text, *span) for span in cut(unit))
            pieces += [unit._replace(start=start, end=end, tokens=0) for start, end in spans if start < end]
        else:
            pieces.append(unit)
    tokens = iter(measure([(piece.start, piece.end) for piece in pieces if not piece.tokens]))
    return [piece if piece.tokens else piece._replace(tokens=next(tokens)) for piece in pieces]


def _is_too_long(unit: Unit) -> bool:
    return unit.tokens > unit.limit and unit.end - unit.start > 1


def _window_characters(unit: Unit, max_characters: int) -> int:
    length = unit.end - unit.start
    if length > max_characters:
        return max_characters
    # Half at most, so that cutting comes to an end even where a count is far from even.
    return max(1, min(length // 2, int(length * _WINDOW_FILL * unit.limit / unit.tokens)))


def _with_anchors(text: str, units: Iterable[Unit]) -> Iterator[Unit]:
    under_heading = False
    for unit in units:
        anchors = not unit.is_heading and not under_heading and _is_anchor(text[unit.start : unit.end])
        yield unit._replace(starts_run=True) if anchors else unit
        under_heading = unit.is_heading


def _is_anchor(content: str) -> bool:
    digest = hashlib.blake2b(content.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _ANCHOR_ODDS == 0
