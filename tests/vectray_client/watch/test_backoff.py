import itertools

from hypothesis import given
from hypothesis import strategies as st

from vectray_client.watch.backoff import FILES, Heat, heat_after_look


def looks(changes: list[float]) -> list[float]:
    """When a file that changes at these times is looked at, if every look comes as early as it may."""
    heat: Heat | None = None
    times: list[float] = []
    for change in changes:
        if times and change <= times[-1]:
            continue  # seen by the last look
        waits = heat is not None and not heat.is_forgotten(change)
        times.append(max(change, heat.rests_until) if heat and waits else change)
        heat = heat_after_look(heat, changed_at=change, now=times[-1], limits=FILES)
    return times


def test_a_log_is_read_ever_more_rarely() -> None:
    """What changes all the time is read at once, then after 5, 10, 20, 40 and 60 seconds, and every 60 from then on."""
    times = looks([second / 10 for second in range(3000)])
    assert [round(later - earlier) for earlier, later in itertools.pairwise(times)] == [
        5,
        10,
        20,
        40,
        60,
        60,
        60,
        60,
    ]


def test_a_note_saved_now_and_then_never_waits() -> None:
    """Somebody who saves every half minute is found at once each time."""
    saves = [30.0 * number for number in range(20)]
    assert looks(saves) == saves


def test_two_quiet_minutes_make_up_for_everything() -> None:
    """The hottest file is read at once when it changes after a rest."""
    hot = [second / 10 for second in range(3000)]
    assert looks([*hot, 500.0])[-1] == 500.0


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=60).map(sorted))
def test_every_change_is_looked_at_in_time(changes: list[float]) -> None:
    """No change waits longer than the longest delay, and no two looks are closer than the first."""
    times = looks(changes)
    for change in changes:
        assert any(change <= time <= change + FILES.longest_seconds for time in times)
    assert all(
        later - earlier >= FILES.first_seconds - 1e-9 or later in changes
        for earlier, later in itertools.pairwise(times)
    )
