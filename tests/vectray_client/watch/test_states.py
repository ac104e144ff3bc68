import pytest

from vectray_client.domain import FileState
from vectray_client.watch.states import racy

NOW_NS = 1_700_000_000_000_000_000
SECOND_NS = 1_000_000_000
FINE_NS = 40_000_001
"""An age that leaves a time stamp with fractions of a millisecond."""


@pytest.mark.parametrize(
    ("mtime_age_ns", "ctime_age_ns", "expected"),
    [
        (10 * SECOND_NS, 10 * SECOND_NS, False),
        (SECOND_NS, 10 * SECOND_NS, True),
        (10 * SECOND_NS, SECOND_NS, True),
        (2 * SECOND_NS, 2 * SECOND_NS, False),
        (10 * SECOND_NS, -10 * SECOND_NS, True),
        (-10 * SECOND_NS, 10 * SECOND_NS, False),
        (-SECOND_NS, 10 * SECOND_NS, True),
        (FINE_NS, FINE_NS, False),
        (FINE_NS // 100, FINE_NS, True),
        (FINE_NS, FINE_NS // 100, True),
    ],
)
def test_a_file_changed_just_now_is_racy(mtime_age_ns: int, ctime_age_ns: int, *, expected: bool) -> None:
    """Two seconds after the last change, or a moment where the clock ticks finely, an equal state is proof.

    A ctime ahead of the clock never is.
    """
    state = FileState(1, NOW_NS - mtime_age_ns, NOW_NS - ctime_age_ns, 1)
    assert racy(state, NOW_NS) is expected
