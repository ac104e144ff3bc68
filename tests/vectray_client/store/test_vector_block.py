import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.vectray_client.store.blocks import block_of, unit, vectors

from vectray_client.store.vector_block import compressed

SMALL = block_of(vectors(300))
PACKED = compressed(SMALL)


@example(291, 291)
@given(st.integers(0, 10_000), st.integers(1, 400))
def test_compressed_and_exact_agree_where_all_is_refined(seed: int, limit: int) -> None:
    """A block that is small enough to be compared whole gives the same answers with its compressed form as without."""
    (query,) = vectors(1, seed=seed)
    exact_ids, exact_cosines = SMALL.search(query, limit, refined=300)
    ids, cosines = PACKED.search(query, limit, refined=300)
    # The two add up in different orders: what differs by less than that may come in any order.
    np.testing.assert_allclose(cosines, exact_cosines, atol=1e-6)
    assert set(exact_ids[exact_cosines > exact_cosines[-1] + 1e-6]) <= set(ids)


@settings(max_examples=50)
@given(st.sets(st.integers(-5, 500)), st.integers(1, 400), st.sampled_from([SMALL, PACKED]))
def test_a_filter_is_exact_and_complete(allowed: set[int], limit: int, block: object) -> None:
    """Of the allowed ids that are there the nearest are found, all of them if there are no more than were asked for."""
    (query,) = vectors(1, seed=len(allowed))
    here = np.array(sorted(allowed & set(SMALL.ids.tolist())), np.int64)
    ids, cosines = block.search(query, limit, refined=1, allowed_ids=np.array(sorted(allowed), np.int64))  # type: ignore[attr-defined]
    assert len(ids) == min(limit, len(here))
    assert set(ids) <= set(here)
    rows = SMALL.codes().view("<f2").astype(np.float32)
    wanted = np.sort(rows[np.isin(SMALL.ids, here)] @ query)[::-1][:limit]
    np.testing.assert_allclose(cosines, wanted, atol=1e-5)


@pytest.mark.parametrize("weights", [np.ones(128), 1 / np.arange(1, 129)])
def test_nearest_vectors_are_seldom_missed(weights: np.ndarray) -> None:
    """A compressed block finds what is nearest, also where the first dimensions say more than the last."""
    rows = unit((vectors(8_000, dimensions=len(weights)) * weights).astype(np.float32))
    block, queries = block_of(rows), rows[:100]
    packed = compressed(block)
    found = [
        set(packed.search(query, 10, refined=200)[0]) & set(block.search(query, 10, refined=200)[0])
        for query in queries
    ]
    assert np.mean([len(common) for common in found]) > 9.6


def test_a_block_keeps_the_numbers_as_they_are() -> None:
    """What is read back are the bytes that were put in, whether compressed or not."""
    codes = vectors(300).astype("<f2").view(np.uint8)
    np.testing.assert_array_equal(SMALL.codes(), codes)
    np.testing.assert_array_equal(PACKED.codes(), codes)


@pytest.mark.parametrize("dimensions", [2, 3, 8, 100])
def test_vectors_may_have_any_length(dimensions: int) -> None:
    """Nothing about compressing depends on a round number of dimensions."""
    rows = vectors(50, dimensions=dimensions)
    ids, _ = compressed(block_of(rows)).search(rows[7], 50, refined=1)
    assert len(ids) == 50
