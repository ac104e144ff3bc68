"""Where in a document's outline each block stands: the headings above it, within a budget of tokens."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from vectray_client.domain import Extracted
from vectray_client.read.blocks import heading_text

Count = Callable[[Sequence[str]], list[int]]
"""How many tokens each text has, special tokens left out."""

_JOINER = " › "


class Place(NamedTuple):
    """The headings above a block, outermost first, and what they cost."""

    path: str
    tokens: int


def places(extracted: Extracted, *, count: Count, max_tokens: int) -> list[Place]:
    """One place for each block. A path over `max_tokens` loses its outermost headings first."""
    paths = list(_paths(extracted))
    distinct = {path: _suffixes(path) for path in set(paths)}
    texts = sorted({text for suffixes in distinct.values() for text in suffixes})
    tokens = dict(zip(texts, count(texts), strict=True))
    fitting = {path: _longest(suffixes, tokens, max_tokens) for path, suffixes in distinct.items()}
    return [fitting[path] for path in paths]


def _paths(extracted: Extracted) -> Iterator[tuple[str, ...]]:
    """The headings above each block. A heading is not above itself: its passage shows it anyway."""
    headings = [heading_text(extracted.text[b.start : b.end]) for b in extracted.blocks if b.heading_level]
    root = (extracted.title,) if extracted.title and extracted.title not in headings else ()
    open_headings: list[tuple[int, str]] = []
    path = root
    following = iter(headings)
    for block in extracted.blocks:
        if not block.heading_level:
            yield path
            continue
        open_headings = [entry for entry in open_headings if entry[0] < block.heading_level]
        yield (*root, *(text for _, text in open_headings))
        open_headings.append((block.heading_level, next(following)))
        path = (*root, *(text for _, text in open_headings))


def _suffixes(path: tuple[str, ...]) -> list[str]:
    """Longest first."""
    return [_JOINER.join(path[start:]) for start in range(len(path))]


def _longest(suffixes: Sequence[str], tokens: dict[str, int], max_tokens: int) -> Place:
    fitting = (Place(text, tokens[text]) for text in suffixes if tokens[text] <= max_tokens)
    return next(fitting, Place("", 0))
