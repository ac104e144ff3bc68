import numpy as np
import pytest
from numpy.typing import NDArray

from vectray_client.drawing.grouping import grouped
from vectray_client.drawing.placing import framed, placed

Floats = NDArray[np.float32]


def three_groups(each: int) -> tuple[Floats, NDArray[np.int64]]:
    """Unit vectors about three directions, and which is which."""
    chance = np.random.default_rng(3)
    which = np.arange(3 * each) % 3
    vectors = chance.standard_normal((3, 32))[which] + 0.5 * chance.standard_normal((3 * each, 32))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), which


@pytest.mark.parametrize("each", [4, 20, 60])
def test_three_groups_end_up_apart(each: int) -> None:
    """Each document's nearest on the plane is of its own group, and three groups are found."""
    vectors, which = three_groups(each)
    positions = placed(vectors)
    distances = np.linalg.norm(positions[:, None] - positions, axis=2) + 1e9 * np.eye(3 * each)
    assert (which[distances.argmin(axis=1)] == which).all()
    groups = grouped(positions)
    assert len({*zip(groups.tolist(), which.tolist(), strict=True)}) == 3


def test_equal_vectors_give_equal_maps() -> None:
    """To the last digit."""
    vectors, _ = three_groups(10)
    assert (placed(vectors) == placed(vectors)).all()


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9, 30])
def test_equal_documents_have_positions_too(count: int) -> None:
    """However many there are, all numbers are finite and within the frame; many of them do not lie on one point."""
    vectors = np.tile(np.eye(1, 16, dtype=np.float32), (count, 1))
    positions, side = framed(placed(vectors))
    assert positions.shape == (count, 2)
    assert np.isfinite(positions).all()
    assert ((positions >= 0) & (positions <= 1)).all()
    assert side > 0
    if count > 8:
        assert len({*map(tuple, positions.tolist())}) == count


def test_two_documents_lie_apart() -> None:
    """At opposite ends."""
    positions, _ = framed(placed(np.eye(2, 16, dtype=np.float32)))
    assert np.linalg.norm(positions[0] - positions[1]) >= 1


def test_a_map_is_mended_and_does_not_jump() -> None:
    """With one document less and one more, the others move little, and the new one lies with its like."""
    vectors, which = three_groups(20)
    before, side = framed(placed(vectors))
    earlier = side * before
    earlier[7] = np.nan
    after, _ = framed(placed(vectors[1:], earlier=earlier[1:]))
    assert np.median(np.linalg.norm(after - before[1:], axis=1)) < 0.1
    distances = np.linalg.norm(after - after[6], axis=1)
    distances[6] = np.inf
    assert which[1:][distances.argmin()] == which[7]


def test_few_documents_are_one_group() -> None:
    """There is nothing to tell apart."""
    assert set(grouped(placed(three_groups(2)[0])).tolist()) == {0}
    assert grouped(np.zeros((0, 2), np.float32)).tolist() == []


def test_groups_are_numbered_by_size() -> None:
    """The largest is 0, and every document has one."""
    chance = np.random.default_rng(0)
    sizes = (15, 40, 25)
    positions = np.concatenate([chance.normal(20 * at, 1, (size, 2)) for at, size in enumerate(sizes)])
    groups = grouped(positions.astype(np.float32))
    counts = np.bincount(groups).tolist()
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == sum(sizes)
    assert set(groups[:15]).isdisjoint(groups[15:])
