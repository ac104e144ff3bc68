from hypothesis import given
from hypothesis import strategies as st

from vectrayd.runtime.batches import batches, fixed_shape

LENGTHS = st.lists(st.integers(1, 600), max_size=80)


@given(LENGTHS, st.integers(16, 2048))
def test_every_text_runs_once_within_the_bounds(lengths: list[int], max_tokens: int) -> None:
    """No text is lost or doubled, no batch is over its tokens unless it is one text, and padding at most doubles a text."""
    made = batches(lengths, max_tokens=max_tokens)
    assert sorted(position for batch in made for position in batch) == list(range(len(lengths)))
    for batch in made:
        members = [lengths[position] for position in batch]
        assert len(batch) == 1 or max(members) * len(members) <= max_tokens
        assert max(members) <= 2 * min(members)


def test_texts_of_one_length_share_a_batch() -> None:
    """Equal texts are not run one by one."""
    assert batches([10] * 8, max_tokens=80) == [list(range(8))]


@given(st.integers(1, 3000), st.integers(1, 9000))
def test_fixed_shapes_are_few_and_large_enough(texts: int, tokens: int) -> None:
    """A batch fits into its shape, which is less than twice as large each way, or the smallest."""
    rows, columns = fixed_shape(texts, tokens)
    assert texts <= rows < 2 * texts or rows == 1
    assert tokens <= columns < max(2 * tokens, 17)
    assert rows.bit_count() == columns.bit_count() == 1
