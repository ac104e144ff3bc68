from hypothesis import given
from hypothesis import strategies as st

from vectray_client.indexer.retrying import Trials
from vectray_client.watch.backoff import Backoff

DELAYS = Backoff(first_seconds=1.0, longest_seconds=30.0)


@given(st.integers(1, 10_000))
def test_delays_double_up_to_the_longest(failures: int) -> None:
    """An hour of failures costs a hundred and some attempts, not thousands."""
    assert DELAYS.after(failures) == (2.0 ** (failures - 1) if failures < 6 else 30.0)


@given(st.lists(st.sampled_from(["fail", "succeed", "hurry"]), max_size=30))
def test_nothing_is_tried_more_often_than_after_the_first_failure(events: list[str]) -> None:
    """However often somebody hurries, there is the first delay between a failure and the next attempt."""
    trials, now = Trials(DELAYS), 100.0
    for event in events:
        if event == "fail":
            trials.fail(now)
            assert trials.due_at >= now + DELAYS.first_seconds
        elif event == "succeed":
            trials.succeed()
            assert trials.due_at <= now
        elif trials.are_failing:
            trials.hurry(now)
            assert trials.due_at <= now + DELAYS.first_seconds
        now = max(now, trials.due_at)
