from hypothesis import given
from hypothesis import strategies as st

from vectray_client.assistant.bounds import MOST_CHARACTERS, each, kept_around, shortened


@given(st.text(max_size=50), st.integers(1, 60))
def test_what_is_shortened_fits_and_is_a_beginning(text: str, most: int) -> None:
    """What fits is left as it is."""
    short = shortened(text, most)
    assert len(short) <= most
    assert short == text if len(text) <= most else text.startswith(short[:-1])


@given(st.integers(0, 1000))
def test_few_passages_may_be_long(passages: int) -> None:
    """All of them fit, unless there are so many that each would be too short to be read."""
    assert each(passages) * passages <= max(MOST_CHARACTERS, 200 * passages)
    assert 200 <= each(passages) <= 4000


@given(st.lists(st.integers(1, 100), min_size=1, max_size=20), st.data(), st.integers(1, 400))
def test_what_is_kept_is_in_one_piece_about_the_middle(
    lengths: list[int], data: st.DataObject, most: int
) -> None:
    """It fits, but for a passage that is too long by itself, and neither neighbour would still fit."""
    middle = data.draw(st.integers(0, len(lengths) - 1))
    kept = kept_around(lengths, middle, most=most)
    total = sum(lengths[at] for at in kept)
    assert middle in kept
    assert total <= max(most, lengths[middle])
    for neighbour in (kept.start - 1, kept.stop):
        assert not 0 <= neighbour < len(lengths) or total + lengths[neighbour] > most


def test_of_nothing_nothing_is_kept() -> None:
    """A document without passages."""
    assert list(kept_around([], 0, most=10)) == []
