from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vectray_client.store.vector_layout import Sizes, Span, chain, joined

SIZES = Sizes(compressed=64, full=256)


def laid(comings: list[int]) -> tuple[list[int], int]:
    """The sizes of the blocks after so many vectors came each time, and how many were written in all."""
    blocks: list[int] = []
    written = 0
    for came in comings:
        count = joined(blocks, came, SIZES)
        cut = len(blocks) - count
        blocks = [*blocks[:cut], sum(blocks[cut:]) + came]
        written += blocks[-1]
    return blocks, written


@given(st.lists(st.integers(1, 300), max_size=60))
def test_blocks_are_few_and_their_vectors_seldom_copied(comings: list[int]) -> None:
    """However vectors come, hardly any wait uncompressed, blocks are as few as can be, and each is written a few times."""
    blocks, written = laid(comings)
    small = [size for size in blocks if size < SIZES.compressed]
    assert sum(blocks) == sum(comings)
    assert sum(small) < SIZES.compressed
    assert len(small) <= 2
    assert all(
        one + other > SIZES.full - SIZES.compressed
        for one, other in pairwise(blocks)
        if other >= SIZES.compressed
    )
    assert written <= 16 * sum(comings)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.data())
def test_a_block_that_was_joined_is_never_taken_beside_the_whole(
    sizes: list[int], data: st.DataObject
) -> None:
    """Of spans that follow each other, and any that were joined, the chain covers everything once."""
    ends = [sum(sizes[: count + 1]) for count in range(len(sizes))]
    steps = [Span(after, last) for after, last in zip([0, *ends], ends, strict=False)]
    first, last = sorted(data.draw(st.tuples(st.integers(0, len(steps) - 1), st.integers(0, len(steps) - 1))))
    whole = Span(steps[first].after, steps[last].last)
    found = chain(data.draw(st.permutations([*steps, whole])))
    assert whole in found
    assert [span.after for span in found] == [0, *(span.last for span in found[:-1])]
    assert found[-1].last == ends[-1]


@given(st.lists(st.builds(Span, st.integers(0, 9), st.integers(0, 9))))
def test_a_chain_has_no_gap_whatever_files_there_are(spans: list[Span]) -> None:
    """It starts with the first vector, and each block begins where the one before it ends."""
    found = chain(spans)
    assert [span.after for span in found] == [0, *(span.last for span in found)][: len(found)]
    assert all(span.after < span.last for span in found)
