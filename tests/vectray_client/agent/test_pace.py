import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.agent.pace import Machine, beside_questions, others_percent, pace_for
from vectray_client.indexer.pace import FULL_SPEED

MACHINES = st.builds(
    Machine,
    is_on_battery=st.none() | st.booleans(),
    cpu_pressure_percent=st.none() | st.floats(0, 100),
    others_percent=st.none() | st.floats(0, 100),
    memory_pressure_percent=st.none() | st.floats(0, 100),
    disk_free_bytes=st.none() | st.integers(0, 10**12),
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
        (Machine(is_on_battery=True, memory_pressure_percent=20), "slowed: memory is short"),
        (Machine(is_on_battery=True, disk_free_bytes=10**6), "stopped: the disk is almost full"),
    ],
)
def test_the_most_pressing_reason_is_said(machine: Machine, words: str) -> None:
    """A full disk before short memory, before a battery, before other programs; what is not known presses nobody."""
    assert pace_for(machine).reason == words


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
