from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from vectray_client.read.anchors import anchors

REACH = 20
UNITS = st.lists(
    st.tuples(st.sampled_from([b"", b"a", b"b", b"c", b"d", b"e", b"f"]), st.integers(1, 15)), max_size=40
)
Units = list[tuple[bytes, int]]


def _anchors(units: Units) -> list[bool]:
    return anchors([rank for rank, _ in units], [tokens for _, tokens in units], reach_tokens=REACH)


def _starts(units: Units) -> list[int]:
    return list(accumulate((tokens for _, tokens in units), initial=0))


@given(UNITS)
def test_an_anchor_is_the_least_of_its_surroundings(units: Units) -> None:
    """As the definition says it, one unit compared with every other."""
    *starts, end = _starts(units)
    for at, ((rank, _), is_anchor) in enumerate(zip(units, _anchors(units), strict=True)):
        near = [
            other
            for other in range(len(units))
            if abs(starts[other] - starts[at]) < REACH and units[other][0]
        ]
        least = min(near, key=lambda other: (units[other][0], other), default=None)
        assert is_anchor == (bool(rank) and least == at and REACH <= starts[at] <= end - REACH)


@given(UNITS)
def test_anchors_keep_their_distance(units: Units) -> None:
    """Passages between them can be filled."""
    found = [start for start, is_anchor in zip(_starts(units), _anchors(units), strict=False) if is_anchor]
    assert all(later - earlier >= REACH for earlier, later in pairwise(found))


@given(UNITS, UNITS, UNITS)
def test_an_edit_is_not_felt_beyond_its_reach(before: Units, new: Units, after: Units) -> None:
    """Whatever is put in or taken out, units further away are anchors or not as they were."""
    old, edited = _anchors(before + after), _anchors(before + new + after)
    ahead = _starts(before)
    far_ahead = sum(ahead[-1] - start >= REACH for start in ahead)
    behind = _starts(after)
    far_behind = sum(start >= REACH for start in behind[:-1])
    assert old[:far_ahead] == edited[:far_ahead]
    assert far_behind == 0 or old[-far_behind:] == edited[-far_behind:]
