from hypothesis import given
from hypothesis import strategies as st

from vectrayd.runtime.requests import MOST_INPUTS, MOST_TOKENS, requests, shares, wait_before

sizes_of_texts = st.lists(st.integers(1, 262_144), max_size=60)


@given(sizes_of_texts)
def test_every_text_goes_once_and_in_order(sizes: list[int]) -> None:
    """No text is lost, doubled or moved, and no request is more than a provider takes."""
    divided = requests(sizes, certain=8192)
    assert [position for request in divided for position in request] == list(range(len(sizes)))
    for request in divided:
        assert len(request) <= MOST_INPUTS
        assert sum(sizes[position] for position in request) <= MOST_TOKENS
        assert len(request) == 1 or all(sizes[position] <= 8192 for position in request)


def test_requests_are_as_full_as_they_may_be() -> None:
    """Small texts fill a request up to the provider's limits."""
    assert [len(request) for request in requests([1] * 5000, certain=10)] == [2048, 2048, 904]
    assert [len(request) for request in requests([8000] * 80, certain=8192)] == [37, 37, 6]


@given(st.integers(0, 300_000), st.lists(st.integers(1, 10_000), min_size=1, max_size=50))
def test_shares_add_up(total: int, sizes: list[int]) -> None:
    """What was counted for a request is what its texts are told together."""
    parts = shares(total, sizes)
    assert sum(parts) == total
    assert all(abs(part - total * size / sum(sizes)) <= 1 for part, size in zip(parts, sizes, strict=True))


def test_waiting_grows_obeys_and_ends() -> None:
    """Twice as long each time, as long as the provider asks, never longer than there is time, and not for ever."""
    assert [wait_before(attempt, asked=0, left=60) for attempt in range(1, 8)] == [
        0.5,
        1,
        2,
        4,
        8,
        None,
        None,
    ]
    assert wait_before(1, asked=7, left=60) == 7
    assert wait_before(1, asked=7, left=6) is None
