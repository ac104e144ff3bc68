from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.searcher.fusion import SPREAD, fuse, shares_of_spread


def ranking(scores: dict[int, float]) -> dict[int, float]:
    """Scores, best first."""
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


WORDS = st.dictionaries(st.integers(0, 20), st.floats(0.01, 50), max_size=10).map(ranking)
MEANING = st.dictionaries(st.integers(0, 20), st.floats(-1, 1), max_size=10).map(ranking)


@given(WORDS, MEANING)
def test_fusing_keeps_all_and_prefers_what_scores_well_everywhere(
    by_words: dict[int, float], by_meaning: dict[int, float]
) -> None:
    """Nothing is lost or invented, scores lie between 0 and 1 and fall, and nobody is behind one whom they beat in both."""
    fused = fuse(by_words, by_meaning)
    assert set(fused) == {*by_words, *by_meaning}
    assert [*fused.values()] == sorted(fused.values(), reverse=True)
    assert all(0 <= score <= 1 + 1e-9 for score in fused.values())
    order = [*fused]
    for better, worse in permutations(fused, 2):
        if (
            by_words.get(better, 0) >= by_words.get(worse, 0)
            and by_meaning.get(better, -2) > by_meaning.get(worse, -2)
            and better in by_meaning
        ):
            assert fused[better] >= fused[worse]
            assert order.index(better) < order.index(worse) or fused[better] > fused[worse] - 1e-9


@given(MEANING, st.floats(0.1, 0.5), st.floats(-0.4, 0.4))
def test_where_a_model_lets_cosines_begin_makes_no_difference(
    cosines: dict[int, float], factor: float, offset: float
) -> None:
    """Shares stay the same if all cosines are squeezed and moved."""
    moved = {chunk_id: cosine * factor + offset for chunk_id, cosine in cosines.items()}
    if len(cosines) > 1 and max(cosines.values()) - min(cosines.values()) > 1e-3:
        assert shares_of_spread(moved) == pytest.approx(shares_of_spread(cosines), abs=1e-6)


def test_what_is_far_ahead_in_one_search_stays_ahead() -> None:
    """A passage that has all words beats those that are second in both."""
    by_words = {1: 30.0, 2: 6.0, 3: 5.0}
    by_meaning = {4: 0.9, 2: 0.85, 3: 0.82, 5: 0.8}
    assert next(iter(fuse(by_words, by_meaning))) == 1


def test_the_hundredth_nearest_counts_as_nothing_and_those_behind_keep_their_order() -> None:
    """More candidates do not change what the first hundred have."""
    cosines = {number: 0.9 - number / 1000 for number in range(3 * SPREAD)}
    few = dict([*cosines.items()][:SPREAD])
    assert [*fuse({}, cosines)] == [*cosines]
    assert {chunk_id: fuse({}, cosines)[chunk_id] for chunk_id in few} == fuse({}, few)
