import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.domain.errors import InvalidOption
from vectrayd.runtime.windows import Window, cut, joined, mean, portions


@given(st.integers(0, 3), st.integers(0, 2), st.integers(1, 200), st.integers(1, 40))
def test_windows_are_few_and_even(opening: int, closing: int, own: int, room: int) -> None:
    """All tokens are in exactly one window, no window is too long, none differs from another by more than one, fewer would not do."""
    ids = [*range(1000, 1000 + opening), *range(own), *range(2000, 2000 + closing)]
    windows = cut(ids, opening=opening, closing=closing, max_tokens=opening + room + closing)
    sizes = [window.own for window in windows]
    assert max(sizes) <= room
    assert max(sizes) - min(sizes) <= 1
    assert len(windows) == -(-own // room)
    assert joined([np.array(window.ids) for window in windows], windows).tolist() == ids


def test_no_room_is_an_error() -> None:
    """Windows that hold nothing of the text would never end."""
    with pytest.raises(InvalidOption):
        cut([1, 2, 3], opening=1, closing=1, max_tokens=2)


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(-10, 10, width=32)), min_size=1, max_size=8))
def test_a_mean_is_weighted_by_the_texts_own_tokens(found: list[tuple[int, float]]) -> None:
    """A window counts as much as it holds of the text, whatever is repeated in it."""
    windows = [Window(range(own + 3), 2, 1) for own, _ in found]
    average = mean([np.full(4, value, np.float32) for _, value in found], windows)
    expected = sum(own * value for own, value in found) / sum(own for own, _ in found)
    assert average.dtype == np.float32
    np.testing.assert_allclose(average, np.full(4, expected), rtol=1e-5, atol=1e-5)


@given(st.lists(st.integers(1, 30), max_size=40), st.integers(1, 60))
def test_portions_are_bounded_and_in_order(lengths: list[int], most: int) -> None:
    """No window is lost or moved, and only one that is alone may be over the bound."""
    ids = [[number] * length for number, length in enumerate(lengths)]
    made = list(portions(ids, most))
    assert [window for portion in made for window in portion] == ids
    assert all(sum(map(len, portion)) <= most or len(portion) == 1 for portion in made)
