"""The part of a passage that is shown: its best sentence, and as many others around it as fit in one line. Pure."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from vectray_client.domain import Excerpt, Highlight, Leg
from vectray_client.searcher.matching import Span
from vectray_client.searcher.sentences import Sentence
from vectray_client.searcher.widths import columns, width

EXCERPT_COLUMNS: Final = 240
"""Room for two or three sentences of English, or 120 Han characters."""
_SPARSE: Final = 0.5
"""An excerpt that is less full takes in a part of a neighbour that does not fit as a whole."""
_LONGEST_WORD_CHARACTERS: Final = 24
"""A cut looks so far for the end of a word."""
_WHITE: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_MARKUP: Final = re.compile(
    r"(?:[\s\x00-\x1f\x7f-\x9f]|^#{1,6}(?=[ \t])|^\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+(?:[ \t]*:?-{2,}:?)?[ \t]*$)+",
    re.MULTILINE,
)
"""White space, and what makes headings and tables of Markdown: nobody reads these in one line."""
_SENTENCE_ENDS: Final = frozenset("。！？；.!?:：,，、;\"'”’」』）》)")
_ITEM_MARKS: Final = frozenset("-*+•|#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A passage with what is known of its sentences."""

    text: str
    sentences: Sequence[Sentence]
    """At least one."""
    words: Sequence[Span]
    """What of the question stands in it, in order, without overlap."""
    weights: Sequence[float]
    """How much each sentence says about the question."""
    is_markdown: bool = False
    nearest: int | None = None
    """Number of the sentence that is nearest to the question in meaning, if that is known."""


def excerpt_of(passage: Weighed, *, most_columns: int = EXCERPT_COLUMNS) -> Excerpt:
    """Return the best part of a passage. Where a sentence is cut there is an ellipsis, which counts."""
    best = max(range(len(passage.sentences)), key=lambda at: (passage.weights[at], -at))
    start, end = _room(passage, best, most_columns=most_columns - 2)
    starts = {sentence.start: sentence.is_cut for sentence in passage.sentences}
    is_cut_before = starts.get(start, True)
    after = next((sentence for sentence in passage.sentences if sentence.end > end), None)
    is_cut_after = after is not None and (after.start < end or after.is_cut)
    gaps = (_MARKUP if passage.is_markdown else _WHITE).finditer(passage.text, start, end)
    line, sources = _flat(passage.text, (start, end), gaps, starts=starts.keys())
    before = "…" if is_cut_before else ""
    marks = [Highlight(*span, Leg.WORDS) for span in passage.words]
    if passage.nearest is not None:
        nearest = passage.sentences[passage.nearest]
        marks.append(Highlight(nearest.start, nearest.end, Leg.MEANING))
    return Excerpt(
        text=f"{before}{line}{'…' if is_cut_after else ''}",
        highlights=tuple(sorted(_moved(marks, sources, by=len(before)))),
    )


def _room(passage: Weighed, best: int, *, most_columns: int) -> Span:
    """The part of the text to show."""
    widths = [columns(passage.text[each.start : each.end]) + 1 for each in passage.sentences]
    if widths[best] > most_columns:
        return _part(passage, passage.sentences[best], most_columns)
    first = last = best
    left = most_columns - widths[best]
    while True:
        beside = [at for at in (last + 1, first - 1) if 0 <= at < len(widths)]
        fitting = [at for at in beside if widths[at] <= left]
        if not fitting:
            break
        chosen = max(fitting, key=lambda at: passage.weights[at])
        left -= widths[chosen]
        first, last = min(first, chosen), max(last, chosen)
    start, end = passage.sentences[first].start, passage.sentences[last].end
    if left <= most_columns * _SPARSE or not beside:
        return start, end
    if last + 1 in beside:
        after = passage.sentences[last + 1]
        cut = _fitting_end(passage.text, after.start, after.end, most_columns=left)
        return start, cut if cut > after.start else end
    before = passage.sentences[first - 1]
    cut = _fitting_start(passage.text, before.start, before.end, most_columns=left)
    return cut if cut < before.end else start, end


def _part(passage: Weighed, sentence: Sentence, most_columns: int) -> Span:
    """The part of a sentence that holds most of the question's words, and a little before them."""
    text = passage.text
    inside = [span for span in passage.words if sentence.start <= span[0] < sentence.end]
    start = sentence.start
    if inside:
        held = [
            sum(_fitting(text, span[0], sentence.end, most_columns) >= other[1] for other in inside[at:])
            for at, span in enumerate(inside)
        ]
        at = held.index(max(held))
        taken = columns(text[inside[at][0] : inside[at + max(held[at], 1) - 1][1]])
        room = max(0, (most_columns - taken) // 2)
        start = _fitting_start(text, sentence.start, inside[at][0], most_columns=room)
    end = _fitting_end(text, start, sentence.end, most_columns=most_columns)
    if end == sentence.end:
        start = min(start, _fitting_start(text, sentence.start, end, most_columns=most_columns))
    return start, end


def _fitting(text: str, start: int, end: int, most_columns: int) -> int:
    """How far the text fits."""
    for at in range(start, end):
        most_columns -= width(text[at])
        if most_columns < 0:
            return at
    return end


def _fitting_end(text: str, start: int, end: int, *, most_columns: int) -> int:
    """How far the text fits, without a half word at the end."""
    cut = _fitting(text, start, end, most_columns)
    if cut == end:
        return end
    for at in range(cut, max(start, cut - _LONGEST_WORD_CHARACTERS), -1):
        if not is_inside_word(text, at):
            cut = at
            break
    return start + len(text[start:cut].rstrip())


def _fitting_start(text: str, start: int, end: int, *, most_columns: int) -> int:
    """From where on the text fits, without a half word at the beginning."""
    cut = end
    while cut > start and most_columns >= width(text[cut - 1]):
        cut -= 1
        most_columns -= width(text[cut])
    if cut == start:
        return start
    for at in range(cut, min(end, cut + _LONGEST_WORD_CHARACTERS)):
        if not is_inside_word(text, at):
            cut = at
            break
    return end - len(text[cut:end].lstrip())


def is_inside_word(text: str, at: int) -> bool:
    """Whether a cut before this character would halve a word; words of Han are as long as their characters."""
    before, after = text[at - 1], text[at]
    return (before.isalnum() and after.isalnum() and width(before) == width(after) == 1) or width(after) == 0


def _flat(
    text: str, part: Span, gaps: Iterable[re.Match[str]], *, starts: Collection[int]
) -> tuple[str, list[int]]:
    """A part of a text in one line, and where each of its characters is from; one more for its end."""
    start, end = part
    pieces: list[str] = []
    sources: list[int] = []
    at = start
    for gap in gaps:
        pieces.append(text[at : gap.start()])
        sources.extend(range(at, gap.start()))
        is_sentence = any(place in starts for place in range(gap.start() + 1, gap.end() + 1))
        is_between = at < gap.start() and gap.end() < end
        between = _between(text, gap.span(), is_sentence=is_sentence) if is_between else ""
        pieces.append(between)
        sources.extend([gap.start()] * len(between))
        at = gap.end()
    pieces.append(text[at:end])
    sources.extend(range(at, end + 1))
    return "".join(pieces), sources


def _between(text: str, gap: Span, *, is_sentence: bool) -> str:
    """What stands for white space: a dot between items, rows and lines, and nothing where a line of Chinese was wrapped."""
    start, end = gap
    if "\n" not in text[start:end]:
        return " "
    before, after = text[start - 1], text[end]
    if is_sentence and (before not in _SENTENCE_ENDS or after in _ITEM_MARKS or "#" in text[start:end]):
        return " · "
    return "" if width(before) == width(after) == 2 else " "  # noqa: PLR2004 - columns


def _moved(marks: Sequence[Highlight], sources: Sequence[int], *, by: int) -> list[Highlight]:
    """Where marks in a text stand in its line, as far as they do."""
    ends = len(sources) - 1
    moved = (
        Highlight(
            min(bisect_left(sources, mark.start), ends) + by,
            min(bisect_left(sources, mark.end), ends) + by,
            mark.leg,
        )
        for mark in marks
    )
    return [mark for mark in moved if mark.start < mark.end]
