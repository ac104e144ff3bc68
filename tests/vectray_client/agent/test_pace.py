from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.agent.pace import (
    Machine,
    beside_questions,
    hurry_from,
    others_percent,
    pace_for,
    paces_for,
    still_hurried,
)
from vectray_client.indexer.pace import FULL_SPEED

MACHINES = st.builds(
    Machine,
    is_on_battery=st.none() | st.booleans(),
    cpu_pressure_percent=st.none() | st.floats(0, 100),
    others_percent=st.none() | st.floats(0, 100),
    memory_pressure_percent=st.none() | st.floats(0, 100),
    disk_free_bytes=st.none() | st.integers(0, 10**12),
    is_screen_filled=st.none() | st.booleans(),
)


@given(MACHINES)
def test_whoever_is_slower_says_why(machine: Machine) -> None:
    """And nobody is slower without a reason."""
    pace = pace_for(machine)
    assert bool(pace.reason) == (pace != FULL_SPEED)
    assert pace.is_stopped or pace.calls > 0


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (Machine(), ""),
        (Machine(is_on_battery=False, cpu_pressure_percent=1, disk_free_bytes=10**12), ""),
        (Machine(is_on_battery=True), "slowed: on battery"),
        (Machine(cpu_pressure_percent=90), ""),
        (Machine(cpu_pressure_percent=90, others_percent=20), ""),
        (Machine(cpu_pressure_percent=90, others_percent=80), "slowed: other programs need the processor"),
        (Machine(is_screen_filled=False), ""),
        (Machine(is_screen_filled=True, is_on_battery=True), "slowed: a program fills the screen"),
        (Machine(is_screen_filled=True, memory_pressure_percent=20), "slowed: memory is short"),
        (Machine(is_on_battery=True, memory_pressure_percent=20), "slowed: memory is short"),
        (Machine(is_on_battery=True, disk_free_bytes=10**6), "stopped: the disk is almost full"),
    ],
)
def test_the_most_pressing_reason_is_said(machine: Machine, words: str) -> None:
    """A full disk before short memory, before a full screen, before a battery, before other programs; what is not known presses nobody."""
    assert pace_for(machine).reason == words


@given(MACHINES)
def test_the_reason_that_is_said_is_the_one_that_decides(machine: Machine) -> None:
    """Of all the paces that there are reasons for it is the slowest."""
    rests = [pace.rest_seconds for pace in paces_for(machine) if not pace.is_stopped]
    assert rests == sorted(rests, reverse=True)


@given(MACHINES)
def test_who_says_to_go_on_is_obeyed(machine: Machine) -> None:
    """At full speed, which is then told; but a full disk and short memory are nobody's to overrule."""
    pace = pace_for(machine, hurry_from(machine, 0.0))
    if pace == replace(FULL_SPEED, is_hurried=pace.is_hurried):
        assert pace.is_hurried == bool(paces_for(machine))
    else:
        assert not pace.is_hurried
        assert pace.reason in ("slowed: memory is short", "stopped: the disk is almost full")


@given(MACHINES, MACHINES)
def test_another_reason_counts(then: Machine, now: Machine) -> None:
    """Only what there was when they said so is overruled."""
    hurry = still_hurried(hurry_from(then, 0.0), now, 5.0)
    former = paces_for(then)
    new = [pace for pace in paces_for(now) if pace not in former]
    if new:
        assert pace_for(now, hurry).reason in {pace.reason for pace in paces_for(now)}
        assert not pace_for(now, hurry).is_hurried


def test_a_reason_that_was_gone_for_a_minute_counts_again() -> None:
    """One that rests for a moment is still the same."""
    power, battery = Machine(is_on_battery=False), Machine(is_on_battery=True)
    hurry = hurry_from(battery, 0.0)
    for now in (5.0, 50.0):
        hurry = still_hurried(hurry, power, now)
        assert not pace_for(power, hurry).is_hurried
        assert pace_for(battery, hurry).is_hurried
    hurry = still_hurried(hurry, battery, 55.0)
    for now in (60.0, 114.0):
        hurry = still_hurried(hurry, power, now)
    assert pace_for(battery, hurry).is_hurried
    hurry = still_hurried(hurry, power, 115.0)
    assert pace_for(battery, hurry).reason == "slowed: on battery"


def test_only_a_full_disk_stops() -> None:
    """Everything else slows the backlog, and leaves what was just saved alone."""
    assert pace_for(Machine(disk_free_bytes=0)).is_stopped
    assert not pace_for(Machine(is_on_battery=True, memory_pressure_percent=100)).is_stopped


@given(MACHINES)
def test_questions_get_a_stream_of_the_model(machine: Machine) -> None:
    """Beside them one call is made at most, nothing goes faster than before, and nobody is told that it is slow."""
    pace = pace_for(machine)
    beside = beside_questions(pace)
    assert beside.calls == min(pace.calls, 1)
    assert (beside.rest_seconds, beside.lane, beside.reason) == (pace.rest_seconds, pace.lane, pace.reason)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0.1, 10), st.integers(1, 64))
def test_what_we_do_ourselves_is_not_put_down_to_others(
    own: float, others: float, seconds: float, processors: int
) -> None:
    """Whatever we use, it adds nothing; and a share is a share, however times are rounded."""
    found = others_percent(all_seconds=own + others, own_seconds=own, seconds=seconds, processors=processors)
    assert found == pytest.approx(min(100.0, 100 * others / (seconds * processors)), abs=1e-6)
