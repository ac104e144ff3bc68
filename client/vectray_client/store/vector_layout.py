"""Which runs of vectors stand together in one block, and which files of a cache follow each other. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """When blocks are compressed and when they are full, in vectors.

    Compared one by one, 384 numbers each, the vectors of a block that is not compressed yet take a search a millisecond.
    A full one takes about a second to be compressed, and 100 MB meanwhile.
    """

    compressed: int = 32_768
    full: int = 131_072
    growth: int = 8
    """A small block is joined to what comes after it once that is at least so many times smaller than itself, so that blocks
    are few and each vector is copied few times."""


class Span(NamedTuple):
    """What a block covers: all vectors with ids larger than `after` and up to `last`."""

    after: int
    last: int


def joined(blocks: Sequence[int], came: int, sizes: Sizes) -> int:
    """How many of the last blocks, of these sizes, are written anew as one together with the vectors that came."""
    small = 0
    while small < len(blocks) and blocks[-1 - small] < sizes.compressed:
        small += 1
    together = came + sum(blocks[len(blocks) - small :])
    if together >= sizes.compressed:
        return _while(blocks, together, small, lambda size, so_far: so_far + size <= sizes.full)
    return _while(blocks[len(blocks) - small :], came, 0, lambda size, so_far: size <= sizes.growth * so_far)


def _while(blocks: Sequence[int], together: int, count: int, fits: Callable[[int, int], bool]) -> int:
    while count < len(blocks) and fits(blocks[-1 - count], together):
        together += blocks[-1 - count]
        count += 1
    return count


def chain(spans: Iterable[Span]) -> list[Span]:
    """Those that follow each other without a gap, from the first vector on, as long as they go.

    A program that was killed may leave blocks beside the one that they were joined to: the longest counts.
    """
    longest: dict[int, Span] = {}
    for span in sorted(spans):
        longest[span.after] = span
    found: list[Span] = []
    last = 0
    while last in longest and longest[last].last > last:
        found.append(longest[last])
        last = found[-1].last
    return found
