"""A document's text to passages. Pure: equal texts give equal passages, and an edit changes those around it only."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from vectray_client.domain import Chunk, Extracted
from vectray_client.read import cuts
from vectray_client.read.outline import Count, places
from vectray_client.read.packing import packed
from vectray_client.read.units import Unit, stripped, units_of

MIN_TOKENS = 16
"""Below this, not even single characters under a heading are sure to fit."""
_HEADING_SHARE = 8  # the path above a passage takes an eighth of it at most


def chunk(
    extracted: Extracted, *, count: Count, max_tokens: int, slack_tokens: int | None = None
) -> tuple[Chunk, ...]:
    """The passages of a document, in order, without overlap; together they hold all that is not white space.

    `count` gives the number of tokens of each text. No passage's `embedded_text` has more than `max_tokens`; one is counted
    whole where its parts' counts come closer to that than `slack_tokens`, all are if that is None.
    Raises ValueError if `max_tokens` is below MIN_TOKENS.
    """
    if max_tokens < MIN_TOKENS:
        raise ValueError(f"max_tokens must be at least {MIN_TOKENS}")
    above = places(extracted, count=count, max_tokens=max_tokens // _HEADING_SHARE)
    units = units_of(extracted, above, count=count, max_tokens=max_tokens)
    groups = packed(units, max_tokens=max_tokens)
    sure_tokens = 0 if slack_tokens is None else max_tokens - slack_tokens
    return tuple(_located(extracted, _verified(extracted.text, groups, count, max_tokens, sure_tokens)))


def _verified(
    text: str, groups: Iterable[Sequence[Unit]], count: Count, max_tokens: int, sure_tokens: int
) -> list[Sequence[Unit]]:
    """The groups, halved where they turn out too long: counts of parts add up to that of the whole only nearly."""
    fitting: list[Sequence[Unit]] = []
    pending: list[Sequence[Unit]] = []
    for group in groups:
        (fitting if _summed_tokens(group) <= sure_tokens else pending).append(group)
    while pending:
        counts = count([_passage(text, group).embedded_text for group in pending])
        halves: list[Sequence[Unit]] = []
        for group, tokens in zip(pending, counts, strict=True):
            if tokens > max_tokens and _is_divisible(group):
                halves.extend(_halves(text, group))
            else:
                fitting.append(group)
        pending = halves
    return sorted(fitting, key=lambda group: group[0].start)


def _summed_tokens(group: Sequence[Unit]) -> int:
    return group[0].place.tokens + sum(unit.tokens for unit in group)


def _is_divisible(group: Sequence[Unit]) -> bool:
    return len(group) > 1 or group[0].end - group[0].start > 1


def _halves(text: str, group: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    if len(group) > 1:
        middle = len(group) // 2
        yield group[:middle]
        yield group[middle:]
        return
    unit = group[0]
    for span in cuts.windows(text, unit.start, unit.end, characters=max(1, (unit.end - unit.start) // 2)):
        start, end = stripped(text, *span)
        if start < end:
            yield (unit._replace(start=start, end=end),)


def _located(extracted: Extracted, groups: Iterable[Sequence[Unit]]) -> Iterator[Chunk]:
    """The passages with their page, or line if there are no pages, and their cell."""
    cells = [start for start, _ in extracted.cells]
    line, offset = 1, 0
    for group in groups:
        passage = _passage(extracted.text, group)
        row = bisect_right(cells, passage.start)
        cell = extracted.cells[row - 1][1] if row else ""
        if extracted.page_starts:
            yield replace(passage, cell=cell, page=bisect_right(extracted.page_starts, passage.start))
        else:
            line += extracted.text.count("\n", offset, passage.start)
            offset = passage.start
            yield replace(passage, cell=cell, line=line)


def _passage(text: str, group: Sequence[Unit]) -> Chunk:
    start, end = group[0].start, group[-1].end
    return Chunk(text=text[start:end], start=start, end=end, heading=group[0].place.path)
