from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.workers.backoff import Trouble, after_failure, rest_seconds

ERROR = ModelUnavailable("It is broken.")


def test_rest_doubles_up_to_a_minute() -> None:
    """One second after the first failure, a minute from the seventh on, however many follow."""
    assert [rest_seconds(count) for count in (1, 2, 3, 6, 7, 8, 10_000)] == [1, 2, 4, 32, 60, 60, 60]


@given(costs=st.lists(st.booleans(), min_size=1, max_size=50))
def test_a_crash_loop_cannot_burn_the_processor(*, costs: list[bool]) -> None:
    """However failures follow each other, each costly one is followed by rest, longer than the one before; a cheap one by none."""
    trouble: Trouble | None = None
    now, rests = 0.0, []
    for costly in costs:
        trouble = after_failure(trouble, ERROR, costly=costly, now=now)
        assert costly or trouble.until == now
        rests += [trouble.until - now] * costly
        now = trouble.until
    assert all(later >= min(60, 2 * earlier) for earlier, later in pairwise(rests))
    assert all(rest >= 1 for rest in rests)
